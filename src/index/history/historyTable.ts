import type { VectorTable } from '../vectors/vectorTable.ts';
import { LiveSegment } from './liveSegment.ts';
import { ScoreArrays } from '../keywords/scoreArrays.ts';
import { type Segment, countDocuments } from './segment.ts';

/** A message in the table. */
interface Place {
  readonly live: LiveSegment;
  readonly document: number;
}

/** All messages as they are at one moment. They are numbered one segment after the other, those that are gone included. */
export interface Messages {
  readonly segments: readonly LiveSegment[];
  /** Messages that are there. */
  readonly count: number;
  /** Their words. */
  readonly words: number;
  /** Words of each. */
  readonly wordsOf: Uint32Array;
  readonly scores: ScoreArrays;
  /** The message whose part has its vector in each slot; some slots are nobody's, or of one that is gone. */
  readonly documentOfSlot: Int32Array;
}

/** Follows which slots have another vector now. */
export interface SlotFollower {
  added(slot: number): void;
  removed(slot: number): void;
}

/** All messages that are searched: segments from the oldest to the newest, and the vectors of their parts. */
export class HistoryTable<Near extends SlotFollower = SlotFollower> {
  readonly vectors: VectorTable;
  readonly near: Near;
  #segments: readonly LiveSegment[] = [];
  /** The segment and the part that each slot of the vectors belongs to. */
  readonly #owners: (LiveSegment | undefined)[] = [];
  readonly #parts: number[] = [];
  readonly #freeSlots: number[] = [];
  #words: Uint32Array | undefined;
  #scores = new ScoreArrays(0);
  #documentOfSlot: Int32Array | undefined;

  constructor(vectors: VectorTable, near: Near) {
    this.vectors = vectors;
    this.near = near;
  }

  get segments(): readonly LiveSegment[] {
    return this.#segments;
  }

  /** Messages that are there. */
  get count(): number {
    return this.#segments.reduce((sum, { liveCount }) => sum + liveCount, 0);
  }

  /** Parts that have a vector. */
  get partCount(): number {
    return this.#owners.length - this.#freeSlots.length;
  }

