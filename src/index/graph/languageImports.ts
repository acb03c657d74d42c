import { type FileNames, join, parentOf } from './fileNames.ts';

/** A folder that is imported by a name. */
interface Named {
  readonly folder: string;
  readonly name: string;
}

/** A package of more files than this would draw everything to itself. */
const MOST_OF_A_PACKAGE = 20;

/** `pkg.mod`, `.mod`, and with `:name` what may be a module in it. */
export function resolvePython(from: string, imported: string, files: FileNames): string[] {
  const [modulePath = '', name] = imported.split(':', 2);
  const dots = /^\.*/.exec(modulePath)?.[0].length ?? 0;
  const parts = modulePath.slice(dots).split('.').filter(Boolean);
  const below = [...parts, ...(name === undefined ? [] : [name])].join('/');
  const find = (folder: string): string[] => {
    const place = join(folder, below);
    const ends = ['.py', '/__init__.py', '.pyi'];
    return ends
      .map((end) => (place === '' ? end.slice(1) : place + end))
      .filter((path) => files.has(path))
      .slice(0, 1);
  };
  let folder = parentOf(from);
  if (dots > 0) {
    for (let up = 1; up < dots; up++) folder = parentOf(folder);
    return find(folder);
  }
  for (;;) {
    const found = find(folder);
    if (found.length > 0) return found;
    if (folder === '') break;
    folder = parentOf(folder);
  }
  if (!below.includes('/')) return find('src');
  const elsewhere = files.endingWith(`${below}.py`, from) ?? files.endingWith(`${below}/__init__.py`, from);
  return elsewhere === undefined ? [] : [elsewhere];
}

/** The files of the package that a path of one of the modules means. */
export function resolveGo(imported: string, files: FileNames, modules: readonly Named[]): string[] {
  const own = modules
    .filter(({ name }) => imported === name || imported.startsWith(`${name}/`))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (own === undefined) return [];
  const folder = join(own.folder, imported.slice(own.name.length));
  const sources = files.in(folder).filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
  return sources.slice(0, MOST_OF_A_PACKAGE);
}

/** `mod:name` below the module that the file is; `use:a::b` from the crate, the module, or another crate. */
export function resolveRust(from: string, imported: string, files: FileNames, crates: readonly Named[]): string[] {
  const folder = moduleFolder(from);
  if (imported.startsWith('mod:')) return findModule(folder, [imported.slice(4)], files, 1);
  const parts = imported
    .slice(4)
    .split('::')
    .filter((part) => part !== '');
  const [first = '', ...rest] = parts;
  if (first === 'crate') return findModule(crateFolder(from), rest, files, 0);
  if (first === 'self') return findModule(folder, rest, files, 1);
  if (first === 'super') {
    let up = parentOf(folder);
    let left = rest;
    for (; left[0] === 'super'; left = left.slice(1)) up = parentOf(up);
    return findModule(up, left, files, 0);
  }
  const crate = crates.find(({ name }) => name === first);
  if (crate !== undefined) return findModule(join(crate.folder, 'src'), rest, files, 0);
  return findModule(folder, parts, files, 1);
}

/** The folder in which the modules of a file lie. */
function moduleFolder(from: string): string {
  return /(^|\/)(lib|main|mod)\.rs$/.test(from) ? parentOf(from) : from.replace(/\.rs$/, '');
}

function crateFolder(from: string): string {
  const src = /^(.*?\/)?src\//.exec(from)?.[0];
  return src === undefined ? parentOf(from) : src.slice(0, -1);
}

/** The deepest module on a path; what follows it is something in it. With no part left, the folder's own file. */
function findModule(folder: string, parts: readonly string[], files: FileNames, fewest: number): string[] {
  for (let count = parts.length; count >= Math.max(1, fewest); count--) {
    const place = join(folder, parts.slice(0, count).join('/'));
    for (const path of [`${place}.rs`, `${place}/mod.rs`]) if (files.has(path)) return [path];
  }
  if (fewest > 0) return [];
  return ['lib.rs', 'mod.rs', 'main.rs']
    .map((name) => join(folder, name))
    .filter((path) => files.has(path))
    .slice(0, 1);
}

/** `com.shop.Cart`, also with a member after it, or all of a package with `*`. */
export function resolveJvm(from: string, imported: string, files: FileNames): string[] {
  const parts = imported.split('.');
  if (parts.at(-1) === '*') {
    const any = files.endingWith(`${parts.slice(0, -1).join('/')}.java`, from);
    if (any !== undefined) return [any];
    return packageFolder(from, parts.slice(0, -1), files);
  }
  for (let count = parts.length; count >= Math.max(2, parts.length - 2); count--) {
    const place = parts.slice(0, count).join('/');
    const found = files.endingWith(`${place}.java`, from) ?? files.endingWith(`${place}.kt`, from);
    if (found !== undefined) return [found];
  }
  return [];
}

/** The package's folder under the same root of sources as the file. */
function packageFolder(from: string, parts: readonly string[], files: FileNames): string[] {
  for (let folder = parentOf(from); ; folder = parentOf(folder)) {
    const found = files.in(join(folder, parts.join('/')));
    if (found.length > 0) return found.slice(0, MOST_OF_A_PACKAGE);
    if (folder === '') return [];
  }
}

/** `App\Http\Router` ends a path, perhaps without its first parts; a path is one. */
export function resolvePhp(from: string, imported: string, files: FileNames): string[] {
  if (!imported.includes('\\')) {
    const near = join(parentOf(from), imported);
    return files.has(near) ? [near] : [files.endingWith(imported, from)].filter((path) => path !== undefined);
  }
  const parts = imported.split('\\').filter(Boolean);
  for (let skipped = 0; skipped < Math.max(1, parts.length - 1); skipped++) {
    const found = files.endingWith(`${parts.slice(skipped).join('/')}.php`, from);
    if (found !== undefined) return [found];
  }
  return [];
}
