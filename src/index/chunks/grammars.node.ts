import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { GrammarName } from './languages.ts';

/** Beyond this a file is chunked by lines: the parser itself gives up in time, the watchdog need not bite. */
const PARSE_LIMIT_MS = 3000;
const CALLS_A_LOOK = 64;

/** Parses with the grammars that lie in `assetDirectory`, each loaded at its first need. */
export class Grammars {
  readonly #assetDirectory: string;
  readonly #languages = new Map<GrammarName, Promise<Language>>();
  #parser: Promise<Parser> | undefined;

  constructor(assetDirectory: string) {
    this.#assetDirectory = assetDirectory;
  }

  /** The tree, for the caller to delete; undefined when the text could not be parsed in time. */
  async parse(text: string, grammar: GrammarName): Promise<Tree | undefined> {
    const parser = await (this.#parser ??= this.#createParser());
    let language = this.#languages.get(grammar);
    if (language === undefined) this.#languages.set(grammar, (language = this.#load(grammar)));
    parser.setLanguage(await language);
    const deadlineMs = performance.now() + PARSE_LIMIT_MS;
    // Asked every few microseconds: looking at the clock each time would cost a twentieth of parsing.
    let asked = 0;
    const isOver = (): boolean => ++asked % CALLS_A_LOOK === 0 && performance.now() > deadlineMs;
    const tree = parser.parse(text, null, { progressCallback: isOver });
    if (tree === null) parser.reset();
    return tree ?? undefined;
  }

  async #createParser(): Promise<Parser> {
    await Parser.init({ locateFile: (name: string) => path.join(this.#assetDirectory, name) });
    return new Parser();
  }

  async #load(grammar: GrammarName): Promise<Language> {
    return await Language.load(await readFile(path.join(this.#assetDirectory, `tree-sitter-${grammar}.wasm`)));
  }
}
