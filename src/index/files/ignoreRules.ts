import { type GitPattern, parseGitPatterns } from '../../base/globs/gitPattern.ts';

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
  /** By the name of the files that the rules stand in. */
  readonly #stacks: ReadonlyMap<string, RuleStack>;
  readonly #ignoreCase: boolean;

  private constructor(stacks: ReadonlyMap<string, RuleStack>, ignoreCase: boolean) {
    this.#stacks = stacks;
    this.#ignoreCase = ignoreCase;
  }

  /** `global` are git's rules that hold everywhere, weakest first: the user's excludes file, then info/exclude. */
  static create(global: readonly string[], ignoreCase: boolean): IgnoreRules {
    const levels = global.map((text) => ({ base: '', patterns: parseGitPatterns(text, ignoreCase) }));
    return new IgnoreRules(new Map([[GIT_RULES, levels]]), ignoreCase);
  }

  /** Adds the texts of a directory's files of rules, by their names; `directory` is relative to the root, empty for it. */
  below(directory: string, texts: ReadonlyMap<string, string>): IgnoreRules {
    if (texts.size === 0) return this;
    const base = directory === '' ? '' : `${directory}/`;
    const stacks = new Map(this.#stacks);
    for (const [name, text] of texts) {
      const level = { base, patterns: parseGitPatterns(text, this.#ignoreCase) };
      stacks.set(name, [...(stacks.get(name) ?? []), level]);
    }
    return new IgnoreRules(stacks, this.#ignoreCase);
  }

  /** A repository inside of another: git's rules start anew, all others go on. */
  restart(fresh: IgnoreRules, directory: string): IgnoreRules {
    const base = directory === '' ? '' : `${directory}/`;
    const stacks = new Map(this.#stacks);
    const levels = fresh.#stacks.get(GIT_RULES) ?? [];
    stacks.set(
      GIT_RULES,
      levels.map((level) => ({ ...level, base })),
    );
    return new IgnoreRules(stacks, fresh.#ignoreCase);
  }

  /**
   * What a line says of `path` (with `/`); undefined when none speaks of it. Sextant's own rules have
   * the last word. Other tools' can only leave out: what one asks for, another or git may still refuse.
   */
  verdict(path: string, isDirectory: boolean): Verdict | undefined {
    const own = decide(this.#stacks.get(OWN_RULES) ?? [], path, isDirectory);
    if (own !== undefined) return { by: 'sextant', isLeftOut: own };
    for (const [name, stack] of this.#stacks) {
      if (name === GIT_RULES || name === OWN_RULES) continue;
      if (decide(stack, path, isDirectory) === true) return { by: 'other tool', isLeftOut: true };
    }
    const git = decide(this.#stacks.get(GIT_RULES) ?? [], path, isDirectory);
    return git === undefined ? undefined : { by: 'git', isLeftOut: git };
  }
}

/** Who decided, and what; not left out means that a line beginning with `!` asked for it. */
export interface Verdict {
  readonly by: 'sextant' | 'git' | 'other tool';
  readonly isLeftOut: boolean;
}

const OWN_RULES = '.sextantignore';
const GIT_RULES = '.gitignore';

/**
 * Names of the files that hold rules, all in the syntax of .gitignore: git's, Sextant's, and those in
 * which people tell other assistants what they shall not see.
 */
export const ruleFileNames: ReadonlySet<string> = new Set([
  GIT_RULES,
  OWN_RULES,
  '.agentignore',
  '.aiderignore',
  '.aiexclude',
  '.aiignore',
  '.augmentignore',
  '.bitoignore',
  '.claudeignore',
  '.clineignore',
  '.codeiumignore',
  '.codexignore',
  '.continueignore',
  '.copilotignore',
  '.cursorignore',
  '.cursorindexingignore',
  '.geminiignore',
  '.ignore',
  '.kilocodeignore',
  '.llmignore',
  '.qwenignore',
  '.rgignore',
  '.rooignore',
  '.tabnineignore',
  '.windsurfignore',
]);

/** True for a file whose change may change what is listed elsewhere; relative to the folder, with `/`. */
export function isRuleFile(path: string): boolean {
  return (
    ruleFileNames.has(path.slice(path.lastIndexOf('/') + 1)) || /(^|\/)\.git(\/info\/exclude|\/config)?$/.test(path)
  );
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
