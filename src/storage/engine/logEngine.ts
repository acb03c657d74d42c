import type { Kysely } from 'kysely';
import type { Disposable } from '../../base/disposable.ts';
import { SextantError, errorCode, isSextantError } from '../../base/errors.ts';
import type { StoreKey } from '../seal/seal.ts';
import { acquireLock } from './acquireLock.ts';
import type { EngineContext } from './context.ts';
import type { Engine, EngineStatus, IntegrityCheck, Maintenance, Reclaimed, StoreSync } from './engine.ts';
import { KyselySession } from './kyselySession.ts';
import type { LiveGeneration } from './liveGeneration.ts';
import type { StorePlatform } from './platform.ts';
import { inspectReplacement } from './replacement.ts';
import { type SetAside, countSetAside, removeSetAside } from './setAside.ts';
import { type PendingTransaction, runWork } from './transactionGroup.ts';

/** After this the lock is passed over: the log decides anyway. */
const LOCK_PATIENCE_MS = 5_000;
/** How long writes take the lock after another window has come first. */
const CONTENTION_MS = 2_000;
const LATE_SYNC_MS = 1_000;
/** How soon a window looks at what another has written, when nobody asks before. */
const FOLLOW_MS = 5;
/** A log larger than this, and than half its snapshot, is folded into a new snapshot. */
const LARGE_LOG_BYTES = 8_000_000;

/** Takes turns: reads one at a time, and transactions in groups under the lock. */
export class LogEngine<Schema> implements Engine<Schema> {
  readonly #context: EngineContext;
  readonly #platform: StorePlatform;
  readonly #live: LiveGeneration;
  readonly #sync: StoreSync;
  readonly #watching: Disposable;
  readonly #queue: PendingTransaction[] = [];
  /** Work under the lock that is no transaction. */
  readonly #errands: (() => Promise<void>)[] = [];
  readonly onDidChange: Engine<Schema>['onDidChange'];
  readonly onNotice: Engine<Schema>['onNotice'];
  /** Settles when nobody uses the database. */
  #turn: Promise<unknown> = Promise.resolve();
  #writing: Promise<void> | undefined;
  #integrity: IntegrityCheck | null = null;
  #contendedUntilMs = 0;
  #closing: Promise<void> | undefined;
  #syncTimer: ReturnType<typeof setTimeout> | undefined;
  #followTimer: ReturnType<typeof setTimeout> | undefined;
  /** The log's size at which it is folded; raised when that fails, so that not every write tries again. */
  #largeLogBytes = LARGE_LOG_BYTES;

