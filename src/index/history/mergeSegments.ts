import { ByteWriter } from './byteWriter.ts';
import { PostingReader, skipVarints } from './postingReader.ts';
import type { Breathe } from './scoreMessages.ts';
import { type Segment, countDocuments } from './segment.ts';
import { numbered, writePosting } from './segmentBuilder.ts';
import { allStrings, countStrings, packStrings, stringAt } from './stringTable.ts';

/** A segment of which some messages are gone. */
export interface MergeSource {
  readonly segment: Segment;
  /** 1 for each message that is gone. */
  readonly removed: Uint8Array;
}

/** A source, with the number that each message gets; -1 for those that are gone. */
interface Numbered extends MergeSource {
  readonly numbers: Int32Array;
  readonly isWhole: boolean;
  /** The first number of its messages. */
  readonly base: number;
}

/**
 * One segment of the messages of several that are still there, oldest first: what is gone leaves nothing
 * behind. `breathe` is awaited between small steps.
 */
export async function mergeSegments(sources: readonly MergeSource[], breathe: Breathe): Promise<Segment> {
  let base = 0;
  const from = sources.map((source): Numbered => {
    const numbers = new Int32Array(countDocuments(source.segment)).fill(-1);
    const start = base;
    for (let document = 0; document < numbers.length; document++) {
      if (source.removed[document] !== 1) numbers[document] = base++;
    }
    return { ...source, numbers, base: start, isWhole: base - start === numbers.length };
  });
  return { documents: mergeDocuments(from), terms: await mergeTerms(from, breathe), parts: mergeParts(from) };
}

function mergeDocuments(from: readonly Numbered[]): Segment['documents'] {
  const pick = <T>(values: (segment: Segment) => ArrayLike<T>): T[] =>
    from.flatMap(({ segment, numbers }) => {
      const all = values(segment);
      return Array.from(all).filter((_, document) => (numbers[document] ?? -1) >= 0);
    });
  const named = (names: (segment: Segment) => readonly string[], of: (segment: Segment) => Uint32Array) => {
    const strings = pick((segment) => {
      const all = names(segment);
      return Array.from(of(segment), (number) => all[number] ?? '');
    });
    return strings;
  };
  const conversations = numbered(
    named(
      ({ documents }) => allStrings(documents.conversations),
      ({ documents }) => documents.conversationOf,
    ),
  );
  const models = numbered([
    '',
    ...named(
      ({ documents }) => allStrings(documents.models),
      ({ documents }) => documents.modelOf,
    ),
  ]);
  return {
    ids: packStrings(pick(({ documents }) => allStrings(documents.ids))),
    conversations: packStrings(conversations.names),
    conversationOf: conversations.numbers,
    models: packStrings(models.names),
    modelOf: models.numbers.slice(1),
    isUser: Uint8Array.from(pick(({ documents }) => documents.isUser)),
    createdAt: Float64Array.from(pick(({ documents }) => documents.createdAt)),
    revisions: Float64Array.from(pick(({ documents }) => documents.revisions)),
    words: Uint32Array.from(pick(({ documents }) => documents.words)),
  };
}

function mergeParts(from: readonly Numbered[]): Segment['parts'] {
  const documentOf: number[] = [];
  const startOffsets: number[] = [];
  const slots: number[] = [];
  for (const { segment, numbers } of from) {
    for (const [part, document] of segment.parts.documentOf.entries()) {
      const number = numbers[document] ?? -1;
      if (number < 0) continue;
      documentOf.push(number);
      startOffsets.push(segment.parts.startOffsets[part] ?? 0);
      slots.push(segment.parts.slots[part] ?? 0);
    }
  }
  return {
    documentOf: Uint32Array.from(documentOf),
    startOffsets: Uint32Array.from(startOffsets),
    slots: Uint32Array.from(slots),
  };
}

/** The terms of all, in order; a term that no message has any more is left out. */
async function mergeTerms(from: readonly Numbered[], breathe: Breathe): Promise<Segment['terms']> {
  const next = from.map(() => 0);
  const heads = from.map(({ segment }) => nameAt(segment, 0));
  const names: string[] = [];
  const counts: number[] = [];
  const postingStarts: number[] = [0];
  const positionStarts: number[] = [0];
  const out = { postings: new ByteWriter(), positions: new ByteWriter() };
  for (;;) {
    const name = heads.reduce<string | undefined>(
      (least, head) => (least === undefined || (head !== undefined && head < least) ? head : least),
      undefined,
    );
    if (name === undefined) break;
    let count = 0;
    let last = -1;
    for (const [index, source] of from.entries()) {
      if (heads[index] !== name) continue;
      const term = next[index] ?? 0;
      const copied = source.isWhole ? copyTerm(source, term, last, out) : pickTerm(source, term, last, out);
      count += copied.count;
      last = copied.last;
      next[index] = term + 1;
      heads[index] = nameAt(source.segment, term + 1);
    }
    if (count > 0) {
      names.push(name);
      counts.push(count);
      postingStarts.push(out.postings.length);
      positionStarts.push(out.positions.length);
    }
    const turn = breathe();
    if (turn !== undefined) await turn;
  }
  return {
    names: packStrings(names),
    counts: Uint32Array.from(counts),
    postingStarts: Uint32Array.from(postingStarts),
    postings: out.postings.finish(),
    positionStarts: Uint32Array.from(positionStarts),
    positions: out.positions.finish(),
  };
}

interface Output {
  readonly postings: ByteWriter;
  readonly positions: ByteWriter;
}

interface Copied {
  /** Messages that have the term. */
  readonly count: number;
  /** The last of them. */
  readonly last: number;
}

/** Copies the bytes: only the distance to the first message is another. */
function copyTerm({ segment, numbers, base }: Numbered, term: number, last: number, out: Output): Copied {
  const { postings, postingStarts, positions, positionStarts, counts } = segment.terms;
  const reader = new PostingReader(postings, postingStarts[term] ?? 0, postingStarts[term + 1] ?? 0);
  reader.next();
  writePosting(out.postings, base + reader.document - last - 1, reader.count);
  out.postings.copy(postings, reader.at, reader.end);
  out.positions.copy(positions, positionStarts[term] ?? 0, positionStarts[term + 1] ?? 0);
  while (reader.next());
  return { count: counts[term] ?? 0, last: numbers[reader.document] ?? -1 };
}

function pickTerm({ segment, numbers }: Numbered, term: number, last: number, out: Output): Copied {
  const { postings, postingStarts, positions, positionStarts } = segment.terms;
  const reader = new PostingReader(postings, postingStarts[term] ?? 0, postingStarts[term + 1] ?? 0);
  let at = positionStarts[term] ?? 0;
  const hasPositions = (positionStarts[term + 1] ?? 0) > at;
  let count = 0;
  let before = last;
  while (reader.next()) {
    const start = at;
    if (hasPositions) at = skipVarints(positions, at, reader.count);
    const number = numbers[reader.document] ?? -1;
    if (number < 0) continue;
    writePosting(out.postings, number - before - 1, reader.count);
    out.positions.copy(positions, start, at);
    before = number;
    count++;
  }
  return { count, last: before };
}

function nameAt({ terms }: Segment, index: number): string | undefined {
  return index < countStrings(terms.names) ? stringAt(terms.names, index) : undefined;
}
