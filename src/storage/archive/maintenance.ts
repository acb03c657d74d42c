import { SextantError, errorMessage } from '../../base/errors.ts';
import { uuidV7 } from '../../base/identifiers.ts';
import type {
  MaintenanceOptions,
  MaintenanceReport,
  MaintenanceStatus,
  MaintenanceStep,
  MaintenanceStepName,
} from '../../protocol/archive.ts';
import { plural, t } from '../../base/texts.ts';
import type { Engine, Reclaimed } from '../engine/engine.ts';
import type { FileStore } from '../files/fileStore.ts';
import { countCache, isAnythingAnswered, removeCache } from '../retentionRepository.ts';
import type { StoreSchema } from '../schema.ts';
import type { StoreAccess } from '../storeAccess.ts';
import type { Backups } from './backups.ts';
import { believeClock } from './believedTime.ts';
import { retainDays } from './clear.ts';
import { type MaintenanceRecord, readMaintenanceRecord, writeMaintenanceRecord } from './maintenanceRecord.ts';
import { findUnusedFiles, removeUnusedFiles } from './unusedFiles.ts';

export interface MaintenanceDependencies {
  readonly engine: () => Promise<Engine<StoreSchema>>;
  readonly access: StoreAccess;
  readonly files: Pick<FileStore, 'list' | 'remove'>;
  readonly backups: Backups;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** The clock is noted no more often. */
const NOTED_MS = 3_600_000;
/** No run takes longer; after this, whoever was at it is dead. */
const LEASE_MS = 600_000;
/** So much must be free, and so large a part, for it to be worth writing the database anew. */
const WORTH_BYTES = 1_000_000;
const WORTH_PART = 0.2;

interface Step {
  readonly name: MaintenanceStepName;
  /** Whether a damaged database had better be left alone. */
  readonly deletes?: true;
  /** Why there is nothing to do; undefined when there is. */
  readonly notDue: () => Promise<string | undefined>;
  /** Gives what was done. */
  readonly run: () => Promise<string>;
}

/** Keeps the store in order: by itself what is due while nobody works, and all of it when somebody asks. */
export class Maintenance {
  readonly #dependencies: MaintenanceDependencies;
  readonly #owner = uuidV7(Date.now());

  constructor(dependencies: MaintenanceDependencies) {
    this.#dependencies = dependencies;
  }

