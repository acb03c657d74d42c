import type { Kysely } from 'kysely';
import type { Disposable } from '../../base/disposable.ts';
import { SextantError } from '../../base/errors.ts';
import { acquireLock } from './acquireLock.ts';
import type { Engine, EngineOptions, EngineStatus } from './engine.ts';
import { KyselySession } from './kyselySession.ts';
import { LiveGeneration } from './liveGeneration.ts';
import { openGeneration } from './openGeneration.ts';
import type { StorePlatform } from './platform.ts';
import { loadSqlite, sqliteVersion } from './sqlDatabase.ts';
import { type PendingTransaction, runWork } from './transactionGroup.ts';

/** After this the lock is passed over: the log decides anyway. */
const LOCK_PATIENCE_MS = 5_000;
const LATE_SYNC_MS = 1_000;
/** A log larger than this, and than half its snapshot, is folded into a new snapshot. */
const LARGE_LOG_BYTES = 8_000_000;

/** Opens a folder as a database; see {@link Engine}. */
export async function openEngine<Schema>(options: EngineOptions): Promise<Engine<Schema>> {
  const { platform, migrations, sync = 'always' } = options;
  const sqlite = await loadSqlite(() => platform.readSqlite());
  const context = { platform, migrations, sqlite, sqliteVersion: sqliteVersion(sqlite) };
  platform.files.ensureFolder();
  refuseNetworkDisk(platform);
  const live = new LiveGeneration(context, await openGeneration(context), sync === 'always');
  return new LogEngine<Schema>(platform, live, {
    sqliteVersion: context.sqliteVersion,
    syncsLater: sync === 'eachSecond',
  });
}

function refuseNetworkDisk(platform: StorePlatform): void {
  const name = platform.networkDisk();
  if (name === undefined) return;
  throw new SextantError(
    'unsupported',
    `Sextant's storage folder ${platform.directory} is on a network disk (${name}), which can lose what was written ` +
      'to it. Choose a folder on a disk of this machine: in VS Code with the setting sextant.storage.folder, ' +
      'on the command line with --store.',
  );
}

interface Traits {
  readonly sqliteVersion: string;
  readonly syncsLater: boolean;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Takes turns: reads one at a time, and transactions in groups under the lock. */
class LogEngine<Schema> implements Engine<Schema> {
  readonly #platform: StorePlatform;
  readonly #live: LiveGeneration;
  readonly #traits: Traits;
  readonly #watching: Disposable;
  readonly #queue: PendingTransaction[] = [];
  readonly #compactions: Waiting[] = [];
  readonly onDidChange: Engine<Schema>['onDidChange'];
  readonly onNotice: Engine<Schema>['onNotice'];
  /** Settles when nobody uses the database. */
  #turn: Promise<unknown> = Promise.resolve();
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;
  /** The log's size at which it is folded; raised when that fails, so that not every write tries again. */
  #largeLogBytes = LARGE_LOG_BYTES;

