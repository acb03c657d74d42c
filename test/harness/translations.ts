import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from './project.ts';

/** The languages of Sextant besides English, as VS Code names them. */
export const languages = ['de', 'fr', 'es', 'pt-br', 'ja', 'ko', 'zh-cn'] as const;
export type Language = (typeof languages)[number];

/** Texts by their key: of package.json by `%key%`, of the code by the English text itself. */
export type Translations = Readonly<Record<string, string>>;

/** A call of `t`, `tx` or `plural`, or what is wrong with it. */
interface Found {
  readonly place: string;
  readonly texts: readonly string[] | null;
}

/** Every text that a user may see, in English; for a fault in how the code asks for one see {@link unreadableCalls}. */
export function englishTexts(): Translations {
  const code = codeTexts().flatMap(({ texts }) => texts ?? []);
  return { ...manifestTexts(''), ...Object.fromEntries([...new Set(code)].sort().map((text) => [text, text])) };
}

/** Calls whose texts cannot be told from the source. */
export function unreadableCalls(): string[] {
  return codeTexts().flatMap(({ place, texts }) => (texts === null ? [place] : []));
}

export function translationsOf(language: Language): Translations {
  return { ...manifestTexts(`.${language}`), ...readJson(bundleFile(language)) };
}

/** Writes both files of a language. Texts that the program no longer has are left out. */
export function writeTranslations(language: Language, translations: Translations): void {
  const known = Object.keys(englishTexts()).filter((key) => translations[key] !== undefined);
  const write = (file: string, keys: readonly string[], shown: (key: string) => string): void => {
    const texts = Object.fromEntries(keys.map((key) => [shown(key), translations[key]]));
    writeFileSync(path.join(projectRoot, file), `${JSON.stringify(texts, null, 2)}\n`);
  };
  const inManifest = known.filter(isManifestKey);
  write(`package.nls.${language}.json`, inManifest, (key) => key.slice(1, -1));
  write(
    bundleFile(language),
    known.filter((key) => !isManifestKey(key)),
    (key) => key,
  );
}

/** What a language lacks. */
export function missingTexts(language: Language): Translations {
  const has = translationsOf(language);
  return Object.fromEntries(Object.entries(englishTexts()).filter(([key]) => has[key] === undefined));
}

/** What is wrong with a translation; empty when nothing is. */
export function faultsOf(english: string, translated: unknown): string[] {
  if (typeof translated !== 'string' || translated.trim() === '') return ['is empty'];
  return Object.entries(keptAsTheyAre).flatMap(([what, pattern]) => {
    const [wanted, has] = [english, translated].map((text) => [...new Set(text.match(pattern))].sort().join(' '));
    return wanted === has ? [] : [`${what}: “${wanted}” has become “${has}”`];
  });
}

/** Parts of a text that no language changes. */
const keptAsTheyAre = {
  placeholders: /\{\d+\}/gu,
  icons: /\$\([\w~-]+\)/gu,
  commands: /\]\(command:[\w.]+\)/gu,
  code: /`[^`]+`/gu,
  'spaces at the ends': /^\s+|\s+$/gu,
};

const bundleFile = (language: Language): string => `l10n/bundle.l10n.${language}.json`;
const isManifestKey = (key: string): boolean => /^%[\w.-]+%$/u.test(key);

function manifestTexts(suffix: string): Translations {
  const texts = Object.entries(readJson(`package.nls${suffix}.json`));
  return Object.fromEntries(texts.map(([key, text]) => [`%${key}%`, text]));
}

function readJson(file: string): Translations {
  try {
    return JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Translations;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

let found: readonly Found[] | undefined;

function codeTexts(): readonly Found[] {
  return (found ??= globSync(['src/**/*.ts', 'media/**/*.{ts,tsx}'], { cwd: projectRoot, exclude: ['src/cli/**'] })
    .sort()
    .flatMap(callsIn));
}

function callsIn(file: string): Found[] {
  const text = readFileSync(path.join(projectRoot, file), 'utf8');
  if (file === 'src/base/texts.ts' || !/\/(texts|tx)\.ts'/u.test(text)) return [];
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, kind);
  const calls: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      const place = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      if (name === 't' || name === 'tx') calls.push({ place, texts: literals(node.arguments[0]) });
      else if (name === 'plural') {
        const [one, other] = [literals(node.arguments[1]), literals(node.arguments[2])];
        calls.push({ place, texts: one === null || other === null ? null : [...one, ...other] });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

/** The texts that an expression may be: a literal, literals put together, or a choice of them. */
function literals(node: ts.Expression | undefined): string[] | null {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  const isSum = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  const [left, right] = isSum
    ? [literals(node.left), literals(node.right)]
    : ts.isConditionalExpression(node)
      ? [literals(node.whenTrue), literals(node.whenFalse)]
      : [null, null];
  if (left === null || right === null) return null;
  return isSum ? left.flatMap((first) => right.map((second) => first + second)) : [...left, ...right];
}
