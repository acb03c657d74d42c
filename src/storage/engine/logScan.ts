import type { Seal } from '../seal/seal.ts';
import { type FoundHeader, decodeSeal, findMagic, readBody, readHeader, recordSize } from './logRecord.ts';

/** How far a log has been read. */
export interface LogPosition {
  /** Where the next record is expected. */
  readonly offset: number;
  /** Sequence of the last transaction that counts. */
  readonly sequence: number;
}

/** A record that counts, and where it ends. */
export type ScannedRecord =
  | { readonly kind: 'transaction'; readonly body: Uint8Array; readonly position: LogPosition }
  | { readonly kind: 'seal'; readonly nextGeneration: number; readonly position: LogPosition };

/**
 * What stands after the last record that counts: nothing; a record that was cut off while it was
 * written, or is still being written; or bytes that nobody can have meant.
 */
export type LogTail = 'clean' | 'torn' | 'damaged';

/** The bytes of a log from `start`, a file offset, to its end. */
export interface LogBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly generation: number;
  /** Null where bodies are not sealed. */
  readonly seal: Seal | null;
}

/**
 * The law of the log: which records count. It depends on nothing but the file, and appending changes
 * none of its former answers, so every process that reads the file comes to the same transactions.
 *
 * - A transaction counts when it stands where its writer expected it, right after the one before.
 * - A record that stands elsewhere is void: another writer came first.
 * - Bytes that are no record are void when the next transaction says so: its writer saw them.
 * - A seal counts wherever its writer expected it. It ends the log.
 */
export function* scanLog(
  log: LogBytes,
  from: LogPosition,
): Generator<ScannedRecord, { position: LogPosition; tail: LogTail }> {
  const { bytes, start } = log;
  let position = from;
  for (;;) {
    const at = position.offset - start;
    if (at >= bytes.length) return { position, tail: 'clean' };
    const header = headerAt(log, at);
    const body = header === undefined ? undefined : readBody(bytes, at, header, log.seal);
    let found: ScannedRecord | undefined;
    if (header !== undefined && body !== undefined) {
      found = judge(header, body, position, at + start);
      if (found === undefined && isVoid(header, at + start, position)) {
        position = { offset: position.offset + header.size, sequence: position.sequence };
        continue;
      }
    }
    found ??= findSuccessor(log, at + 1, position);
    if (found === undefined) return { position, tail: isTorn(log, position) ? 'torn' : 'damaged' };
    yield found;
    if (found.kind === 'seal') return { position, tail: 'clean' };
    position = found.position;
  }
}

/** Every intact transaction at `from` or later that stands in its place, for when the law finds damage. */
export function* salvageLog(log: LogBytes, from: LogPosition): Generator<{ body: Uint8Array; sequence: number }> {
  let sequence = from.sequence;
  let at = findMagic(log.bytes, Math.max(0, from.offset - log.start));
  while (at !== -1) {
    const header = headerAt(log, at);
    const body = header?.offset === at + log.start ? readBody(log.bytes, at, header, log.seal) : undefined;
    const counts = header?.kind === 'transaction' && body !== undefined && header.sequence > sequence;
    if (counts) {
      sequence = header.sequence;
      yield { body, sequence };
    }
    at = findMagic(log.bytes, at + (counts ? header.size : 1));
  }
}

function headerAt(log: LogBytes, at: number): FoundHeader | undefined {
  const header = readHeader(log.bytes, at);
  return header?.generation === log.generation ? header : undefined;
}

function judge(
  header: FoundHeader,
  body: Uint8Array,
  position: LogPosition,
  offset: number,
): ScannedRecord | undefined {
  if (header.offset !== offset) return undefined;
  const end = { offset: offset + header.size, sequence: header.sequence };
  if (header.kind === 'seal') {
    const nextGeneration = decodeSeal(body);
    return nextGeneration > header.generation ? { kind: 'seal', nextGeneration, position: end } : undefined;
  }
  return header.sequence === position.sequence + 1 ? { kind: 'transaction', body, position: end } : undefined;
}

/** An intact record that another writer beat: elsewhere than expected, or with a number that is taken. */
function isVoid(header: FoundHeader, offset: number, position: LogPosition): boolean {
  return header.offset !== offset || header.sequence <= position.sequence;
}

/** A later record whose writer had read up to `position` and found the bytes up to its own void. */
function findSuccessor(log: LogBytes, from: number, position: LogPosition): ScannedRecord | undefined {
  for (let at = findMagic(log.bytes, from); at !== -1; at = findMagic(log.bytes, at + 1)) {
    const header = headerAt(log, at);
    if (header === undefined || (header.kind === 'transaction' && header.after !== position.offset)) continue;
    const body = readBody(log.bytes, at, header, log.seal);
    const found = body === undefined ? undefined : judge(header, body, position, at + log.start);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Whether no transaction can have been acknowledged behind `position`: there is not room for one, or
 * the last one begun is not all there, and its writer had found nothing valid before it.
 */
function isTorn(log: LogBytes, position: LogPosition): boolean {
  const { bytes, start } = log;
  const first = position.offset - start;
  if (bytes.length - first < recordSize(0, log.seal)) return true;
  let isCut = false;
  for (let at = findMagic(bytes, first); at !== -1; at = findMagic(bytes, at + 1)) {
    const header = headerAt(log, at);
    const isInPlace = header?.offset === at + start && header.after === position.offset;
    if (isInPlace || (header !== undefined && at === first)) isCut = at + header.size > bytes.length;
  }
  return isCut;
}
