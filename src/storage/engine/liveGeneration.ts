import type { Kysely } from 'kysely';
import { Emitter } from '../../base/emitter.ts';
import { SextantError, errorCode } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { StoreKey } from '../seal/seal.ts';
import { adoptFolder, isPartlyOpen } from './adoptFolder.ts';
import { writeFirstGeneration, writeNextGeneration } from './compaction.ts';
import type { EngineContext } from './context.ts';
import type { EngineChange, EngineNotice } from './engine.ts';
import type { Appended, Generation } from './generation.ts';
import { LostTransactions } from './lostTransactions.ts';
import { type Newest, loadNewest, openGenerationLog } from './loadGeneration.ts';
import { outdatedError } from './migrate.ts';
import type { OpenedGeneration } from './openGeneration.ts';
import { openReplacement, prepareReplacement } from './replacement.ts';
import { type Repaired, repairGeneration, repairLog, rewriteGeneration } from './repair.ts';
import type { SqlDatabase } from './sqlDatabase.ts';
import { type Executed, type PendingTransaction, executeTransaction } from './transactionGroup.ts';

/** A group is one write and one sync; these bound how long everybody else waits for it. */
const GROUP_LIMIT = 256;
const GROUP_BYTES = 8_000_000;
/** Going over to the newest generation, repairing it or writing the next, with room for other processes that do the same. */
const STEPS = 20;

/**
 * The generation that counts, also when another process makes a new one. Its methods must not
 * overlap: whoever calls sees to that.
 */
export class LiveGeneration {
  readonly #context: EngineContext;
  readonly #sync: boolean;
  readonly #changed = new Emitter<EngineChange>();
  readonly #noticed = new Emitter<EngineNotice>();
  readonly onDidChange = this.#changed.event;
  readonly onNotice = this.#noticed.event;
  #current: Generation;
  #notice: string | null;
  /** Whether the next write begins with a compaction: another SQLite made the snapshot, or CURRENT is lost. */
  #isUntidy: boolean;
  /** Why nothing can be written, or followed, any more: the store is of another version now. */
  #refusal: SextantError | undefined;
  #isDamaged = false;
  #lost: LostTransactions | undefined;
  /** Whether the store is sealed with a key that this process has not got. */
  #isLocked = false;

  constructor(context: EngineContext, opened: OpenedGeneration, sync: boolean) {
    this.#context = context;
    this.#sync = sync;
    this.#current = opened.generation;
    context.keys.current = opened.generation.key;
    this.#notice = opened.notice;
    this.#isUntidy = opened.isUntidy;
  }

  get database(): SqlDatabase {
    return this.#current.database;
  }

  get current(): Pick<Generation, 'number' | 'header' | 'key' | 'logBytes'> {
    return this.#current;
  }

  get notice(): string | null {
    return this.#notice;
  }

