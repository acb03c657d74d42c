import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** A file of the project; `text` is empty for binary and for very large ones. */
export interface TidyFile {
  /** Relative to the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly sizeBytes: number;
}

type Rule = (files: readonly TidyFile[]) => string[];

const leaves = ['protocol', 'models', 'storage', 'keys', 'privacy', 'edits'];
const middle = [...leaves, 'index'];
const upper = [...middle, 'chat', 'completion', 'agent'];

/** For each folder of src/ what it may import besides itself. `base` is everyone's. */
const below: Record<string, readonly string[]> = {
  base: [],
  protocol: ['base', 'models'],
  models: ['base', 'protocol', 'privacy'],
  storage: ['base', 'protocol'],
  keys: ['base', 'protocol'],
  privacy: ['base', 'protocol'],
  edits: ['base', 'protocol', 'privacy', 'models'],
  index: ['base', ...leaves],
  chat: ['base', ...middle],
  completion: ['base', ...middle],
  agent: ['base', ...middle, 'chat', 'completion'],
  vscode: ['base', ...upper, 'manifest.ts'],
  cli: ['base', ...upper],
  'extension.ts': ['base', ...upper, 'vscode', 'manifest.ts'],
  'manifest.ts': [],
};

/** The design's rules that a machine can hold. Each returns its offenders, one line each. */
export const tidyRules = {
  'a layer imports only what is below it': forImports(inFolder('src'), (file, { target }) => {
    const from = layerOf(file.path);
    const to = target === null ? null : layerOf(target);
    return to !== null && from !== to && below[from ?? '']?.includes(to) !== true;
  }),

  'protocol takes only types from models': forImports(inFolder('src/protocol'), (_file, { target, typeOnly }) => {
    return target?.startsWith('src/models/') === true && !typeOnly;
  }),

  'media imports only protocol and base': forImports(inFolder('media'), (_file, { target }) => {
    return target !== null && !/^(media|src\/protocol|src\/base)\//.test(target);
  }),

  'only src/vscode and extension.ts import vscode': forImports(isCode, (file, { name }) => {
    return name === 'vscode' && !/^(src\/vscode\/|src\/extension\.ts$|test\/integration\/)/.test(file.path);
  }),

  'only *.node.ts files and the CLI touch Node': forImports(isProduct, (file, { name }) => {
    return (isBuiltin(name) || name === 'keytar') && !isNodeOnly(file.path);
  }),

  'what runs in the browser imports no *.node.ts file': forImports(isProduct, (file, { target, dynamic }) => {
    const wires = isNodeOnly(file.path) || /^src\/(vscode\/|extension\.ts$)/.test(file.path);
    return target?.endsWith('.node.ts') === true && !dynamic && !wires;
  }),

  'only src/storage knows Kysely and sql.js': forImports(isProduct, (file, { name }) => {
    return /^(kysely|sql\.js)(\/|$)/.test(name) && !file.path.startsWith('src/storage/');
  }),

  'only src/storage writes SQL': forNodes(isProduct, (node, file) => {
    const statement =
      /\b(SELECT\s[^]*\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(CREATE|ALTER|DROP)\s+TABLE|PRAGMA\s+\w)/;
    const text = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ? node.text : '';
    return statement.test(text) && !file.path.startsWith('src/storage/') ? text.slice(0, 60) : null;
  }),

  'only the gate and the command line call the platform’s fetch': forFiles(isProduct, (file) => {
    if (file.path === 'src/vscode/requests.ts' || file.path.startsWith('src/cli/')) return null;
    const isFetch = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === 'fetch';
    let isUsed = false;
    let isGiven = false;
    visit(parse(file), (node) => {
      if (ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node))
        isGiven ||= isFetch(node.name);
      else if (ts.isCallExpression(node)) isUsed ||= [node.expression, ...node.arguments].some(isFetch);
      else if (ts.isShorthandPropertyAssignment(node)) isUsed ||= isFetch(node.name);
    });
    return (isUsed && !isGiven) || file.text.includes('globalThis.fetch') ? 'fetch' : null;
  }),

