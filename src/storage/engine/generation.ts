import type { Seal, StoreKey } from '../seal/seal.ts';
import { decodeTransaction, encodeRecord, encodeSeal, recordSize, type RecordKind } from './logRecord.ts';
import { type LogHeader, logRole } from './logHeader.ts';
import { type LogBytes, type LogPosition, type LogTail, salvageLog, scanLog } from './logScan.ts';
import type { LogFile } from './platform.ts';
import type { SqlDatabase } from './sqlDatabase.ts';

/** What reading on in the log has brought. */
export interface CaughtUp {
  /** What the transactions that were applied had touched. */
  readonly topics: readonly string[];
  readonly applied: number;
  /** `sealed`: the log has ended. `lost`: another file, or none, stands under its name. */
  readonly end: LogTail | 'sealed' | 'lost';
  /** The generation that goes on when the log is sealed. */
  readonly next?: number;
}

/**
 * What has become of records that were appended. `beaten`: another writer came first, and they are void for everyone.
 * `lost`: they stand in a file that is under the log's name no more, so that memory alone has them; whoever writes the
 * store anew may take them along.
 */
export type Appended = 'stands' | 'beaten' | 'lost';

/** A record to append. */
export interface Entry {
  readonly kind: RecordKind;
  readonly body: Uint8Array;
}

/** A snapshot in memory and the log by which it grows. */
export class Generation {
  readonly header: LogHeader;
  #database: SqlDatabase;
  /** What both are sealed with; null when they are not. */
  readonly key: StoreKey | null;
  readonly #log: LogFile;
  readonly #seal: Seal | null;
  #position: LogPosition;
  /** Up to where the log has been looked at, which is further than `#position` when its end is torn. */
  #seenBytes: number;
  #isSuspect = false;
  #hasEnded = false;

  /** `start` is where the log's first record stands. */
  constructor(header: LogHeader, database: SqlDatabase, key: StoreKey | null, log: LogFile, start: number) {
    this.header = header;
    this.#database = database;
    this.key = key;
    this.#log = log;
    this.#seal = key === null ? null : key.sealFor(logRole(header.generation));
    this.#position = { offset: start, sequence: header.sequence };
    this.#seenBytes = start;
  }

  get database(): SqlDatabase {
    return this.#database;
  }

  get number(): number {
    return this.header.generation;
  }

  /** Sequence of the last transaction in the database. */
  get sequence(): number {
    return this.#position.sequence;
  }

  /** Whether a sync has failed: what the log shows is not necessarily what the disk has. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** Whether a seal has been found in the log: another generation goes on. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get logBytes(): number {
    return this.#seenBytes;
  }

  /** Whether there may be something to catch up with: one look at the file's size. True for good once it has ended. */
  hasGrown(): boolean {
    return this.#hasEnded || this.#log.size() !== this.#seenBytes;
  }

