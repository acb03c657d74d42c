import type { HiddenGlob } from '../../protocol/contextIndex.ts';
import { alternatives } from '../../base/globs/braces.ts';
import { type GitPattern, parseGitPatterns } from '../../base/globs/gitPattern.ts';

interface Rule {
  readonly pattern: GitPattern;
  /** Hides only beside a file of this name, in which `$(basename)` stands for its own without the extension. */
  readonly when: string | undefined;
}

/**
 * What VS Code's `files.exclude` hides. Its globs are relative to the folder and match files and folders
 * alike: `*`, `?` and sets as in git, `**` any number of folders, `{a,b}` alternatives.
 */
export class HiddenFiles {
  readonly #rules: readonly Rule[];

  constructor(globs: readonly HiddenGlob[]) {
    this.#rules = globs.flatMap(({ glob, when }) =>
      alternatives(glob).flatMap((alternative) =>
        parseGitPatterns(asGitLine(alternative), false).map((pattern) => ({ pattern, when })),
      ),
    );
  }

  /** `siblings` are the names in the same folder. */
  has(path: string, siblings: ReadonlySet<string>): boolean {
    if (this.#rules.length === 0) return false;
    const name = path.slice(path.lastIndexOf('/') + 1);
    return this.#rules.some(({ pattern, when }) => {
      if (!pattern.matches(path, name)) return false;
      return when === undefined || siblings.has(when.replaceAll('$(basename)', withoutExtension(name)));
    });
  }
}

/** With `/` before it a line is relative to the folder of the rules, and means neither a comment nor a negation. */
function asGitLine(glob: string): string {
  if (glob === '' || /[\n\r]/.test(glob)) return '';
  return `/${glob
    .replaceAll('\\', '\\\\')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\/\*\*$/, '')}`.replace(/ +$/, (spaces) => spaces.replaceAll(' ', '\\ '));
}

function withoutExtension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}
