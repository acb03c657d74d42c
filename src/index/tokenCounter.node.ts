import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tiktoken, init } from 'tiktoken/lite/init';
import { webAssembly } from './webAssembly.ts';

/** Longer runs take the encoder time in the square of their length; they are counted in parts. */
const MAX_RUN = 4000;

/** Counts tokens in OpenAI's o200k_base encoding. Its table is loaded at the first call. */
export class TokenCounter {
  readonly #assetDirectory: string;
  #encoder: Promise<Tiktoken> | undefined;

  /** `tiktoken_bg.wasm` lies in `assetDirectory`. */
  constructor(assetDirectory: string) {
    this.#assetDirectory = assetDirectory;
  }

  async count(text: string): Promise<number> {
    const encoder = await (this.#encoder ??= this.#load());
    let tokens = 0;
    for (let start = 0; start < text.length; start += MAX_RUN) {
      tokens += encoder.encode(text.slice(start, start + MAX_RUN), [], []).length;
    }
    return tokens;
  }

  async #load(): Promise<Tiktoken> {
    const wasm = await readFile(path.join(this.#assetDirectory, 'tiktoken_bg.wasm'));
    await init((imports) => webAssembly.instantiate(wasm, imports));
    const { default: encoding } = await import('tiktoken/encoders/o200k_base');
    return new Tiktoken(encoding.bpe_ranks, encoding.special_tokens, encoding.pat_str);
  }
}
