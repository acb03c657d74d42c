import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { acquireLock } from './acquireLock.ts';
import { writeFirstGeneration, writeNextGeneration } from './compaction.ts';
import type { EngineContext } from './context.ts';
import type { Generation } from './generation.ts';
import { type Newest, loadNewest } from './loadGeneration.ts';
import { migrate, outdatedError } from './migrate.ts';
import { repairGeneration, repairLog } from './repair.ts';
import { SqlDatabase } from './sqlDatabase.ts';

/** The newest generation, of this version's schema, and a sentence for the user when it had to be repaired. */
export interface OpenedGeneration {
  readonly generation: Generation;
  readonly notice: string | null;
  /** Whether a compaction is due before the first write. */
  readonly isUntidy: boolean;
}

/** How long another process may take to create, repair or upgrade the store. */
const PATIENCE_MS = 120_000;
/** Creating, repairing and upgrading, each with room for a process that comes in between. */
const STEPS = 10;

/** Opens the store's newest generation; creates, repairs or upgrades it first where that is needed. */
export async function openGeneration(context: EngineContext): Promise<OpenedGeneration> {
  const newest = loadNewest(context);
  const opened = accept(context, newest);
  if (opened !== undefined) return opened;
  close(newest);
  const { lock } = context.platform;
  if (!(await acquireLock(lock, PATIENCE_MS))) {
    throw new SextantError(
      'conflict',
      t('Another window has been busy with the store for two minutes. Close it, and try again.'),
    );
  }
  try {
    return await prepare(context);
  } finally {
    lock.release();
  }
}

/** Every step makes the store readier, or another process has: so look again after each. */
async function prepare(context: EngineContext): Promise<OpenedGeneration> {
  let notice: string | null = null;
  for (let attempt = 1; attempt <= STEPS; attempt++) {
    const newest = loadNewest(context);
    const opened = accept(context, newest);
    if (opened !== undefined) return { ...opened, notice };
    const repaired = await step(context, newest);
    notice = repaired ?? notice;
  }
  throw new SextantError(
    'damaged',
    t("Sextant's store in {0} is damaged and could not be repaired.", context.platform.directory),
  );
}

/** Returns a sentence for the user when something was repaired. */
async function step(context: EngineContext, newest: Newest): Promise<string | undefined> {
  if (newest.kind === 'empty') {
    const schemaVersion = context.migrations.length;
    const database = new SqlDatabase(context.sqlite, undefined);
    await migrate(database, context.migrations, 0, schemaVersion);
    writeFirstGeneration(context, { database, sequence: 0, schemaVersion })?.closeLog();
    database.close();
    return undefined;
  }
  if (newest.kind === 'broken') {
    const repaired = await repairGeneration(context, newest.generation);
    repaired?.generation.close();
    return repaired?.message;
  }
  const { generation, end } = newest;
  if (end === 'damaged') {
    const repaired = repairLog(context, generation);
    (repaired?.generation ?? generation).close();
    return repaired?.message;
  }
  const { database, sequence, header } = generation;
  const schemaVersion = context.migrations.length;
  if (end !== 'lost' && header.schemaVersion < schemaVersion) {
    await migrate(database, context.migrations, header.schemaVersion, schemaVersion);
    writeNextGeneration(context, generation, { database, sequence, schemaVersion })?.closeLog();
  }
  generation.close();
  return undefined;
}

function accept(context: EngineContext, newest: Newest): OpenedGeneration | undefined {
  if (newest.kind !== 'loaded') return undefined;
  const { generation, end, isNamed } = newest;
  const { schemaVersion, sqliteVersion } = generation.header;
  if (schemaVersion > context.migrations.length) {
    generation.close();
    throw outdatedError();
  }
  const isReady = (end === 'clean' || end === 'torn') && schemaVersion === context.migrations.length;
  const isUntidy = !isNamed || sqliteVersion !== context.sqliteVersion;
  return isReady ? { generation, notice: null, isUntidy } : undefined;
}

function close(newest: Newest): void {
  if (newest.kind === 'loaded') newest.generation.close();
}
