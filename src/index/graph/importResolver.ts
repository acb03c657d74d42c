import { resolveGo, resolveJvm, resolvePhp, resolvePython, resolveRust } from './languageImports.ts';
import { type FileNames, join, parentOf } from './fileNames.ts';

/** A folder with a name that other files import it by. */
export interface NamedFolder {
  /** Relative to the root, empty for it. */
  readonly folder: string;
  readonly name: string;
}

/** An entry of `paths` in a tsconfig.json; its places are relative to the root. */
export interface PathAlias {
  /** Holds for the files below. */
  readonly folder: string;
  readonly pattern: string;
  readonly places: readonly string[];
}

/** What files of the project say of how others are found. */
export interface ProjectFacts {
  readonly goModules: readonly NamedFolder[];
  /** npm packages. */
  readonly packages: readonly NamedFolder[];
  /** Rust crates, named as code names them. */
  readonly crates: readonly NamedFolder[];
  readonly aliases: readonly PathAlias[];
}

/** The files that an import means; none for what is not in the project. `imported` is written as by `findImports`. */
export function resolveImport(
  from: string,
  language: string,
  imported: string,
  files: FileNames,
  facts: ProjectFacts,
): string[] {
  switch (language) {
    case 'typescript':
    case 'typescriptreact':
    case 'javascript':
    case 'javascriptreact':
    case 'vue':
    case 'svelte':
      return resolveJavaScript(from, imported, files, facts);
    case 'python':
      return resolvePython(from, imported, files);
    case 'go':
      return resolveGo(imported, files, facts.goModules);
    case 'rust':
      return resolveRust(from, imported, files, facts.crates);
    case 'java':
      return resolveJvm(from, imported, files);
    case 'php':
      return resolvePhp(from, imported, files);
    case 'ruby':
      return resolvePath(from, imported, files, ['', '.rb']);
    case 'c':
    case 'cpp':
    case 'objective-c':
      return resolvePath(from, imported, files, ['']);
    case 'scss':
    case 'css':
      return resolvePath(from, imported, files, ['', '.scss', '.css', '/_index.scss'], true);
    default:
      return resolvePath(from, imported, files, ['', '.sh', '.md', '/README.md', '/index.md']);
  }
}

const scriptEnds = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.vue', '.svelte', '.json'];
const scriptCandidates = ['', ...scriptEnds, ...scriptEnds.map((end) => `/index${end}`)];

function resolveJavaScript(from: string, imported: string, files: FileNames, facts: ProjectFacts): string[] {
  if (/^\.{0,2}\//.test(imported) || imported === '.' || imported === '..') {
    return findScript(imported.startsWith('/') ? imported.slice(1) : join(parentOf(from), imported), files);
  }
  const nearest = facts.aliases
    .filter(({ folder }) => isBelow(from, folder))
    .sort((a, b) => b.folder.length - a.folder.length || b.pattern.length - a.pattern.length);
  for (const { pattern, places } of nearest) {
    const rest = matchAlias(imported, pattern);
    for (const place of rest === undefined ? [] : places) {
      const found = findScript(place.replace('*', rest ?? ''), files);
      if (found.length > 0) return found;
    }
  }
  for (const { folder, name } of facts.packages) {
    if (imported === name) return findPackage(folder, files);
    if (!imported.startsWith(`${name}/`)) continue;
    const below = imported.slice(name.length + 1);
    const found = findScript(join(folder, below), files);
    return found.length > 0 ? found : findScript(join(folder, `src/${below}`), files);
  }
  return [];
}

function findPackage(folder: string, files: FileNames): string[] {
  for (const place of ['src/index', 'index', 'src/main', 'lib/index']) {
    const found = findScript(join(folder, place), files);
    if (found.length > 0) return found;
  }
  return [];
}

/** The file of a path without an extension, or with that of what it is compiled to. */
function findScript(path: string, files: FileNames): string[] {
  const source = path.replace(/\.([mc]?)js(x?)$/, '.$1ts$2');
  const candidates = [path, ...(source === path ? [] : [source, source.replace(/\.ts$/, '.tsx')])];
  for (const candidate of candidates) if (files.has(candidate)) return [candidate];
  for (const end of scriptCandidates) if (files.has(path + end)) return [path + end];
  return [];
}

/** What the `*` of a pattern stands for; undefined when the pattern does not match. */
function matchAlias(imported: string, pattern: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star === -1) return imported === pattern ? '' : undefined;
  const start = pattern.slice(0, star);
  const end = pattern.slice(star + 1);
  const fits = imported.length >= start.length + end.length && imported.startsWith(start) && imported.endsWith(end);
  return fits ? imported.slice(start.length, imported.length - end.length) : undefined;
}

/** A path from the file's folder, or from the root, or the nearest that ends like it. */
function resolvePath(
  from: string,
  imported: string,
  files: FileNames,
  ends: readonly string[],
  hasPartials = false,
): string[] {
  if (/^[a-z][\w+.-]*:/i.test(imported)) return [];
  const path = imported.replace(/^~?\//, '');
  const inFolder = join(parentOf(from), imported);
  for (const end of ends) {
    if (files.has(inFolder + end)) return [inFolder + end];
    const partial = (inFolder + end).replace(/([^/]+)$/, '_$1');
    if (hasPartials && files.has(partial)) return [partial];
    if (files.has(path + end)) return [path + end];
  }
  if (imported.startsWith('.')) return [];
  for (const end of ends) {
    const found = files.endingWith(path + end, from);
    if (found !== undefined) return [found];
  }
  return [];
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