  /** Whether there is damage that only the holder of the lock may repair. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** Applies what other windows have written. Damage is repaired under the lock, else noted. */
  async catchUp(holdsLock: boolean): Promise<void> {
    for (let step = 1; this.#refusal === undefined && this.#isBehind(holdsLock); step++) {
      if (step > STEPS) throw new SextantError('damaged', t('Sextant’s store does not stay as it was written.'));
      const { topics, applied, end } = this.#current.catchUp();
      if (applied > 0) this.#changed.fire({ topics, origin: 'elsewhere' });
      if (end === 'clean' || end === 'torn') {
        this.#isDamaged = false;
      } else if (end === 'sealed' || end === 'lost') {
        if (end === 'sealed') this.#lost?.takenAlong(this.#current);
        if (!(await this.#reload(holdsLock))) return;
      } else {
        this.#isDamaged = true;
        if (!holdsLock) return;
        const repaired = repairLog(this.#context, this.#current);
        if (repaired !== undefined) this.#replaceBy(repaired);
        else if (!(await this.#reload(true))) return;
      }
    }
  }

  /**
   * Executes transactions from the queue's front and settles them once the disk has them, or as they
   * fail. They go back to the queue when another process wrote first.
   */
  async commit(queue: PendingTransaction[], holdsLock: boolean): Promise<void> {
    try {
      await this.#prepareToWrite(holdsLock);
    } finally {
      this.#acknowledge(this.#lost?.settle(queue) ?? []);
      this.#lost = undefined;
    }
    await this.#commitGroup(queue, holdsLock);
  }

  /** The same without the lock, where that is all there is to do. False when the transactions are still in the queue. */
  async tryCommit(queue: PendingTransaction[]): Promise<boolean> {
    const isReady = await this.#isReady().catch(() => false);
    return isReady && this.#commitGroup(queue, false);
  }

  /** Writes the next snapshot and begins a new log. */
  async compact(holdsLock: boolean): Promise<void> {
    await this.#prepareToWrite(holdsLock, {});
  }

  /** Whether something of the time before the store was sealed can still be read without its key. */
  get isHalfSealed(): boolean {
    return this.#current.key !== null && isPartlyOpen(this.#context.platform.files);
  }

  /**
   * Goes on sealed with another key, or with none. Twice, so that the generation before, which is kept, is sealed
   * so too, and all that was left of other ones is gone.
   */
  async seal(key: StoreKey | null, holdsLock: boolean): Promise<void> {
    if (key !== null) this.#context.keys.add(key);
    for (let round = 1; round <= 2; round++) await this.#prepareToWrite(holdsLock, { key });
    adoptFolder(this.#context.platform.files, this.#context.keys);
  }

  /** The same, of a database without free pages. When that cannot be written now, the next write begins with it. */
  async vacuum(holdsLock: boolean): Promise<void> {
    await this.#prepareToWrite(holdsLock);
    this.#current.replaceDatabase(this.database.vacuumed());
    this.#isUntidy = true;
    await this.#prepareToWrite(holdsLock);
  }

  /** Goes on with a database from outside, in one step. */
  async replace<T>(
    read: () => Promise<Uint8Array>,
    prepare: (next: Kysely<never>, present: Kysely<never>) => Promise<T>,
    holdsLock: boolean,
  ): Promise<T> {
    for (let step = 1; step <= STEPS; step++) {
      await this.#prepareToWrite(holdsLock);
      const database = await openReplacement(this.#context, await read());
      try {
        const result = await prepareReplacement(this.#context, { next: database, present: this.database }, prepare);
        const { sequence, header } = this.#current;
        // One more than the generation before it has: a repair must not take that one for the same content.
        const content = { database, sequence: sequence + 1, schemaVersion: header.schemaVersion };
        const next = writeNextGeneration(this.#context, this.#current, content);
        if (next !== undefined) {
          this.#replaceWith(next, 'here');
          return result;
        }
      } catch (error) {
        database.close();
        throw error;
      }
      database.close();
    }
    throw beatenError();
  }

  /** Makes last what was written without a sync. */
  sync(): void {
    this.#current.sync();
  }

  close(): void {
    this.#current.close();
    this.#changed.dispose();
    this.#noticed.dispose();
  }

  #isBehind(holdsLock: boolean): boolean {
    return this.#current.hasGrown() || (holdsLock && this.#isDamaged);
  }

  /** Whether a transaction can be appended as things are. */
  async #isReady(): Promise<boolean> {
    await this.catchUp(false);
    const { hasEnded, isSuspect } = this.#current;
    // Whether something has been appended since is seen when something is appended.
    const isWhole = this.#refusal === undefined && !this.#isDamaged && this.#lost === undefined;
    return isWhole && !hasEnded && !this.#isUntidy && !isSuspect;
  }

  /** Compacts first where that is due, or wanted: with `key`, then sealed so. */
  async #prepareToWrite(holdsLock: boolean, compaction?: { readonly key?: StoreKey | null }): Promise<void> {
    // Whoever comes first has written something, so this ends.
    for (;;) {
      await this.catchUp(holdsLock);
      if (this.#refusal !== undefined) throw this.#refusal;
      if (this.#isDamaged)
        throw new SextantError('conflict', t('Another window is repairing the store. Try again in a moment.'));
      if (compaction === undefined && !this.#isUntidy && !this.#current.isSuspect) return;
      const { database, sequence, header, key: present } = this.#current;
      const content = { database, sequence, schemaVersion: header.schemaVersion };
      const { key = present } = compaction ?? {};
      if (key !== null && present !== null && key.id !== present.id) throw sealedMeanwhileError();
      const next = writeNextGeneration(this.#context, this.#current, content, key);
      if (next === undefined) continue;
      this.#current.closeLog();
      this.#goOn(next);
      this.#isUntidy = false;
      return;
    }
  }

  /** BEGIN, statements, append, sync, COMMIT. Nothing has happened here when the records do not stand. */
  async #writeGroup(queue: PendingTransaction[], executed: Executed[], holdsLock: boolean): Promise<Appended> {
    const { database } = this;
    database.begin();
    try {
      await this.#execute(queue, executed);
    } catch (error) {
      database.rollback();
      throw error;
    }
    const entries = executed.flatMap(({ body }) =>
      body === undefined ? [] : [{ kind: 'transaction' as const, body }],
    );
    try {
      const generation = this.#current;
      const sequence = generation.sequence + entries.length;
      const appended = entries.length === 0 ? 'stands' : generation.append(entries, this.#sync);
      if (appended !== 'stands') {
        if (appended === 'lost') this.#lost = new LostTransactions(executed, generation, sequence);
        database.rollback();
        return appended;
      }
    } catch (error) {
      // What was written before the failure is either cut off, or will be found in the log as any other's.
      database.rollback();
      throw error;
    }
    try {
      database.commit();
    } catch {
      // The disk has it; memory gets it from there.
      if (!(await this.#reload(holdsLock))) throw new SextantError('damaged', t('The store could not be read again.'));
    }
    return 'stands';
  }

  /** False when another process wrote first. */
  async #commitGroup(queue: PendingTransaction[], holdsLock: boolean): Promise<boolean> {
    const executed: Executed[] = [];
    try {
      if ((await this.#writeGroup(queue, executed, holdsLock)) !== 'stands') {
        queue.unshift(...executed.map(({ pending }) => pending));
        return false;
      }
    } catch (error) {
      // Where not one could be executed the fault is not a transaction's own, and trying again would never end.
      const failed = executed.length > 0 ? executed.map(({ pending }) => pending) : queue.splice(0);
      for (const pending of failed) pending.reject(error);
      return true;
    }
    this.#acknowledge(executed);
    return true;
  }

  #acknowledge(executed: readonly Executed[]): void {
    for (const { pending, result } of executed) pending.resolve(result);
    if (executed.some(({ body }) => body !== undefined)) {
      this.#changed.fire({ topics: [...new Set(executed.flatMap(({ topics }) => topics))], origin: 'here' });
    }
  }

  async #execute(queue: PendingTransaction[], executed: Executed[]): Promise<void> {
    let bytes = 0;
    while (executed.length < GROUP_LIMIT && bytes < GROUP_BYTES) {
      const pending = queue.shift();
      if (pending === undefined) return;
      const done = await executeTransaction(this.#context.platform, this.database, pending);
      if (done === undefined) continue;
      executed.push(done);
      bytes += done.body?.length ?? 0;
    }
  }

  /** Goes over to the newest generation. False when that has to wait for the lock, or is of no use. */
  async #reload(holdsLock: boolean): Promise<boolean> {
    const newest = this.#loadNewest();
    if (newest.kind === 'empty') {
      if (!holdsLock) return false;
      this.#writeAnew();
      return true;
    }
    if (newest.kind === 'broken') {
      this.#isDamaged = true;
      if (!holdsLock) return false;
      const repaired = await this.#repair(newest.generation);
      if (repaired !== undefined) this.#replaceBy(repaired);
      return true;
    }
    const { schemaVersion } = newest.generation.header;
    if (schemaVersion !== this.#context.migrations.length) {
      // What is in memory can still be read.
      newest.generation.close();
      this.#refusal = schemaVersion > this.#context.migrations.length ? outdatedError() : replacedError();
      this.#notify('error', this.#refusal.message);
      return false;
    }
    this.#replaceWith(newest.generation, 'elsewhere');
    this.#isDamaged = newest.end === 'damaged';
    return true;
  }

  async #repair(number: number): Promise<Repaired | undefined> {
    const opened = number === this.#current.number ? openGenerationLog(this.#context, number) : undefined;
    opened?.log.close();
    if (number === this.#current.number && opened === undefined) {
      const rewritten = rewriteGeneration(this.#context, this.#current);
      // Its file is closed by now: another window that has appended to it does so again.
      if (rewritten !== undefined) this.#lost?.takenAlong(this.#current);
      return rewritten;
    }
    return repairGeneration(this.#context, number);
  }

  /** For a folder that was emptied: memory has all that was acknowledged. Another window may be first. */
  #writeAnew(): void {
    const { database, sequence, header, key } = this.#current;
    const content = { database, sequence, schemaVersion: header.schemaVersion };
    const generation = writeFirstGeneration(this.#context, content, key);
    if (generation === undefined) return;
    this.#lost?.takenAlong(this.#current);
    this.#current.bequeath();
    const { directory } = this.#context.platform;
    const message = `Sextant's storage folder ${directory} was emptied while it was in use. All of it was written anew.`;
    this.#current.closeLog();
    this.#replaceBy({ generation, message });
  }

  #replaceBy({ generation, message }: Repaired): void {
    this.#isDamaged = false;
    this.#replaceWith(generation, 'elsewhere');
    this.#notify('warning', message);
  }

  #replaceWith(generation: Generation, origin: EngineChange['origin']): void {
    // A repaired log goes on with the same database.
    if (generation.database !== this.database) this.#current.close();
    this.#goOn(generation);
    this.#isUntidy = generation.header.sqliteVersion !== this.#context.sqliteVersion;
    this.#changed.fire({ topics: 'everything', origin });
  }

  /** Whoever shows what is in memory is told once that the store has gone on without this process. */
  #loadNewest(): Newest {
    try {
      const newest = loadNewest(this.#context);
      this.#isLocked = false;
      return newest;
    } catch (error) {
      const wasLocked = this.#isLocked;
      this.#isLocked = errorCode(error) === 'locked';
      if (this.#isLocked && !wasLocked) this.#changed.fire({ topics: 'everything', origin: 'elsewhere' });
      throw error;
    }
  }

  #goOn(generation: Generation): void {
    this.#current = generation;
    this.#context.keys.current = generation.key;
  }

  #notify(severity: EngineNotice['severity'], message: string): void {
    this.#notice = message;
    this.#noticed.fire({ severity, message });
  }
}

/** The error for who could not write for all that other windows wrote. */
function beatenError(): SextantError {
  return new SextantError('conflict', t('Other windows keep writing to the store. Try again in a moment.'));
}

function sealedMeanwhileError(): SextantError {
  return new SextantError(
    'conflict',
    t('Another window has encrypted the stored chats: its recovery code is the one that counts.'),
  );
}

/** The error for a store that somebody has put back to an older version while it was in use. */
function replacedError(): SextantError {
  return new SextantError('outdated', t('The store was replaced by one of an older version. Reload this window.'));
}
