import { type Segment, countDocuments, countWords } from './segment.ts';
import { allStrings, stringAt } from './stringTable.ts';

/** A segment in use: messages of it may be gone. */
export class LiveSegment {
  readonly segment: Segment;
  /** 1 for each message that is gone. */
  readonly removed: Uint8Array;
  #conversations: readonly string[] | undefined;
  #liveCount: number;
  #liveWords: number;
  /** Hash of each id times 2^21 plus the number of its message, in order. */
  #byHash: Float64Array | undefined;

  constructor(segment: Segment) {
    this.segment = segment;
    this.#liveCount = countDocuments(segment);
    this.#liveWords = countWords(segment);
    this.removed = new Uint8Array(this.#liveCount);
  }

  /** Ids of the conversations that occur. */
  get conversations(): readonly string[] {
    return (this.#conversations ??= allStrings(this.segment.documents.conversations));
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  get liveWords(): number {
    return this.#liveWords;
  }

  get hasRemoved(): boolean {
    return this.#liveCount < this.removed.length;
  }

  /** The number of a message that is still there. */
  find(messageId: string): number | undefined {
    const { ids } = this.segment.documents;
    const sorted = (this.#byHash ??= this.#sortByHash());
    const hash = hashOf(messageId);
    let at = lowerBound(sorted, hash * HASH_STEP);
    for (; at < sorted.length; at++) {
      const key = sorted[at] ?? 0;
      if (Math.floor(key / HASH_STEP) !== hash) return undefined;
      const document = key % HASH_STEP;
      if (this.removed[document] === 0 && stringAt(ids, document) === messageId) return document;
    }
    return undefined;
  }

  remove(document: number): void {
    if (this.removed[document] !== 0) return;
    this.removed[document] = 1;
    this.#liveCount--;
    this.#liveWords -= this.segment.documents.words[document] ?? 0;
  }

  #sortByHash(): Float64Array {
    const { ids } = this.segment.documents;
    const keys = Float64Array.from(
      this.removed,
      (_, document) => hashOf(stringAt(ids, document)) * HASH_STEP + document,
    );
    return keys.sort();
  }
}

/** More messages than a segment ever has. */
const HASH_STEP = 2 ** 21;

/** FNV-1a over the UTF-16 units: 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function lowerBound(sorted: Float64Array, wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