  constructor(context: EngineContext, live: LiveGeneration, sync: StoreSync) {
    const { platform } = context;
    this.#context = context;
    this.#platform = platform;
    this.#live = live;
    this.#sync = sync;
    this.onDidChange = live.onDidChange;
    this.onNotice = live.onNotice;
    this.#watching = platform.watch(() => {
      // A window that writes hears of each of its own writes: one look serves many.
      this.#followTimer ??= setTimeout(() => {
        void this.#takeTurn(() => {
          this.#followTimer = undefined;
          // Whoever asks next is told.
          return this.#follow().catch(() => undefined);
        });
      }, FOLLOW_MS);
    });
  }

  get notice(): string | null {
    return this.#live.notice;
  }

  async read<T>(work: (database: Kysely<Schema>) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return this.#takeTurn(async () => {
      await this.#follow();
      return runWork(this.#platform, new KyselySession<Schema>(this.#live.database, 'reads'), work);
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
      return {
        directory: this.#platform.directory,
        sqliteVersion: this.#context.sqliteVersion,
        schemaVersion: current.header.schemaVersion,
        generation: current.number,
        snapshotBytes: current.header.snapshotBytes,
        logBytes: current.logBytes,
        freeBytes: database.freeBytes(),
        setAside: countSetAside(this.#platform),
        sync: this.#sync,
        integrity: this.#integrity,
        notice: this.notice,
        keyId: current.key?.id ?? null,
      };
    });
  }

  async checkIntegrity(): Promise<string> {
    this.#refuseWhenClosed();
    return this.#takeTurn(async () => {
      await this.#follow();
      const { rows } = this.#live.database.execute('PRAGMA integrity_check', []);
      const result = rows.map((row) => String(row['integrity_check'])).join('; ');
      this.#integrity = { result, at: this.#platform.now() };
      return result;
    });
  }

  compact(): Promise<void> {
    return this.#doUnderLock((holdsLock) => this.#live.compact(holdsLock));
  }

  maintain(kind: Maintenance): Promise<Reclaimed> {
    return this.#doUnderLock(async (holdsLock) => {
      const bytesBefore = folderBytes(this.#platform);
      await this.#live.vacuum(holdsLock);
      // The generation before still holds what was deleted.
      if (kind !== 'vacuum') await this.#live.compact(holdsLock);
      if (kind === 'forget') removeSetAside(this.#platform);
      return { bytesBefore, bytesAfter: folderBytes(this.#platform) };
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
    return inspectReplacement(this.#context, bytes, work as unknown as (database: Kysely<never>) => Promise<T>);
  }

  async replace<T>(
    read: () => Promise<Uint8Array>,
    prepare: (next: Kysely<Schema>, present: Kysely<Schema>) => Promise<T>,
  ): Promise<T> {
    const work = prepare as unknown as (next: Kysely<never>, present: Kysely<never>) => Promise<T>;
    return this.#doUnderLock(async (holdsLock) => {
      const result = await this.#live.replace(read, work, holdsLock);
      // Once more, so that the generation before, which repairs go back to, is not the one that was replaced.
      await this.#live.compact(holdsLock).catch(() => undefined);
      return result;
    });
  }

  async removeSetAside(): Promise<SetAside> {
    this.#refuseWhenClosed();
    return this.#takeTurn(() => removeSetAside(this.#platform));
  }

  seal(key: StoreKey | null): Promise<void> {
    return this.#doUnderLock((holdsLock) => this.#live.seal(key, holdsLock));
  }

  /** Brings to its end what was interrupted while the store was being sealed; tried again at the next opening. */
  finishSealing(): void {
    if (this.#live.isHalfSealed) this.seal(this.#live.current.key).catch(() => undefined);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watching.dispose();
    clearTimeout(this.#followTimer);
    await this.#writing;
    await this.#takeTurn(() => {
      clearTimeout(this.#syncTimer);
      try {
        if (this.#sync === 'eachSecond') this.#live.sync();
      } finally {
        this.#live.close();
      }
    });
  }

  /**
   * Applies what other windows wrote. Damage that shows up calls for somebody with the lock. While the
   * folder cannot be read, memory holds all there is to read; whoever writes is told. Only without the key
   * of a store that has been sealed meanwhile there is no going on.
   */
  async #follow(): Promise<void> {
    const wasDamaged = this.#live.isDamaged;
    await this.#live.catchUp(false).catch((error: unknown) => {
      if (errorCode(error) === 'locked') throw error;
    });
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
      const errand = this.#errands.shift();
      if (errand !== undefined) await errand();
      else if (this.#isLogLarge()) await this.#foldLog();
    } while (this.#queue.length > 0 || this.#errands.length > 0);
    // In the same breath as the look at the queue: who comes now starts anew.
    this.#writing = undefined;
  }

  async #writeGroup(): Promise<void> {
    try {
      if (!(await this.#writeWithoutLock())) {
        await this.#underLock((holdsLock) => this.#live.commit(this.#queue, holdsLock));
      }
      if (this.#sync === 'eachSecond') this.#syncSoon();
    } catch (error) {
      for (const pending of this.#queue.splice(0)) pending.reject(error);
    }
  }

  /**
   * Most of the time nobody else writes, and taking the lock costs half as much as the sync. Where somebody
   * does, the log decides all the same; the lock then keeps the windows from getting in each other's way.
   */
  async #writeWithoutLock(): Promise<boolean> {
    if (performance.now() < this.#contendedUntilMs || this.#platform.lock.isTaken()) return false;
    const isDone = await this.#takeTurn(() => this.#live.tryCommit(this.#queue));
    if (!isDone) this.#contendedUntilMs = performance.now() + CONTENTION_MS;
    return isDone;
  }

  async #foldLog(): Promise<void> {
    try {
      await this.#underLock((holdsLock) => this.#live.compact(holdsLock));
      this.#largeLogBytes = LARGE_LOG_BYTES;
    } catch {
      this.#largeLogBytes = 2 * this.#live.current.logBytes;
    }
  }

  #isLogLarge(): boolean {
    const { logBytes, header } = this.#live.current;
    return logBytes > Math.max(this.#largeLogBytes, header.snapshotBytes / 2);
  }

  async #underLock<T>(work: (holdsLock: boolean) => Promise<T>): Promise<T> {
    const { lock } = this.#platform;
    const holdsLock = await this.#acquireLock();
    try {
      return await this.#takeTurn(() => work(holdsLock));
    } finally {
      if (holdsLock) lock.release();
    }
  }

  /** Puts the folder back first where somebody has removed it: memory has what it held. */
  async #acquireLock(): Promise<boolean> {
    const { lock, files } = this.#platform;
    try {
      return await acquireLock(lock, LOCK_PATIENCE_MS);
    } catch (error) {
      if (!isSextantError(error) || error.code !== 'invalid') throw error;
      files.restoreFolder();
      return acquireLock(lock, LOCK_PATIENCE_MS);
    }
  }

  #doUnderLock<T>(work: (holdsLock: boolean) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#refuseWhenClosed();
      this.#errands.push(() => this.#underLock(work).then(resolve, reject));
      this.#write();
    });
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

/** The size of all files in the folder. */
function folderBytes({ files }: StorePlatform): number {
  return files.list().reduce((sum, name) => sum + (files.size(name) ?? 0), 0);
}
