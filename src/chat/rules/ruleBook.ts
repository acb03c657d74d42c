import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { errorMessage } from '../../base/errors.ts';
import type { RuleChoice } from '../../protocol/chatContext.ts';
import { type ProjectFile, type ProjectFiles, projectFileName } from '../projectFiles.ts';
import {
  type RuleFile,
  describeScope,
  inOrder,
  readRuleFile,
  ruleFileLimit,
  ruleGlobs,
  rulesApply,
} from './ruleFile.ts';

interface KnownRule {
  readonly id: string;
  readonly file: ProjectFile;
  readonly rule: RuleFile | null;
  readonly tokens: number;
  readonly problem: string | null;
}

export interface RuleSurroundings {
  readonly files: ProjectFiles;
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /** The ids of rules that the user has switched off in this workspace. */
  switchedOff(): readonly string[];
  saveSwitchedOff(ids: readonly string[]): void;
}

/** Rules that go along, as they are sent. */
export interface SentRule extends ProjectFile {
  readonly id: string;
  readonly text: string;
  readonly tokens: number;
}

/** What all rules of a question come to at most. Tokens. */
const BUDGET_TOKENS = 20_000;

/** The rules of the workspace: found, shown, switched on and off. */
export class RuleBook implements Disposable {
  readonly #surroundings: RuleSurroundings;
  readonly #changed = new Emitter<null>();
  #known: readonly KnownRule[] = [];
  #loading: Promise<void> | undefined;
  #isStale = false;

  readonly onDidChange = this.#changed.event;

  constructor(surroundings: RuleSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Looks for the files anew; one look at a time. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#refresh().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** What the user can switch; `places` are the files that go along with the next question. */
  choices(places: readonly ProjectFile[]): readonly RuleChoice[] {
    const off = new Set(this.#surroundings.switchedOff());
    const applying = new Set(this.#applying(places).map(({ id }) => id));
    return this.#known.map(({ id, rule, tokens, problem }) => ({
      id,
      label: id,
      when: rule === null ? '' : describeScope(rule.scope),
      isOn: !off.has(id),
      applies: applying.has(id),
      tokens,
      problem,
    }));
  }

  /** What goes along with a question about these files, in the order in which it is sent. */
  async rulesFor(places: readonly ProjectFile[]): Promise<readonly SentRule[]> {
    await this.#loading;
    return this.#applying(places);
  }

  switchRule(id: string, isOn: boolean): void {
    const others = this.#surroundings.switchedOff().filter((each) => each !== id);
    this.#surroundings.saveSwitchedOff(isOn ? others : [...others, id]);
    this.#changed.fire(null);
  }

  /** The file of a rule; undefined where it is gone. */
  fileOf(id: string): ProjectFile | undefined {
    return this.#known.find((known) => known.id === id)?.file;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #applying(places: readonly ProjectFile[]): readonly SentRule[] {
    const off = new Set(this.#surroundings.switchedOff());
    const usable = this.#known.filter(({ id, problem }) => problem === null && !off.has(id));
    const byFile = new Map(usable.flatMap((known) => (known.rule === null ? [] : [[known.rule, known] as const])));
    let left = BUDGET_TOKENS;
    return inOrder([...byFile.keys()]).flatMap((rule) => {
      const known = byFile.get(rule);
      const paths = places.filter(({ folder }) => folder === rule.folder).map(({ path }) => path);
      if (known === undefined || !rulesApply(rule, paths) || known.tokens > left) return [];
      left -= known.tokens;
      return { id: known.id, folder: rule.folder, path: rule.path, text: rule.text, tokens: known.tokens };
    });
  }

  async #refresh(): Promise<void> {
    const { files } = this.#surroundings;
    while (this.#isStale) {
      this.#isStale = false;
      const found = await files.find(ruleGlobs).catch(() => []);
      const read = await Promise.all(found.map((file) => this.#read(file, found)));
      const known = read.filter(({ rule, problem }) => problem !== null || rule?.text !== '');
      const tokens = await this.#surroundings.countTokens(known.map(({ rule }) => rule?.text ?? '')).catch(() => []);
      this.#known = known.map((each, at) => ({ ...each, tokens: tokens[at] ?? 0 }));
    }
    this.#changed.fire(null);
  }

  async #read(file: ProjectFile, all: readonly ProjectFile[]): Promise<Omit<KnownRule, 'tokens'>> {
    const id = projectFileName(file, all);
    try {
      const text = await this.#surroundings.files.read(file, ruleFileLimit);
      return { id, file, rule: readRuleFile(file, text), problem: null };
    } catch (error) {
      return { id, file, rule: null, problem: errorMessage(error) };
    }
  }
}