  'relative imports say .ts and stay in the project': forImports(isCode, (_file, { name, target }) => {
    return name.startsWith('.') && (target === null || target.startsWith('..') || !/\.(tsx?|json|css|mjs)$/.test(name));
  }),

  'no text is asked for while a module loads: its language may not be known by then': forFiles(isProduct, (file) => {
    let early: string | null = null;
    const look = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
      const called = ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : '';
      if (/^(t|tx|plural|listed|figure)$/.test(called)) early = called;
      else ts.forEachChild(node, look);
    };
    if (/\/(texts|tx)\.ts'/.test(file.text)) look(parse(file));
    return early;
  }),

  'a file has at most 400 lines': forFiles(
    (file) => /^(src|media|test)\/.*\.(tsx?|css|mjs|js)$|^[^/]+\.m?js$/.test(file.path),
    (file) => {
      const lines = file.text.split('\n').length - 1;
      return lines > 400 ? `${lines} lines` : null;
    },
  ),

  'no file only re-exports': forFiles(isCode, (file) => {
    const { statements } = parse(file);
    const barrel = statements.length > 0 && statements.every((statement) => ts.isExportDeclaration(statement));
    return barrel || statements.some((statement) => ts.isExportDeclaration(statement) && !statement.exportClause)
      ? 're-exports'
      : null;
  }),

  'no file only forwards': forFiles(isProduct, (file) => {
    const statements = parse(file).statements.filter((statement) => !ts.isImportDeclaration(statement));
    return statements.length > 0 && statements.every(forwards) && !statements.every(ts.isExportDeclaration)
      ? 'forwards'
      : null;
  }),

  'exports are named': forNodes(isProduct, (node) => {
    const byKeyword = ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === defaultKeyword) === true;
    return byKeyword || (ts.isExportAssignment(node) && node.isExportEquals !== true) ? 'export default' : null;
  }),

  'no Manager, Helper or Util': (files) => [
    ...forFiles(isCode, (file) => file.path.split(/[/.]/).find((part) => vague.test(part)) ?? null)(files),
    ...forNodes(isCode, (node) => (vague.test(declaredName(node)) ? declaredName(node) : null))(files),
  ],

  'no I before an interface': forNodes(isCode, (node) => {
    return ts.isInterfaceDeclaration(node) && /^I[A-Z][a-z]/.test(node.name.text) ? node.name.text : null;
  }),

  'no path of a machine': forFiles(anyFile, (file) => {
    return (
      /(?<![\w.-])(\/(home|Users)\/(?!(user|me|you)\b)\w+|\/work\/(main|shared|\.library)\b|\/root\/\w)/.exec(
        file.text,
      )?.[0] ?? null
    );
  }),

  'no address of a registry': forFiles(anyFile, (file) => {
    const address = /https?:\/\/(registry|npm|mirror|proxy|artifactory|nexus)[\w-]*\.[\w.-]+/i.exec(file.text)?.[0];
    return (
      address ?? (/(^|\/)package-lock\.json$/.test(file.path) && file.text.includes('"resolved"') ? 'resolved' : null)
    );
  }),

  'no file over 5 MB but the models': forFiles(anyFile, (file) => {
    return file.sizeBytes > 5_000_000 && !file.path.startsWith('media/models/') ? `${file.sizeBytes} bytes` : null;
  }),
} satisfies Record<string, Rule>;

const vague = /(^|[a-z0-9_])(Manager|Helper|Util)s?($|[A-Z_\d])|^(manager|helper|util)s?($|[A-Z_])/;
const defaultKeyword = ts.SyntaxKind.DefaultKeyword;

