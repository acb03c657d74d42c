import type { Kysely } from 'kysely';
import type { Event } from '../../base/emitter.ts';
import type { StoreKey } from '../seal/seal.ts';
import type { StoreKeys } from '../seal/storeKeys.ts';
import type { StorePlatform } from './platform.ts';
import type { SetAside } from './setAside.ts';

/** Brings the schema from the version before to this one. Runs in one transaction, with foreign keys off. */
export interface Migration {
  readonly name: string;
  // A migration outlives the schema type of any one version, so it cannot be typed against it.
  readonly up: (database: Kysely<never>) => Promise<void>;
}

/** What one or several committed transactions were about. */
export interface EngineChange {
  /** What the transactions said they touched; `everything` when that is not known, as after a reload. */
  readonly topics: readonly string[] | 'everything';
  /** Whether this process wrote it, or another window. */
  readonly origin: 'here' | 'elsewhere';
}

/** A sentence for the user: a repair, a refusal to write. */
export interface EngineNotice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
}

export interface EngineStatus {
  readonly directory: string;
  readonly sqliteVersion: string;
  readonly schemaVersion: number;
  readonly generation: number;
  readonly snapshotBytes: number;
  readonly logBytes: number;
  /** Bytes in the database that hold nothing any more; `maintain('vacuum')` gives them back. */
  readonly freeBytes: number;
  /** Damaged files that repairs have kept; `removeSetAside` removes them. */
  readonly setAside: SetAside;
  readonly sync: StoreSync;
  /** What the last `checkIntegrity` of this process has found, and when; null when there was none. */
  readonly integrity: IntegrityCheck | null;
  readonly notice: string | null;
  /** Id of the key that the store is sealed with; null when it is not. */
  readonly keyId: string | null;
}

export interface IntegrityCheck {
  /** `ok`, or what is wrong. */
  readonly result: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * A database that several processes may have open, whose transactions are on disk when they resolve.
 *
 * Work functions await only their own queries (a query never waits for I/O): one that is still
 * unfinished at the next macrotask is rolled back and refused. They use no clock and no random
 * function of SQL; pass times and ids as parameters. Errors: `read-only`, `disk-full`, `damaged`, `locked`,
 * `outdated`, `closed`; what a work function throws comes through as it is.
 */
export interface Engine<Schema> {
  /** Sees all that is committed, here or in another window. Writing is refused. */
  read<T>(work: (database: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Resolves when the transaction is durable. `work` may run more than once (when another window
   * came first), so it must have no effect outside the database. Whatever `touch` is given reaches
   * the listeners of `onDidChange` in every window.
   */
  transaction<T>(work: (database: Kysely<Schema>, touch: (topic: string) => void) => Promise<T>): Promise<T>;
  readonly onDidChange: Event<EngineChange>;
  readonly onNotice: Event<EngineNotice>;
  /** The last of those sentences, also one from while it was opened. */
  readonly notice: string | null;
  status(): Promise<EngineStatus>;
  /** SQLite's integrity_check: it reads all there is. Gives `ok`, or what is wrong. */
  checkIntegrity(): Promise<string>;
  /** Writes the next snapshot now; the engine also does it by itself when the log has grown. */
  compact(): Promise<void>;
  /**
   * Gives disk space back and renews the planner's statistics (VACUUM, ANALYZE), and tells how large
   * the folder was and is. It takes as long as writing the database twice: for when nobody waits.
   */
  maintain(kind: Maintenance): Promise<Reclaimed>;
  /** A copy of all that is committed, as the bytes of an SQLite file. */
  export(): Promise<Uint8Array>;
  /**
   * Looks into a database from outside, such as a backup's, as it would be after `replace`. Codes: `outdated` when a
   * newer version made it, `damaged` and `invalid` when it is not whole or not of this schema. The bytes are of use
   * afterwards only where they are of this version's schema: an older one is brought to it in them.
   */
  inspect<T>(bytes: Uint8Array, work: (database: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Puts a database from outside in the place of the present one, for every window, in one step: at any moment the
   * folder holds the one or the other, whole. `prepare` writes to the new one before anybody sees it, and reads the
   * present one. Nothing has happened when it throws. `read` gives the bytes, which become the database's own; it is
   * asked again when another window wrote first. Codes as of `inspect`.
   */
  replace<T>(
    read: () => Promise<Uint8Array>,
    prepare: (next: Kysely<Schema>, present: Kysely<Schema>) => Promise<T>,
  ): Promise<T>;
  /** Removes the damaged files that repairs have kept, and tells what that was. */
  removeSetAside(): Promise<SetAside>;
  /**
   * From now on the store is sealed with this key, or with null not at all: everything the folder holds is written
   * anew so. At any moment before, a crash leaves the one or the other, whole; other windows go over to it.
   */
  seal(key: StoreKey | null): Promise<void>;
  /** Finishes what was asked for and lets go of the folder. Later calls are refused with code `closed`. */
  close(): Promise<void>;
}

/**
 * `purge` also leaves nothing of what was deleted in the generation before; `forget`, which somebody must have asked
 * for, also nothing in what was set aside.
 */
export type Maintenance = 'vacuum' | 'purge' | 'forget';

/** The size of the store's folder. */
export interface Reclaimed {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface EngineOptions {
  /** The folder and the machine: `nodePlatform({ directory, assetDirectory })`. The engine owns all files in the folder. */
  readonly platform: StorePlatform;
  /** Keys for a store that is sealed; its `current` then says with which. */
  readonly keys?: StoreKeys;
  /** Oldest first; only ever appended to. Their number is the schema version. */
  readonly migrations: readonly Migration[];
  /** By default `always`. */
  readonly sync?: StoreSync;
}

/**
 * `always`: a transaction resolves after the disk has it. `eachSecond`: when the system has it, and
 * the disk within a second; a power cut can cost that second, a crash of the process nothing.
 */
export type StoreSync = 'always' | 'eachSecond';
