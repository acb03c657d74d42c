import type { TokenEncoding } from '../../models/tokenEncoding.ts';

type Count = (texts: readonly string[], encoding: TokenEncoding, signal: AbortSignal) => Promise<readonly number[]>;

/** Together the texts whose tokens are remembered have at most so many characters. */
const REMEMBERED = 6_000_000;
/** Who counts answers within this time, or it is estimated. */
const PATIENCE_MS = 10_000;
/** UTF-16 code units. */
const CHARACTERS_IN_A_TOKEN = 3;

/** Counts tokens elsewhere, each text once. */
export class CountedTexts {
  readonly #count: Count;
  readonly #known = new Map<string, number>();
  #characters = 0;

  constructor(count: Count) {
    this.#count = count;
  }

  /** Tokens of each text; estimated where counting fails. Rejects only when `signal` aborts. */
  async count(texts: readonly string[], encoding: TokenEncoding, signal: AbortSignal): Promise<readonly number[]> {
    const keys = texts.map((text) => `${encoding} ${text}`);
    const missing = [...new Set(texts.filter((_, at) => !this.#known.has(keys[at] ?? '')))];
    const counts = new Map<string, number>();
    if (missing.length > 0) {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const counted = await this.#count(missing, encoding, patience).catch(() => null);
      signal.throwIfAborted();
      for (const [at, text] of missing.entries()) {
        const tokens = counted?.[at];
        counts.set(text, tokens ?? Math.ceil(text.length / CHARACTERS_IN_A_TOKEN));
        if (tokens !== undefined) this.#remember(`${encoding} ${text}`, tokens);
      }
    }
    return texts.map((text, at) => counts.get(text) ?? this.#known.get(keys[at] ?? '') ?? 0);
  }

  /** What was not asked for longest is forgotten. */
  #remember(key: string, tokens: number): void {
    this.#known.set(key, tokens);
    this.#characters += key.length;
    for (const old of this.#known.keys()) {
      if (this.#characters <= REMEMBERED) return;
      this.#known.delete(old);
      this.#characters -= old.length;
    }
  }
}
