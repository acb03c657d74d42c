import { eachTerm } from '../../base/words/eachTerm.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import type { HistoryMessage } from '../../protocol/historyIndex.ts';
import { ByteWriter } from './byteWriter.ts';
import type { Breathe } from './scoreMessages.ts';
import { LONGEST_MARKED_PREFIX, PREFIX_MARK, type Segment } from './segment.ts';
import { packStrings } from './stringTable.ts';

/** What stands later in a longer message is not indexed. */
const MAX_TEXT_LENGTH = 2_000_000;

const PIECE_LENGTH = 16_000;

/** A part of a message that has a vector, in the order of the messages. */
export interface EmbeddedPart {
  readonly document: number;
  readonly startOffset: number;
  readonly slot: number;
}

interface Collected {
  readonly postings: ByteWriter;
  readonly positions: ByteWriter;
  count: number;
  lastDocument: number;
}

/** Makes a segment of some messages. `revision` says where the index stands with them. */
export async function buildSegment(
  messages: readonly HistoryMessage[],
  parts: readonly EmbeddedPart[],
  revision: number,
  breathe: Breathe,
): Promise<Segment> {
  const terms = new Map<string, Collected>();
  const words = new Uint32Array(messages.length);
  for (const [document, { text }] of messages.entries()) {
    const places = new Map<string, number[]>();
    let count = 0;
    for (const piece of piecesOf(text.slice(0, MAX_TEXT_LENGTH))) {
      const base = count;
      count += eachTerm(piece, (term, position) => {
        const known = places.get(term);
        if (known === undefined) places.set(term, [base + position]);
        else known.push(base + position);
      });
      const turn = breathe();
      if (turn !== undefined) await turn;
    }
    words[document] = count;
    for (const [term, positions] of places) add(terms, term, document, positions.length, positions);
    for (const [prefix, positions] of prefixesOf(places)) {
      const isLong = prefix.length > LONGEST_MARKED_PREFIX;
      add(terms, prefix, document, positions.length, isLong ? positions.sort((a, b) => a - b) : []);
    }
  }
  const conversations = numbered(messages.map(({ conversationId }) => conversationId));
  const models = numbered(['', ...messages.map(({ model }) => modelName(model))]);
  return {
    documents: {
      ids: packStrings(messages.map(({ messageId }) => messageId)),
      conversations: packStrings(conversations.names),
      conversationOf: conversations.numbers,
      models: packStrings(models.names),
      modelOf: models.numbers.slice(1),
      isUser: Uint8Array.from(messages, ({ role }) => (role === 'user' ? 1 : 0)),
      createdAt: Float64Array.from(messages, ({ createdAt }) => createdAt),
      revisions: new Float64Array(messages.length).fill(revision),
      words,
    },
    terms: packTerms(terms),
    parts: {
      documentOf: Uint32Array.from(parts, ({ document }) => document),
      startOffsets: Uint32Array.from(parts, ({ startOffset }) => startOffset),
      slots: Uint32Array.from(parts, ({ slot }) => slot),
    },
  };
}

/** A text in pieces that take a moment each, cut between words where it has any. */
function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const space = text.slice(start + PIECE_LENGTH, start + 2 * PIECE_LENGTH).search(/\s/);
    const end = start + PIECE_LENGTH + (space === -1 ? PIECE_LENGTH : space);
    yield text.slice(start, end);
    start = end;
  }
}

/** How a model is called in a segment; empty for none. */
export function modelName(model: ModelRef | null): string {
  return model === null ? '' : `${model.provider}\n${model.model}`;
}

/** Different strings in the order in which they come, and the number of each one that was given. */
export function numbered(strings: readonly string[]): { names: string[]; numbers: Uint32Array } {
  const known = new Map<string, number>();
  const numbers = Uint32Array.from(strings, (string) => {
    let number = known.get(string);
    if (number === undefined) known.set(string, (number = known.size));
    return number;
  });
  return { names: [...known.keys()], numbers };
}

/** Where each short beginning occurs that is not a term itself. */
function prefixesOf(places: ReadonlyMap<string, readonly number[]>): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [term, positions] of places) {
    for (let length = 1; length <= LONGEST_MARKED_PREFIX && length < term.length; length++) {
      const prefix = PREFIX_MARK + term.slice(0, length);
      const known = found.get(prefix);
      if (known === undefined) found.set(prefix, [...positions]);
      else for (const position of positions) known.push(position);
    }
  }
  return found;
}

function add(
  terms: Map<string, Collected>,
  term: string,
  document: number,
  count: number,
  positions: readonly number[],
): void {
  let collected = terms.get(term);
  if (collected === undefined) {
    collected = { postings: new ByteWriter(), positions: new ByteWriter(), count: 0, lastDocument: -1 };
    terms.set(term, collected);
  }
  writePosting(collected.postings, document - collected.lastDocument - 1, count);
  let last = 0;
  for (const position of positions) {
    collected.positions.varint(position - last);
    last = position;
  }
  collected.count++;
  collected.lastDocument = document;
}

/** See `SegmentTerms`; the distance to a message that follows at once is 0. */
export function writePosting(postings: ByteWriter, distance: number, count: number): void {
  postings.varint(distance * 2 + (count > 1 ? 1 : 0));
  if (count > 1) postings.varint(count);
}

function packTerms(terms: ReadonlyMap<string, Collected>): Segment['terms'] {
  const names = [...terms.keys()].sort((a, b) => (a < b ? -1 : 1));
  const counts = new Uint32Array(names.length);
  const postingStarts = new Uint32Array(names.length + 1);
  const positionStarts = new Uint32Array(names.length + 1);
  const postings = new ByteWriter();
  const positions = new ByteWriter();
  for (const [index, name] of names.entries()) {
    const collected = terms.get(name);
    if (collected === undefined) continue;
    counts[index] = collected.count;
    copyAll(postings, collected.postings);
    copyAll(positions, collected.positions);
    postingStarts[index + 1] = postings.length;
    positionStarts[index + 1] = positions.length;
  }
  return {
    names: packStrings(names),
    counts,
    postingStarts,
    postings: postings.finish(),
    positionStarts,
    positions: positions.finish(),
  };
}

function copyAll(to: ByteWriter, from: ByteWriter): void {
  const bytes = from.finish();
  to.copy(bytes, 0, bytes.length);
}
