import type { Caller } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';

/** Hears of text once it is on disk. `offset` is the length of the answer before it. */
export type WrittenListener = (piece: { offset: number; text: string; reasoning: string }) => void;

/**
 * Stores an answer piece by piece and tells of a piece only when it is on disk, so that nothing that
 * was shown can be lost. Pieces that arrive while one is written go together in the next.
 */
export class AnswerWriter {
  readonly #store: Caller<StoreContract>;
  readonly #messageId: string;
  readonly #onWritten: WrittenListener;
  #text = '';
  #reasoning = '';
  #offset = 0;
  #writing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(store: Caller<StoreContract>, messageId: string, onWritten: WrittenListener) {
    this.#store = store;
    this.#messageId = messageId;
    this.#onWritten = onWritten;
  }

  /** Takes a piece. Throws when an earlier one could not be stored. */
  push(piece: { text?: string; reasoning?: string }): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#text += piece.text ?? '';
    this.#reasoning += piece.reasoning ?? '';
    this.#writing ??= this.#write();
  }

  /** Resolves when everything taken is on disk and told; throws when it could not be. */
  async drain(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    try {
      while (this.#text !== '' || this.#reasoning !== '') {
        const piece = { text: this.#text, reasoning: this.#reasoning };
        this.#text = '';
        this.#reasoning = '';
        await this.#store.call('turns.append', { messageId: this.#messageId, ...piece });
        this.#onWritten({ offset: this.#offset, ...piece });
        this.#offset += piece.text.length;
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }
}
