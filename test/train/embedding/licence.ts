/** What a package's licences permit to be trained on. */
export interface Permission {
  /** The licences of what may be used, as the package names them. */
  readonly licences: readonly string[];
  /** True for a file, by its path in the package with `/`, whose licence is permissive. */
  permits(file: string): boolean;
}

/** Names of permissive licences, in SPDX's words and in those of Debian's copyright files. */
const permissive =
  /^(mit|mit-0|expat|x11|mit-x11|mit\/x11|0bsd|isc|bsd|bsd-?[23]?(-?clauses?)?|bsd-[23]-clause-\w+|apache|apache-?2(\.0)?|apache-2\.0-with-llvm-exception|python-2\.0(\.1)?|psf(-2(\.0)?)?|zlib|zlib\/libpng|zlib-acknowledgement|libpng(-2\.0)?|unlicense|public-domain|cc0(-1\.0)?|bsl-1\.0|boost(-1\.0)?|postgresql|hpnd|ncsa|ruby\/bsd-2-clause|blueoak-1\.0\.0|curl|unicode-dfs-2016)\+?$/;

/**
 * True for an expression of licences of which one that may be chosen is permissive: `MIT OR GPL-3.0` is, `MIT AND
 * GPL-3.0` is not, nor is what nobody knows. A comma before `and` stands for brackets around what it divides, as Debian
 * writes it.
 */
export function isPermissive(expression: string): boolean {
  const nested = expression.replace(/\(([^()]*)\)/g, (_, inner: string) =>
    isPermissive(inner) ? ' MIT ' : ' refused ',
  );
  if (nested !== expression) return isPermissive(nested);
  const text = expression
    .toLowerCase()
    .replace(/\s+with\s+llvm[\s-]exceptions?/g, '-with-llvm-exception')
    .replace(/\s*,\s*or\s+/g, ' or ')
    .trim();
  const all = (part: string): boolean => part.split(/\s+and(?:\/or)?\s+/).every((name) => isNamed(name.trim()));
  return text.split(/\s*,\s*(?:and\s+)?/).every((part) => part.split(/\s+or\s+|\s*\|\s*/).some(all));
}

function isNamed(name: string): boolean {
  return permissive.test(name.replace(/\s+licen[cs]e$/, '').replace(/\s+/g, '-'));
}

/** The licence of a package of npm: that of its package.json, unless the text that it ships is a copyleft's. */
export function npmPermission(packageJson: string, licenceText: string | undefined): Permission {
  const { license } = JSON.parse(packageJson) as { license?: unknown };
  const named =
    typeof license === 'object' && license !== null && 'type' in license ? String(license.type) : String(license);
  const isFree =
    isPermissive(named) && !/GNU (LESSER |AFFERO )?GENERAL PUBLIC LICENSE\s+Version/i.test(licenceText ?? '');
  return { licences: isFree ? [named] : [], permits: () => isFree };
}

/**
 * What Debian's copyright file says of a source package, in its format 1.0: the last paragraph whose pattern fits a
 * file holds for it. In any other format nothing is permitted, for nobody has read it.
 */
export function debianPermission(copyright: string): Permission {
  const rules = rulesOf(copyright);
  return {
    licences: licencesOf(rules),
    permits: (file) => rules.findLast(({ pattern }) => pattern.test(file))?.isFree === true,
  };
}

/**
 * The same of a binary package, whose files lie elsewhere than the patterns say: all or nothing, but for what Debian
 * itself has added.
 */
export function binaryPermission(copyright: string): Permission {
  const rules = rulesOf(copyright).filter(({ files }) => !files.startsWith('debian/'));
  const isFree = rules.length > 0 && rules.every((rule) => rule.isFree);
  return { licences: isFree ? licencesOf(rules) : [], permits: () => isFree };
}

interface Rule {
  readonly files: string;
  readonly pattern: RegExp;
  readonly licence: string;
  readonly isFree: boolean;
}

function licencesOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.filter(({ isFree }) => isFree).map(({ licence }) => licence))];
}

function rulesOf(copyright: string): Rule[] {
  const paragraphs = copyright.split(/\n[ \t]*\n/).map(fieldsOf);
  const format = paragraphs[0]?.get('format') ?? paragraphs[0]?.get('format-specification') ?? '';
  const isRead = /copyright-format|dep5|dep-5/i.test(format);
  return paragraphs.flatMap((fields) => {
    const files = fields.get('files');
    const licence = fields.get('license')?.split('\n')[0]?.trim();
    if (!isRead || files === undefined || licence === undefined) return [];
    return [{ files, pattern: patternOf(files), licence, isFree: isPermissive(licence) }];
  });
}

/** The fields of a paragraph by their names in small letters; a line that begins with a space goes on. */
function fieldsOf(paragraph: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of paragraph.split('\n')) {
    const field = /^([\w-]+):\s*(.*)$/.exec(line);
    if (field !== null) fields.set((name = (field[1] ?? '').toLowerCase()), field[2] ?? '');
    else if (/^\s/.test(line) && name !== '') fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
  }
  return fields;
}

/** Patterns between spaces, of which `*` and `?` also stand for a slash. */
function patternOf(files: string): RegExp {
  const patterns = files
    .trim()
    .split(/[\s,]+/)
    .map((glob) =>
      glob
        .replace(/^\.\//, '')
        .replace(/[\\^$+.()|{}[\]]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.'),
    );
  return new RegExp(`^(?:${patterns.join('|')})$`);
}