  /** What a search works on, which stays as it is while others add and merge; only what is removed is gone at once. */
  get messages(): Messages {
    const segments = this.#segments;
    return {
      segments,
      count: this.count,
      words: segments.reduce((sum, { liveWords }) => sum + liveWords, 0),
      wordsOf: (this.#words ??= wordsOf(segments)),
      scores: this.#scores,
      documentOfSlot: (this.#documentOfSlot ??= documentOfSlot(segments, this.#owners.length)),
    };
  }

  /** Slots for vectors that a segment will have, see {@link add}. */
  takeSlots(count: number): number[] {
    return Array.from({ length: count }, () => {
      const slot = this.#freeSlots.pop() ?? this.#owners.length;
      // Taken from now on, so that the next one is another.
      this.#owners[slot] ??= undefined;
      return slot;
    });
  }

  setVector(slot: number, vector: Int8Array): void {
    this.vectors.set(slot, vector);
    this.near.added(slot);
  }

  /** Whether a slot's vector is the one that it had when the index stood at this revision. */
  isCurrent(slot: number, revision: number): boolean {
    const owner = this.#owners[slot];
    const document = owner?.segment.parts.documentOf[this.#parts[slot] ?? -1] ?? -1;
    const takenAt = owner?.segment.documents.revisions[document];
    return takenAt !== undefined && takenAt <= revision && owner?.removed[document] === 0;
  }

  /** Puts a segment behind the others. Its vectors must be there. */
  add(segment: Segment): LiveSegment {
    const live = new LiveSegment(segment);
    this.#own(live);
    this.#setSegments([...this.#segments, live]);
    return live;
  }

  /**
   * Has these from now on, in this order: segments that it had, and new ones, whose vectors are set
   * afterwards; what is undefined is left out.
   */
  restore(segments: readonly (LiveSegment | Segment | undefined)[]): readonly LiveSegment[] {
    for (const live of this.#segments) if (!segments.includes(live)) this.#disown(live);
    const all = segments.filter((each) => each !== undefined);
    const restored = all.map((each) => (each instanceof LiveSegment ? each : new LiveSegment(each)));
    for (const live of restored) this.#own(live);
    this.#freeSlots.length = 0;
    for (const [slot, owner] of this.#owners.entries()) if (owner === undefined) this.#freeSlots.push(slot);
    this.#setSegments(restored);
    return restored;
  }

  /** Puts what was merged in the place of what it was merged from, which stood side by side. */
  replace(merged: readonly LiveSegment[], segment: Segment): LiveSegment {
    const live = new LiveSegment(segment);
    this.#own(live);
    const at = this.#segments.findIndex((each) => merged.includes(each));
    const rest = this.#segments.filter((each) => !merged.includes(each));
    this.#setSegments([...rest.slice(0, at), ...(live.liveCount > 0 ? [live] : []), ...rest.slice(at)]);
    return live;
  }

  /** Takes a message out; false when it is not there. */
  remove(messageId: string): boolean {
    const place = this.#find(messageId);
    if (place === undefined) return false;
    place.live.remove(place.document);
    for (const part of partsOf(place)) {
      const slot = place.live.segment.parts.slots[part] ?? 0;
      this.#clear(slot);
      this.#freeSlots.push(slot);
    }
    return true;
  }

  /** Where the part begins in its message that has its vector here. */
  startOfSlot(slot: number): number {
    return this.#owners[slot]?.segment.parts.startOffsets[this.#parts[slot] ?? -1] ?? 0;
  }

  #find(messageId: string): Place | undefined {
    // What changes is most often new.
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const live = this.#segments[index];
      const document = live?.find(messageId);
      if (live !== undefined && document !== undefined) return { live, document };
    }
    return undefined;
  }

  #own(live: LiveSegment): void {
    for (const [part, slot] of live.segment.parts.slots.entries()) {
      while (this.#owners.length < slot) this.#owners.push(undefined);
      this.#owners[slot] = live;
      this.#parts[slot] = part;
    }
  }

  #disown(live: LiveSegment): void {
    for (const slot of live.segment.parts.slots) if (this.#owners[slot] === live) this.#clear(slot);
  }

  #clear(slot: number): void {
    this.vectors.remove(slot);
    this.near.removed(slot);
    this.#owners[slot] = undefined;
  }

  #setSegments(segments: readonly LiveSegment[]): void {
    this.#segments = segments;
    this.#words = undefined;
    this.#documentOfSlot = undefined;
    this.#scores = new ScoreArrays(segments.reduce((sum, { removed }) => sum + removed.length, 0));
  }
}

function wordsOf(segments: readonly LiveSegment[]): Uint32Array {
  const words = new Uint32Array(segments.reduce((sum, { removed }) => sum + removed.length, 0));
  let base = 0;
  for (const { segment } of segments) {
    words.set(segment.documents.words, base);
    base += countDocuments(segment);
  }
  return words;
}

function documentOfSlot(segments: readonly LiveSegment[], slots: number): Int32Array {
  const documents = new Int32Array(slots).fill(-1);
  let base = 0;
  for (const { segment, removed } of segments) {
    for (const [part, slot] of segment.parts.slots.entries()) {
      const document = segment.parts.documentOf[part] ?? 0;
      // The slot of one that is gone may be another's by now.
      if (removed[document] === 0) documents[slot] = base + document;
    }
    base += removed.length;
  }
  return documents;
}

/** The numbers of a message's parts. */
function* partsOf({ live, document }: Place): Generator<number> {
  const { documentOf } = live.segment.parts;
  let low = 0;
  let high = documentOf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((documentOf[middle] ?? 0) < document) low = middle + 1;
    else high = middle;
  }
  for (let part = low; documentOf[part] === document; part++) yield part;
}
