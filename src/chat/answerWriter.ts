import type { Caller } from '../base/rpc.ts';
import type { StoreContract } from '../protocol/store.ts';

/** A piece of an answer that is on disk, with the lengths of text and reasoning before it. */
export interface WrittenPiece {
  readonly offset: number;
  readonly text: string;
  readonly reasoningOffset: number;
  readonly reasoning: string;
}

/** Hears of a piece once it is on disk. */
export type WrittenListener = (piece: WrittenPiece) => void;

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
  #reasoningOffset = 0;
  #isLast = false;
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

  /**
   * Resolves when everything taken is on disk and told; throws when it could not be. What came after a piece
   * that was not stored is not stored either: an answer may end early, but it has no hole.
   */
  async drain(): Promise<void> {
    await this.#writing;
    this.#isLast = true;
    if (this.#failure === undefined) await this.#write();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #write(): Promise<void> {
    try {
      for (;;) {
        const [text, textRest] = this.#isLast ? [this.#text, ''] : wholeCharacters(this.#text);
        const [reasoning, reasoningRest] = this.#isLast ? [this.#reasoning, ''] : wholeCharacters(this.#reasoning);
        if (text === '' && reasoning === '') break;
        const piece = { text, reasoning };
        this.#text = textRest;
        this.#reasoning = reasoningRest;
        await this.#store.call('turns.append', { messageId: this.#messageId, ...piece });
        this.#onWritten({ offset: this.#offset, reasoningOffset: this.#reasoningOffset, ...piece });
        this.#offset += text.length;
        this.#reasoningOffset += reasoning.length;
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }
}

/** The text without a first half of a surrogate pair at its end, and that half: the store keeps well-formed text only. */
function wholeCharacters(text: string): [whole: string, rest: string] {
  const isCut = /[\uD800-\uDBFF]$/.test(text);
  return isCut ? [text.slice(0, -1), text.slice(-1)] : [text, ''];
}
