import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import type { PromptChoice } from '../../protocol/chatContext.ts';
import { type ProjectFile, type ProjectFiles, projectFileName } from '../projectFiles.ts';
import { builtInPrompts } from './builtInPrompts.ts';
import { type Prompt, promptFileLimit, promptGlobs, readPromptFile } from './promptFile.ts';

/** A question that begins with a command. */
export interface Invocation {
  readonly prompt: Prompt;
  /** What was typed after it. */
  readonly typed: string;
}

/** The slash commands: built-in ones, and the user’s own, which come before a built-in one of the same name. */
export class PromptBook implements Disposable {
  readonly #files: ProjectFiles;
  readonly #changed = new Emitter<null>();
  #prompts: readonly Prompt[] = builtInPrompts;
  #loading: Promise<void> | undefined;
  #isStale = false;

  readonly onDidChange = this.#changed.event;

  constructor(files: ProjectFiles) {
    this.#files = files;
  }

  /** Looks for the files anew; one look at a time. What cannot be read is left out. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#refresh().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  choices(): readonly PromptChoice[] {
    return this.#prompts.map(({ name, description, argumentHint, origin }) => {
      return { name, description, argumentHint, origin };
    });
  }

  /** The command that a question begins with; null where it begins with none that there is. */
  async find(question: string): Promise<Invocation | null> {
    await this.#loading;
    const [, name, typed = ''] = /^\s*\/(\S+)(?:\s+([\s\S]*))?$/u.exec(question) ?? [];
    const prompt = this.#prompts.find((each) => each.name === name);
    return prompt === undefined ? null : { prompt, typed: typed.trim() };
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #refresh(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const found = await this.#files.find(promptGlobs).catch(() => []);
      const read = await Promise.all(found.map((file) => this.#read(file, found)));
      const own = new Map<string, Prompt>();
      for (const prompt of read) if (prompt !== null && !own.has(prompt.name)) own.set(prompt.name, prompt);
      this.#prompts = [...own.values(), ...builtInPrompts.filter(({ name }) => !own.has(name))];
    }
    this.#changed.fire(null);
  }

  async #read(file: ProjectFile, all: readonly ProjectFile[]): Promise<Prompt | null> {
    try {
      return readPromptFile(projectFileName(file, all), await this.#files.read(file, promptFileLimit));
    } catch {
      return null;
    }
  }
}
