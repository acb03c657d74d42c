import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import { compileWasm } from '../compileWasm.node.ts';
import { webAssembly } from '../webAssembly.ts';
import type { GrammarName } from './languages.ts';

/**
 * Beyond this a file is chunked by lines: the parser itself gives up, the watchdog need not bite. It is counted in the
 * parser's own steps, so that a busy machine refuses no file that an idle one takes: a megabyte of code has 5,000, and
 * so many of the slowest take four seconds.
 */
const MOST_STEPS = 15_000;

/** Parses with the grammars that lie in `assetDirectory`, each loaded at its first need. */
export class Grammars {
  readonly #assetDirectory: string;
  readonly #languages = new Map<GrammarName, Promise<Language>>();
  #parser: Promise<Parser> | undefined;

  constructor(assetDirectory: string) {
    this.#assetDirectory = assetDirectory;
  }

  /** The tree, for the caller to delete; undefined when the text took too many steps. */
  async parse(text: string, grammar: GrammarName): Promise<Tree | undefined> {
    const parser = await (this.#parser ??= this.#createParser());
    let language = this.#languages.get(grammar);
    if (language === undefined) this.#languages.set(grammar, (language = this.#load(grammar)));
    parser.setLanguage(await language);
    let steps = 0;
    const tree = parser.parse(text, null, { progressCallback: () => ++steps > MOST_STEPS });
    if (tree === null) parser.reset();
    return tree ?? undefined;
  }

  async #createParser(): Promise<Parser> {
    const bytes = await readFile(path.join(this.#assetDirectory, 'web-tree-sitter.wasm'));
    // Most of all parsing happens in these 200 kB, whatever the grammar.
    const parsing = compileWasm('tiering', () => new webAssembly.Module(bytes));
    const hooks = {
      instantiateWasm(imports: object, done: (instance: object, module: object) => void) {
        done(new webAssembly.Instance(parsing, imports), parsing);
      },
    };
    // The package's types have the hook with other parameters than Emscripten gives it.
    await Parser.init(hooks as unknown as Parameters<typeof Parser.init>[0]);
    return new Parser();
  }

  async #load(grammar: GrammarName): Promise<Language> {
    return await Language.load(await readFile(path.join(this.#assetDirectory, `tree-sitter-${grammar}.wasm`)));
  }
}
