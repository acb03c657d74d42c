import type { Caller } from '../base/rpc.ts';
import type { Message, StoreContract } from '../protocol/store.ts';
import { callAgain } from './callAgain.ts';

/** A piece of an answer that is on disk, with the lengths of text and reasoning before it. */
export interface WrittenPiece {
  readonly offset: number;
  readonly text: string;
  readonly reasoningOffset: number;
  readonly reasoning: string;
}

/** Hears of a piece once it is on disk. */
export type WrittenListener = (piece: WrittenPiece) => void;

/** An answer as far as it is stored. */
type Written = Pick<Message, 'id' | 'content' | 'reasoning'>;

/**
 * Stores an answer piece by piece and tells of a piece only when it is on disk, so that nothing that
 * was shown can be lost. Pieces that arrive while one is written go together in the next. It begins at the end of what the answer has. A
 * store that dies on the way costs nothing: it starts again and is asked again.
 */
export class AnswerWriter {
  readonly #store: Caller<StoreContract>;
  readonly #messageId: string;
  readonly #onWritten: WrittenListener;
  #text = '';
  #reasoning = '';
  #offset: number;
  #reasoningOffset: number;
  /** The same in bytes of UTF-8, as the store counts. */
  #bytes: number;
  #reasoningBytes: number;
  #isLast = false;
  #writing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(store: Caller<StoreContract>, answer: Written, onWritten: WrittenListener) {
    this.#store = store;
    this.#messageId = answer.id;
    this.#onWritten = onWritten;
    this.#offset = answer.content.length;
    this.#reasoningOffset = answer.reasoning.length;
    this.#bytes = byteLength(answer.content);
    this.#reasoningBytes = byteLength(answer.reasoning);
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
        await this.#append(piece);
        this.#onWritten({ offset: this.#offset, reasoningOffset: this.#reasoningOffset, ...piece });
        this.#offset += text.length;
        this.#reasoningOffset += reasoning.length;
        this.#bytes += byteLength(text);
        this.#reasoningBytes += byteLength(reasoning);
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }

  async #append(piece: { readonly text: string; readonly reasoning: string }): Promise<void> {
    const at = { offset: this.#bytes, reasoningOffset: this.#reasoningBytes };
    await callAgain(() => this.#store.call('turns.append', { messageId: this.#messageId, ...at, ...piece }));
  }
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The text without a first half of a surrogate pair at its end, and that half: the store keeps well-formed text only. */
function wholeCharacters(text: string): [whole: string, rest: string] {
  const isCut = /[\uD800-\uDBFF]$/.test(text);
  return isCut ? [text.slice(0, -1), text.slice(-1)] : [text, ''];
}