  /** Applies the transactions that were appended since the last time. */
  catchUp(): CaughtUp {
    const size = this.#log.size();
    if (size === this.#seenBytes && size === this.#position.offset) return { topics: [], applied: 0, end: 'clean' };
    const before = this.#position;
    if (size !== undefined && size < before.offset) {
      // Nobody shortens a log but by mistake; what it held is in the database.
      this.#seenBytes = size;
      return { topics: [], applied: 0, end: 'damaged' };
    }
    const bytes = this.#log.readFrom(before.offset);
    let position = before;
    const topics = new Set<string>();
    const scan = scanLog(this.#bytes(bytes, before.offset), before);
    const ended = this.database.write((): Pick<CaughtUp, 'end' | 'next'> => {
      for (;;) {
        const step = scan.next();
        if (step.done === true) {
          position = step.value.position;
          return { end: size === undefined ? 'lost' : step.value.tail };
        }
        if (step.value.kind === 'seal') return { end: 'sealed', next: step.value.nextGeneration };
        if (!this.#apply(step.value.body, topics)) return { end: 'damaged' };
        position = step.value.position;
      }
    });
    this.#position = position;
    this.#seenBytes = before.offset + bytes.length;
    this.#hasEnded = ended.end === 'sealed';
    return { topics: [...topics], applied: position.sequence - before.sequence, ...ended };
  }

  /** Applies what can still be read behind a damaged place, as far as it goes without what is lost. */
  salvage(): void {
    const { offset, sequence } = this.#position;
    const log = this.#bytes(this.#log.readFrom(offset), offset);
    this.#seenBytes = Math.min(offset + log.bytes.length, this.#log.size() ?? 0);
    this.database.write(() => {
      for (const record of salvageLog(log, { offset, sequence })) {
        this.#apply(record.body, new Set());
        this.#position = { offset: this.#position.offset, sequence: record.sequence };
      }
    });
  }

  /**
   * Appends the records in one write, and syncs. Transactions must have been executed by the caller, who commits when
   * they stand and rolls back otherwise; a failure to write or sync is thrown.
   */
  append(entries: readonly Entry[], sync: boolean): Appended {
    const start = this.#seenBytes;
    if (this.#log.size() !== start) return 'beaten';
    const { bytes, next } = this.#encode(entries);
    this.#log.append(bytes);
    if (sync) this.sync();
    // The file can only have this size when nothing else was appended: the records stand in their place.
    const appended = this.#log.size() === next.offset ? 'stands' : this.#fate(bytes, start, next);
    if (appended !== 'stands') return appended;
    this.#position = next;
    this.#seenBytes = next.offset;
    return appended;
  }

  /**
   * Tells those who still have this log open, which was deleted, that another generation has taken along what it has
   * come to here. Its number may be the same, so the seal names one that there will not be: nobody goes by it.
   */
  bequeath(): void {
    this.#log.appendToDeleted(this.#encode([{ kind: 'seal', body: encodeSeal(this.number + 1) }]).bytes);
  }

  /** Records as they are to stand behind what has been looked at, and where the last one then ends. */
  #encode(entries: readonly Entry[]): { readonly bytes: Uint8Array; readonly next: LogPosition } {
    const start = this.#seenBytes;
    let next: LogPosition = { offset: start, sequence: this.#position.sequence };
    const records = entries.map(({ kind, body }, index) => {
      const after = index === 0 ? this.#position.offset : next.offset;
      const { schemaVersion } = this.header;
      const place = { sequence: next.sequence + 1, offset: next.offset, after };
      next = { offset: next.offset + recordSize(body.length, this.#seal), sequence: place.sequence };
      return encodeRecord({ kind, generation: this.number, schemaVersion, ...place }, body, this.#seal);
    });
    return { bytes: concatenate(records, next.offset - start), next };
  }

  sync(): void {
    try {
      this.#log.sync();
    } catch (error) {
      this.#isSuspect = true;
      throw error;
    }
  }

  /** Goes on with another database that holds the same, and closes the one before. */
  replaceDatabase(database: SqlDatabase): void {
    this.#database.close();
    this.#database = database;
  }

  /** Closes both. */
  close(): void {
    this.database.close();
    this.closeLog();
  }

  /** For when the database goes on as the next generation. */
  closeLog(): void {
    this.#log.close();
  }

  /** Whether these bytes, expected at `start`, are what the law of the log takes to be there. */
  #fate(own: Uint8Array, start: number, end: LogPosition): Appended {
    const { offset } = this.#position;
    const bytes = this.#log.readFrom(offset);
    let counts = false;
    // A log that stands under its name no more has been put aside; only a seal says that its content lives on.
    let livesOn = this.#log.size() !== undefined;
    let isSealed = false;
    for (const record of scanLog(this.#bytes(bytes, offset), this.#position)) {
      counts ||=
        record.position.offset === end.offset && isEqual(own, bytes.subarray(start - offset, end.offset - offset));
      // Whoever sealed the log after these transactions has taken them along, if they had been seen.
      if (record.kind === 'seal' && record.position.offset !== end.offset) {
        isSealed = true;
        livesOn = record.position.sequence > end.sequence;
      }
    }
    if (!counts) return 'beaten';
    return livesOn ? 'stands' : isSealed ? 'beaten' : 'lost';
  }

  #bytes(bytes: Uint8Array, start: number): LogBytes {
    return { bytes, start, generation: this.number, seal: this.#seal };
  }

  #apply(body: Uint8Array, topics: Set<string>): boolean {
    try {
      const transaction = decodeTransaction(body);
      this.database.nested(() => {
        for (const { sql, parameters } of transaction.statements) this.database.execute(sql, parameters);
      });
      for (const topic of transaction.topics) topics.add(topic);
      return true;
    } catch {
      return false;
    }
  }
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