interface Import {
  /** As it is written. */
  readonly name: string;
  /** The project file it names, relative to the root; null for a package. */
  readonly target: string | null;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

function anyFile(): boolean {
  return true;
}

function isCode(file: TidyFile): boolean {
  return /^(src|media|test)\/(?!fixtures\/files\/).*\.tsx?$/.test(file.path);
}

function isProduct(file: TidyFile): boolean {
  return /^(src|media)\/.*\.tsx?$/.test(file.path);
}

function inFolder(folder: string): (file: TidyFile) => boolean {
  return (file) => file.path.startsWith(`${folder}/`) && isCode(file);
}

function isNodeOnly(file: string): boolean {
  return file.endsWith('.node.ts') || file.startsWith('src/cli/');
}

/** `storage` for src/storage/…, the file's name for a file directly in src/, null outside src/. */
function layerOf(file: string): string | null {
  return /^src\/([^/]+)/.exec(file)?.[1] ?? null;
}

function forFiles(applies: (file: TidyFile) => boolean, breach: (file: TidyFile) => string | null): Rule {
  return (files) =>
    files.filter(applies).flatMap((file) => {
      const found = breach(file);
      return found === null ? [] : [`${file.path}: ${found}`];
    });
}

function forNodes(
  applies: (file: TidyFile) => boolean,
  breach: (node: ts.Node, file: TidyFile) => string | null,
): Rule {
  return (files) =>
    files.filter(applies).flatMap((file) => {
      const offenders: string[] = [];
      visit(parse(file), (node) => {
        const found = breach(node, file);
        if (found !== null) offenders.push(`${file.path}: ${found}`);
      });
      return offenders;
    });
}

function forImports(applies: (file: TidyFile) => boolean, isBreach: (file: TidyFile, found: Import) => boolean): Rule {
  return (files) =>
    files.filter(applies).flatMap((file) =>
      importsOf(file)
        .filter((found) => isBreach(file, found))
        .map((found) => `${file.path}: ${found.name}`),
    );
}

const parsed = new Map<TidyFile, ts.SourceFile>();

function parse(file: TidyFile): ts.SourceFile {
  let source = parsed.get(file);
  if (source === undefined) {
    const kind = file.path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ESNext, false, kind);
    parsed.set(file, source);
  }
  return source;
}

function visit(node: ts.Node, each: (node: ts.Node) => void): void {
  each(node);
  ts.forEachChild(node, (child) => {
    visit(child, each);
  });
}

/** Static and dynamic imports, re-exports, `import('…')` types and `require`. */
function importsOf(file: TidyFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, dynamic: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const name = specifier.text;
    const target = name.startsWith('.') ? path.posix.join(path.posix.dirname(file.path), name) : null;
    found.push({ name, target, typeOnly, dynamic });
  };
  visit(parse(file), (node) => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const eachIsType =
        node.importClause?.name === undefined &&
        bindings !== undefined &&
        ts.isNamedImports(bindings) &&
        bindings.elements.length > 0 &&
        bindings.elements.every((element) => element.isTypeOnly);
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || eachIsType, false);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true, false);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const requires = ts.isIdentifier(expression) && expression.text === 'require';
      if (requires || expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false, !requires);
    }
  });
  return found;
}

/** True for a re-export, an exported alias, and a function that only hands its parameters on. */
function forwards(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return true;
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.every(
      ({ initializer }) => initializer !== undefined && ts.isIdentifier(initializer),
    );
  }
  if (!ts.isFunctionDeclaration(statement)) return false;
  const [only, ...others] = statement.body?.statements ?? [];
  if (only === undefined || others.length > 0 || !ts.isReturnStatement(only) || only.expression === undefined)
    return false;
  const call = ts.isAwaitExpression(only.expression) ? only.expression.expression : only.expression;
  if (!ts.isCallExpression(call) || call.arguments.length !== statement.parameters.length) return false;
  return statement.parameters.every(({ name }, index) => {
    const argument = call.arguments[index];
    return argument !== undefined && ts.isIdentifier(name) && ts.isIdentifier(argument) && argument.text === name.text;
  });
}

/** The name that a declaration introduces, else nothing. */
function declaredName(node: ts.Node): string {
  const declares =
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isVariableDeclaration(node);
  return declares && node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : '';
}
