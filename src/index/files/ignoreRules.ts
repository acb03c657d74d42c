import { type GitPattern, parseGitPatterns } from './gitPattern.ts';

/** The rules of one file, for what lies in or below `base`. */
interface RuleLevel {
  /** Path of the directory that the rules are relative to, with a `/` at its end; empty for the root. */
  readonly base: string;
  readonly patterns: readonly GitPattern[];
}

/** Rules of one kind, from the weakest file to the strongest. */
type RuleStack = readonly RuleLevel[];

/**
 * Says which paths are left out, as git does: of all files of rules the strongest that has a match
 * decides, and in it the last matching line. Ask from the top down and do not enter a directory that
 * is ignored: nothing below it can be included again. Instances are immutable; a directory with rules
 * of its own makes a new one for what is below it.
 */
export class IgnoreRules {
  /** Strongest kind first: Sextant's own rules, then git's. */
  readonly #own: RuleStack;
  readonly #git: RuleStack;
  readonly #ignoreCase: boolean;

  private constructor(own: RuleStack, git: RuleStack, ignoreCase: boolean) {
    this.#own = own;
    this.#git = git;
    this.#ignoreCase = ignoreCase;
  }

  /** `global` are texts whose rules hold everywhere, weakest first: the user's excludes file, then info/exclude. */
  static create(global: readonly string[], ignoreCase: boolean): IgnoreRules {
    const levels = global.map((text) => ({ base: '', patterns: parseGitPatterns(text, ignoreCase) }));
    return new IgnoreRules([], levels, ignoreCase);
  }

  /** Adds the texts of a directory's .gitignore and .sextantignore; `directory` is relative to the root, empty for it. */
  below(directory: string, texts: { gitignore?: string | undefined; sextantignore?: string | undefined }): IgnoreRules {
    const base = directory === '' ? '' : `${directory}/`;
    const add = (stack: RuleStack, text: string | undefined): RuleStack =>
      text === undefined ? stack : [...stack, { base, patterns: parseGitPatterns(text, this.#ignoreCase) }];
    return new IgnoreRules(add(this.#own, texts.sextantignore), add(this.#git, texts.gitignore), this.#ignoreCase);
  }

  /** A repository inside of another: git's rules start anew, Sextant's own go on. */
  restart(fresh: IgnoreRules, directory: string): IgnoreRules {
    const base = directory === '' ? '' : `${directory}/`;
    const levels = fresh.#git.map((level) => ({ ...level, base }));
    return new IgnoreRules(this.#own, levels, fresh.#ignoreCase);
  }

  /** True: left out; false: asked for by a `!` line; undefined: no line speaks of it. `path` with `/`. */
  verdict(path: string, isDirectory: boolean): boolean | undefined {
    return decide(this.#own, path, isDirectory) ?? decide(this.#git, path, isDirectory);
  }
}

/** True for a file whose change may change what is listed elsewhere; relative to the folder, with `/`. */
export function isRuleFile(path: string): boolean {
  return /(^|\/)(\.gitignore|\.sextantignore|\.git\/info\/exclude|\.git\/config|\.git)$/.test(path);
}

function decide(stack: RuleStack, path: string, isDirectory: boolean): boolean | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  for (let i = stack.length - 1; i >= 0; i--) {
    const level = stack[i];
    if (level === undefined || !path.startsWith(level.base)) continue;
    const relative = path.slice(level.base.length);
    for (let j = level.patterns.length - 1; j >= 0; j--) {
      const pattern = level.patterns[j];
      if (pattern === undefined || (pattern.directoriesOnly && !isDirectory)) continue;
      if (pattern.matches(relative, name)) return !pattern.negated;
    }
  }
  return undefined;
}