  constructor(platform: StorePlatform, live: LiveGeneration, traits: Traits) {
    this.#platform = platform;
    this.#live = live;
    this.#traits = traits;
    this.onDidChange = live.onDidChange;
    this.onNotice = live.onNotice;
    let isDue = false;
    this.#watching = platform.watch(() => {
      if (isDue) return;
      isDue = true;
      void this.#takeTurn(() => {
        isDue = false;
        return this.#follow();
      });
    });
  }

  get notice(): string | null {
    return this.#live.notice;
  }

  async read<T>(work: (database: Kysely<Schema>) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return this.#takeTurn(async () => {
      await this.#follow();
      return runWork(this.#platform, new KyselySession<Schema>(this.#live.database), work);
    });
  }

  async transaction<T>(work: (database: Kysely<Schema>, touch: (topic: string) => void) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        // The queue holds transactions whatever their schema's type.
        run: work as unknown as PendingTransaction['run'],
        resolve,
        reject,
      });
      this.#write();
    });
  }

  async status(): Promise<EngineStatus> {
    this.#refuseWhenClosed();
    return this.#takeTurn(async () => {
      await this.#follow();
      const { database, current } = this.#live;
      const { rows } = database.execute('PRAGMA integrity_check', []);
      return {
        directory: this.#platform.directory,
        sqliteVersion: this.#traits.sqliteVersion,
        schemaVersion: current.header.schemaVersion,
        generation: current.number,
        snapshotBytes: current.header.snapshotBytes,
        logBytes: current.logBytes,
        integrity: rows.map((row) => String(row['integrity_check'])).join('; '),
        notice: this.notice,
      };
    });
  }

  async compact(): Promise<void> {
    this.#refuseWhenClosed();
    return new Promise((resolve, reject) => {
      this.#compactions.push({ resolve, reject });
      this.#write();
    });
  }

  async export(): Promise<Uint8Array> {
    this.#refuseWhenClosed();
    return this.#takeTurn(async () => {
      await this.#follow();
      return this.#live.database.export();
    });
  }

  async inspect<T>(bytes: Uint8Array, work: (database: Kysely<Schema>) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return this.#live.inspect(bytes, work as unknown as (database: Kysely<never>) => Promise<T>);
  }

  async replace<T>(
    bytes: Uint8Array,
    prepare: (next: Kysely<Schema>, present: Kysely<Schema>) => Promise<T>,
  ): Promise<T> {
    this.#refuseWhenClosed();
    const work = prepare as unknown as (next: Kysely<never>, present: Kysely<never>) => Promise<T>;
    const result = await this.#underLock((holdsLock) => this.#live.replace(bytes, work, holdsLock));
    // Once more, so that the generation before, which repairs go back to, is not the one that was replaced.
    await this.compact().catch(() => undefined);
    return result;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watching.dispose();
    await this.#writing;
    await this.#takeTurn(() => {
      clearTimeout(this.#syncTimer);
      try {
        if (this.#traits.syncsLater) this.#live.sync();
      } finally {
        this.#live.close();
      }
    });
  }

  /**
   * Applies what other windows wrote. Damage that shows up calls for somebody with the lock. While the
   * folder cannot be read, memory holds all there is to read; whoever writes is told.
   */
  async #follow(): Promise<void> {
    const wasDamaged = this.#live.isDamaged;
    await this.#live.catchUp(false).catch(() => undefined);
    if (this.#live.isDamaged && !wasDamaged && this.#closing === undefined) this.#write();
  }

  #write(): void {
    this.#writing ??= this.#writeAll();
  }

  /** Writes until nobody waits. Each round begins with a pause, in which those who want to come along can. */
  async #writeAll(): Promise<void> {
    do {
      await this.#platform.nextMacrotask();
      if (this.#queue.length > 0 || this.#live.isDamaged) await this.#writeGroup();
      if (this.#compactions.length > 0 || this.#isLogLarge()) await this.#foldLog();
    } while (this.#queue.length > 0 || this.#compactions.length > 0);
    // In the same breath as the look at the queue: who comes now starts anew.
    this.#writing = undefined;
  }

  async #writeGroup(): Promise<void> {
    try {
      await this.#underLock((holdsLock) => this.#live.commit(this.#queue, holdsLock));
      if (this.#traits.syncsLater) this.#syncSoon();
    } catch (error) {
      for (const pending of this.#queue.splice(0)) pending.reject(error);
    }
  }

  async #foldLog(): Promise<void> {
    const waiting = this.#compactions.splice(0);
    try {
      await this.#underLock((holdsLock) => this.#live.compact(holdsLock));
      this.#largeLogBytes = LARGE_LOG_BYTES;
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      this.#largeLogBytes = 2 * this.#live.current.logBytes;
      for (const { reject } of waiting) reject(error);
    }
  }

  #isLogLarge(): boolean {
    const { logBytes, header } = this.#live.current;
    return logBytes > Math.max(this.#largeLogBytes, header.snapshotBytes / 2);
  }

  async #underLock<T>(work: (holdsLock: boolean) => Promise<T>): Promise<T> {
    const { lock } = this.#platform;
    const holdsLock = await acquireLock(lock, LOCK_PATIENCE_MS);
    try {
      return await this.#takeTurn(() => work(holdsLock));
    } finally {
      if (holdsLock) lock.release();
    }
  }

  #takeTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined;
      // The next write learns of a failure: it begins with a compaction.
      this.#takeTurn(() => {
        this.#live.sync();
      }).catch(() => undefined);
    }, LATE_SYNC_MS);
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new SextantError('closed', 'The store is closed.');
  }
}
