import { errorMessage, isAbort } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { HistoryDeepening, HistoryMatch } from '../../protocol/historyIndex.ts';
import { unitVector } from '../embedding/quantise.ts';
import { deepQuestion, inDeepOrder, movableMatches } from './deepOrder.ts';

/** Vectors of passages that are kept, in memory alone. */
const MOST_KEPT = 400;

/** The deep model as a reader of passages that no folder has. */
export interface DeepReader {
  readonly isAllowed: boolean;
  /** The vectors of a question and of some passages; undefined where it rests. Rejects as the encoder does. */
  read(
    question: string,
    passages: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly question: Float32Array; readonly passages: readonly Int8Array[] } | undefined>;
}

/** Puts what the search of the history has found in the order that the deep model finds better. */
export class DeepHits {
  readonly #reader: DeepReader;
  readonly #log: Pick<Log, 'warn'>;
  /** Unit vectors by passage, the oldest first. */
  readonly #kept = new Map<string, Float32Array>();
  #forgotten = 0;

  constructor(reader: DeepReader, log: Pick<Log, 'warn'>) {
    this.#reader = reader;
    this.#log = log;
  }

  /** Whether {@link reorder} could give another order. */
  canReorder(query: string, matches: readonly HistoryMatch[]): boolean {
    return this.#reader.isAllowed && movableMatches(matches).length > 1 && deepQuestion(query) !== undefined;
  }

  /** See the contract. Rejects only when the signal aborts. */
  async reorder({ query, matches, passages }: HistoryDeepening, signal: AbortSignal): Promise<HistoryMatch[]> {
    const question = deepQuestion(query);
    if (!this.#reader.isAllowed || question === undefined) return [...matches];
    const read = movableMatches(matches).flatMap((match) => {
      const text = passages.get(match.messageId) ?? '';
      return text === '' ? [] : [{ match, text }];
    });
    const missing = [...new Set(read.map(({ text }) => text))].filter((text) => !this.#kept.has(text));
    const before = this.#forgotten;
    try {
      const answer = await this.#reader.read(question, missing, signal);
      if (answer === undefined) return [...matches];
      const made = new Map(missing.map((text, at) => [text, unitVector(answer.passages[at] ?? new Int8Array())]));
      const similarities = new Map<HistoryMatch, number>();
      for (const { match, text } of read) {
        const vector = this.#kept.get(text) ?? made.get(text);
        // Forgotten meanwhile: the next search reads it again.
        if (vector === undefined) return [...matches];
        if (before === this.#forgotten) this.#keep(text, vector);
        similarities.set(match, dot(answer.question, vector));
      }
      return inDeepOrder(matches, similarities);
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error;
      this.#log.warn(`The deep model did not read what was found: ${errorMessage(error)}`);
      return [...matches];
    }
  }

  /** Messages were removed: nothing is kept that may be of them. */
  forget(): void {
    this.#forgotten++;
    this.#kept.clear();
  }

  #keep(text: string, vector: Float32Array): void {
    this.#kept.delete(text);
    this.#kept.set(text, vector);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
