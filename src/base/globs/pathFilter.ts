import { alternatives } from './braces.ts';
import { type GitPattern, parseGitPatterns } from './gitPattern.ts';

/**
 * Tells which paths, relative to a folder, globs want: `src/**`, `*.{ts,tsx}`, `docs`. One with a slash is relative to
 * the folder, one without means a name at any depth; a folder stands for all that is in it. What one with `!` before it
 * means is left out. Without a glob every path is wanted.
 */
export function pathFilter(globs: readonly string[]): (path: string) => boolean {
  const lines = globs
    .flatMap(alternatives)
    .map(asGitLine)
    .filter((line) => line !== '');
  const patterns = lines.flatMap((line) => parseGitPatterns(line, false));
  const wanted = patterns.filter(({ negated }) => !negated);
  const unwanted = patterns.filter(({ negated }) => negated);
  // One that can match nothing is still one.
  const wantsAll = lines.every((line) => line.startsWith('!'));
  return (path) => (wantsAll || matches(wanted, path)) && !matches(unwanted, path);
}

/** True for what a pattern means, and for what lies in a folder that it means. */
function matches(patterns: readonly GitPattern[], path: string): boolean {
  return patterns.some((pattern) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (pattern.directoriesOnly && end === path.length) continue;
      if (pattern.matches(path.slice(0, end), path.slice(path.lastIndexOf('/', end - 1) + 1, end))) return true;
    }
    return false;
  });
}

/** A line of its own that means neither a comment nor, with `./`, a folder named `.`. */
function asGitLine(glob: string): string {
  const line = glob.trim().replace(/[\n\r]/g, '');
  const [, negation = '', body = ''] = /^(!?)(.*)$/.exec(line) ?? [];
  return `${negation}${body.replace(/^\.\//, '/').replace(/^#/, '\\#')}`;
}
