import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tiktoken, init } from 'tiktoken/lite/init';
import type { TokenEncoding } from '../models/tokenEncoding.ts';
import { webAssembly } from './webAssembly.ts';

/** A run without a place to cut takes the encoder time in the square of its length. Characters. */
const MAX_RUN = 4000;

/** Counts tokens in OpenAI's encodings. The table of each is loaded when it is first asked for. */
export class TokenCounter {
  readonly #assetDirectory: string;
  readonly #encoders = new Map<TokenEncoding, Promise<Tiktoken>>();
  #engine: Promise<void> | undefined;

  /** `tiktoken_bg.wasm` lies in `assetDirectory`. */
  constructor(assetDirectory: string) {
    this.#assetDirectory = assetDirectory;
  }

  /** Exact, but for texts with more than 4,000 characters and no space after a letter or digit: a few too many then. */
  async count(text: string, encoding: TokenEncoding = 'o200k_base'): Promise<number> {
    const loading = this.#encoders.get(encoding) ?? this.#load(encoding);
    this.#encoders.set(encoding, loading);
    const encoder = await loading;
    let tokens = 0;
    for (let start = 0; start < text.length;) {
      const end = cutBefore(text, start + MAX_RUN, start);
      tokens += encoder.encode(text.slice(start, end), [], []).length;
      start = end;
    }
    return tokens;
  }

  async #load(encoding: TokenEncoding): Promise<Tiktoken> {
    this.#engine ??= readFile(path.join(this.#assetDirectory, 'tiktoken_bg.wasm')).then((wasm) =>
      init((imports) => webAssembly.instantiate(wasm, imports)),
    );
    await this.#engine;
    const { default: table } = await tables[encoding]();
    return new Tiktoken(table.bpe_ranks, table.special_tokens, table.pat_str);
  }
}

const tables = {
  o200k_base: () => import('tiktoken/encoders/o200k_base'),
  cl100k_base: () => import('tiktoken/encoders/cl100k_base'),
};

/**
 * The last place up to `limit` where no token of either encoding goes across: before white space that follows a
 * letter or a digit. Where there is none, `limit`, but not between the halves of a character.
 */
function cutBefore(text: string, limit: number, start: number): number {
  if (limit >= text.length) return text.length;
  for (let at = limit; at > start; at--) {
    if (/\s/u.test(text.charAt(at)) && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return at;
  }
  return /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
}
