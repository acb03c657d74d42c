import type { SearchFilter } from '../../protocol/contextIndex.ts';
import { alternatives } from '../files/braces.ts';
import { type GitPattern, parseGitPatterns } from '../files/gitPattern.ts';
import type { Catalogue, IndexedFile } from './catalogue.ts';

/** Tells which slots of a folder a filter lets through; undefined where it lets all through. */
export function wantedSlots(catalogue: Catalogue, filter: SearchFilter): ((slot: number) => boolean) | undefined {
  const { kinds = [], languages = [], paths = [] } = filter;
  if (kinds.length === 0 && languages.length === 0 && paths.length === 0) return undefined;
  const isWantedPath = pathFilter(paths);
  const isWantedFile = ({ path, language }: IndexedFile): boolean =>
    (languages.length === 0 || languages.includes(language)) && isWantedPath(path);
  const files = new Set<number>();
  for (const file of catalogue.files()) if (isWantedFile(file)) files.add(file.id);
  const { fileOf } = catalogue;
  return (slot) => files.has(fileOf[slot] ?? -1) && (kinds.length === 0 || kinds.includes(catalogue.kindOf(slot)));
}

/** See {@link SearchFilter.paths}. Without a glob every path is wanted. */
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
