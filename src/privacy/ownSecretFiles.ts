import { alternatives } from '../base/globs/braces.ts';
import { parseGitPatterns } from '../base/globs/gitPattern.ts';
import { isSecretFile } from './secretFiles.ts';

/**
 * Tells secret files by their paths, relative to the folder that `globs` are meant for: what {@link isSecretFile} says,
 * and what `globs` add to it. A glob without `/` is a name in any folder; one that names a folder means all that is in
 * it. `*`, `?`, sets, `**` and `{a,b}` are what they are in VS Code; case is ignored.
 */
export function secretFilesWith(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs
    .slice(0, MOST_GLOBS)
    .flatMap(alternatives)
    .flatMap((glob) => parseGitPatterns(asGitLine(glob), true));
  return (path) => {
    if (isSecretFile(path)) return true;
    if (patterns.length === 0) return false;
    const parts = path.split(/[/\\]+/u).filter((part) => part !== '');
    return parts.some((name, at) => {
      const above = parts.slice(0, at + 1).join('/');
      const isFile = at === parts.length - 1;
      return patterns.some((pattern) => !(pattern.directoriesOnly && isFile) && pattern.matches(above, name));
    });
  };
}

/** So many of a list count; nobody writes more by hand. */
const MOST_GLOBS = 1_000;

/** A line of it can only add: neither `!` nor `#` means anything. */
function asGitLine(glob: string): string {
  if (/[\n\r]/u.test(glob)) return '';
  const line = glob
    .trim()
    .replaceAll('\\', '/')
    .replace(/^\.\//u, '')
    .replace(/(?<=.)\/\*\*$/u, '/');
  return /^[!#]/u.test(line) ? `\\${line}` : line;
}