  /** Goes through the steps, in one window at a time. A step that fails says so and keeps none of the others. */
  async run(options: MaintenanceOptions): Promise<MaintenanceReport> {
    const { access } = this.#dependencies;
    const before = await this.#look(options);
    const isAsked = options.occasion === 'asked';
    if (before.nothing !== undefined) return before.nothing;
    if (!(await this.#claim())) {
      if (isAsked) throw new SextantError('conflict', t('Another window is maintaining the store. Wait for its end.'));
      return before.report(before.steps.map(({ name }) => putOff(name, 'Another window is at it.')));
    }
    let { record, report } = before;
    const done: MaintenanceStep[] = [];
    try {
      // Another window may have done it between the look and the claim.
      const look = await this.#look(options);
      ({ record, report } = look);
      const { steps, found } = look;
      for (const [at, step] of steps.entries()) {
        const reason = found[at];
        if (reason !== undefined) done.push(notDue(step.name, reason));
        else if (!isAsked && (await access.read(isAnythingAnswered)))
          done.push(putOff(step.name, 'A chat is being answered.'));
        else if (step.deletes === true && isDamaged(done))
          done.push(putOff(step.name, 'The database is damaged: nothing is deleted.'));
        else done.push(await runStep(step));
      }
    } finally {
      await this.#release(report(done), record);
    }
    return report(done);
  }

  /** The report where there is nothing to do, else undefined. */
  async nothingDue(options: MaintenanceOptions): Promise<MaintenanceReport | undefined> {
    return (await this.#look(options)).nothing;
  }

  async status(): Promise<MaintenanceStatus> {
    const { engine, access, backups } = this.#dependencies;
    const { last } = await access.read(readMaintenanceRecord);
    const list = await backups.list();
    const { freeBytes, setAside } = await (await engine()).status();
    return {
      last,
      lastBackup: list.backups[0] ?? null,
      backups: list.backups.length,
      unreadableBackups: list.unreadable.length,
      freeBytes,
      setAside,
      unusedFiles: (await findUnusedFiles(this.#dependencies)).length,
    };
  }

  /** The steps, and why each of them is not due; undefined where it is. */
  async #look(options: MaintenanceOptions) {
    const { now } = this.#dependencies;
    const startedAt = now();
    const record = await this.#seeClock(options);
    const steps = this.#steps(options, record);
    const found = await Promise.all(steps.map(({ notDue: why }) => reasonOf(why)));
    const report = (done: readonly MaintenanceStep[]): MaintenanceReport => ({
      startedAt,
      endedAt: now(),
      steps: done,
    });
    const isDue = found.includes(undefined);
    const nothing = isDue ? undefined : report(steps.map(({ name }, at) => notDue(name, found[at])));
    return { record, steps, found, report, nothing };
  }

  /** What the clock says is noted now and then: what is due by it depends on how it has gone. */
  async #seeClock({ retentionDays }: MaintenanceOptions): Promise<MaintenanceRecord> {
    const { access } = this.#dependencies;
    const record = await access.read(readMaintenanceRecord);
    const clock = believeClock(record.clock, this.#dependencies.now(), retentionDays);
    const isNew = Math.abs(clock.seenAt - (record.clock?.seenAt ?? 0)) >= NOTED_MS;
    // A disk that is full is the steps' to tell of.
    if (isNew) await access.write(null, (scope) => writeMaintenanceRecord(scope, { clock })).catch(() => undefined);
    return { ...record, clock };
  }

  #steps({ retentionDays, backsUp, occasion }: MaintenanceOptions, record: MaintenanceRecord): Step[] {
    const { access, engine, files, backups, now } = this.#dependencies;
    const isAsked = occasion === 'asked';
    const freeSpace = async (): Promise<void> => {
      await (await engine()).maintain('purge');
    };
    const believedMs = record.clock?.believedAt ?? 0;
    const retained = (dryRun: boolean) =>
      retainDays({ access, files, freeSpace }, { days: retentionDays, dryRun, believedMs });
    const notBefore = (name: MaintenanceStepName, pauseMs: number, words: string): string | undefined =>
      // A clock that was set back must not put a step off for years.
      isAsked || Math.abs(now() - (record.doneAt[name] ?? 0)) >= pauseMs ? undefined : words;
    return [
      {
        name: 'integrity',
        // Before anything is deleted by itself, too.
        notDue: async () =>
          (await retained(true)).conversations > 0
            ? undefined
            : notBefore('integrity', WEEK_MS, 'It was checked within the last week.'),
        run: async () => {
          const integrity = await (await engine()).checkIntegrity();
          if (integrity !== 'ok') throw new SextantError('damaged', t('The database is damaged: {0}', integrity));
          return 'The database is whole.';
        },
      },
      {
        name: 'backup',
        notDue: async () => {
          if (!backsUp) return 'Automatic backups are switched off.';
          if (isAsked) return undefined;
          const [newest] = (await backups.list()).backups.filter(({ kind }) => kind === 'daily');
          return newest !== undefined && Math.abs(now() - newest.createdAt) < DAY_MS
            ? 'The last one is less than a day old.'
            : undefined;
        },
        run: async () => {
          const { file } = await backups.create('daily', null);
          const removed = await backups.rotate().catch((cause: unknown) => {
            const problem = `${file} was written, but not every old backup could be removed: ${errorMessage(cause)}`;
            throw new SextantError('internal', problem, { cause });
          });
          return removed === 0 ? `${file} was written.` : `${file} was written; ${removed} old ones were removed.`;
        },
      },
      {
        name: 'retention',
        deletes: true,
        notDue: async () => {
          if (retentionDays <= 0) return 'Chats are kept for ever.';
          const { conversations } = await retained(true);
          if (conversations > 0) return undefined;
          const byClock = await retainDays({ access, files, freeSpace }, { days: retentionDays, dryRun: true });
          return byClock.conversations === 0
            ? `No unpinned chat is older than ${retentionDays} days.`
            : 'The clock has jumped, or nobody was here for long: old chats go when it has gone on for a day.';
        },
        run: async () => {
          const { conversations } = await retained(false);
          return plural(
            conversations,
            '{0} unpinned chat older than {1} days was deleted.',
            '{0} unpinned chats older than {1} days were deleted.',
            retentionDays,
          );
        },
      },
      {
        name: 'expired answers',
        deletes: true,
        notDue: async () =>
          (await access.read((scope) => countCache(scope, scope.nowMs))) === 0 ? 'There are none.' : undefined,
        run: async () => {
          await access.write(null, (scope) => removeCache(scope, scope.nowMs));
          return 'Answers that were out of date were deleted.';
        },
      },
      {
        name: 'unused files',
        deletes: true,
        notDue: () => Promise.resolve(notBefore('unused files', DAY_MS, 'They were looked for within the last day.')),
        run: async () => `${await removeUnusedFiles(this.#dependencies)} files that nothing refers to were removed.`,
      },
      {
        name: 'free space',
        deletes: true,
        notDue: async () => {
          if (isAsked || record.hasPurged) return undefined;
          const { freeBytes, snapshotBytes } = await (await engine()).status();
          const isWorth = freeBytes > WORTH_BYTES && freeBytes > WORTH_PART * snapshotBytes;
          return isWorth ? undefined : 'Little of the database is empty.';
        },
        run: async () => {
          const { hasPurged } = record;
          // What is removed from here on counts for the next time.
          if (hasPurged) await access.write(null, (scope) => writeMaintenanceRecord(scope, { hasPurged: false }));
          const { bytesBefore, bytesAfter } = await this.#giveBack(hasPurged);
          return `The store has ${bytesAfter} bytes now; it had ${bytesBefore}.`;
        },
      },
    ];
  }

  /** False while another window holds it. */
  async #claim(): Promise<boolean> {
    return this.#dependencies.access.write(null, async (scope) => {
      const { owner, leaseUntil } = await readMaintenanceRecord(scope);
      const isFree = owner === null || Math.abs(leaseUntil - scope.nowMs) > LEASE_MS;
      const isOver = leaseUntil <= scope.nowMs;
      if (!isFree && !isOver) return false;
      await writeMaintenanceRecord(scope, { owner: this.#owner, leaseUntil: scope.nowMs + LEASE_MS });
      return true;
    });
  }

  async #giveBack(hasPurged: boolean): Promise<Reclaimed> {
    const { access, engine } = this.#dependencies;
    try {
      return await (await engine()).maintain(hasPurged ? 'purge' : 'vacuum');
    } catch (error) {
      if (hasPurged) await access.write(null, (scope) => writeMaintenanceRecord(scope, { hasPurged }));
      throw error;
    }
  }

  async #release(last: MaintenanceReport, { doneAt }: MaintenanceRecord): Promise<void> {
    const done = last.steps.filter(({ outcome }) => outcome === 'done');
    const times = Object.fromEntries(done.map(({ name }) => [name, last.endedAt]));
    await this.#dependencies.access.write(null, (scope) =>
      writeMaintenanceRecord(scope, { last, doneAt: { ...doneAt, ...times }, owner: null, leaseUntil: 0 }),
    );
  }
}

function isDamaged(done: readonly MaintenanceStep[]): boolean {
  return done.some(({ name, outcome }) => name === 'integrity' && outcome === 'failed');
}

async function reasonOf(find: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await find();
  } catch {
    // Running it tells what is wrong.
    return undefined;
  }
}

async function runStep({ name, run }: Step): Promise<MaintenanceStep> {
  try {
    return { name, outcome: 'done', reason: await run() };
  } catch (error) {
    return { name, outcome: 'failed', reason: errorMessage(error) };
  }
}

function notDue(name: MaintenanceStepName, reason = ''): MaintenanceStep {
  return { name, outcome: 'not due', reason };
}

function putOff(name: MaintenanceStepName, reason: string): MaintenanceStep {
  return { name, outcome: 'put off', reason };
}
