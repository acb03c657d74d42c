import { t } from '../../base/texts.ts';
import { type Content, writeNextGeneration } from './compaction.ts';
import type { EngineContext } from './context.ts';
import { copyReadableRows } from './copyReadableRows.ts';
import type { StoreKey } from '../seal/seal.ts';
import { salvageFile } from '../seal/sealedFile.ts';
import { Generation } from './generation.ts';
import { listGenerations, logName, snapshotName, snapshotRole } from './generationFiles.ts';
import { keyOfDamaged } from './generationKey.ts';
import { loadGeneration, loadSnapshot, openGenerationLog } from './loadGeneration.ts';
import { migrate, outdatedError } from './migrate.ts';
import type { LogFile } from './platform.ts';
import { setAside } from './setAside.ts';
import { SqlDatabase } from './sqlDatabase.ts';

/** A generation that took the place of a damaged one. */
export interface Repaired {
  readonly generation: Generation;
  /** The sentence for the user. */
  readonly message: string;
}

/**
 * Goes on from a generation whose log holds damage behind what has already been applied. Call it
 * under the lock. Undefined when another process was first: `damaged` is of no use then, load again.
 */
export function repairLog(context: EngineContext, damaged: Generation): Repaired | undefined {
  damaged.salvage();
  const { database, sequence, header } = damaged;
  return replace(context, damaged, { database, sequence, schemaVersion: header.schemaVersion }, savedLabel());
}

/**
 * Goes on from a generation of this process whose log has been removed, or has something else in its
 * place: memory has all that it held. Call it under the lock. Undefined when another process was first.
 */
export function rewriteGeneration(context: EngineContext, inMemory: Generation): Repaired | undefined {
  const { database, sequence, header, key, number } = inMemory;
  const log = openOrCreateLog(context, number);
  if (log === undefined) return undefined;
  const remains = new Generation({ ...header, sequence }, database, key, log, 0);
  const { end } = remains.catchUp();
  const content = { database, sequence, schemaVersion: header.schemaVersion };
  const repaired =
    end === 'sealed' || end === 'lost' ? undefined : replace(context, remains, content, rewrittenLabel());
  if (repaired === undefined) remains.closeLog();
  else inMemory.closeLog();
  return repaired;
}

/**
 * Rebuilds a generation whose snapshot or log is missing or not as it was written: from the
 * generation before where possible, which loses nothing, else from what can be read. Call it under
 * the lock. Undefined when another process was first: load again.
 */
export async function repairGeneration(context: EngineContext, number: number): Promise<Repaired | undefined> {
  const key = keyOfDamaged(context, number);
  const opened = openGenerationLog(context, number);
  const log = opened?.log ?? openOrCreateLog(context, number);
  if (log === undefined) return undefined;
  if (opened !== undefined && opened.header.schemaVersion > context.migrations.length) throw outdatedError();
  const base = await findBase(context, number, key);
  const schemaVersion = opened?.header.schemaVersion ?? context.migrations.length;
  await migrate(base.database, context.migrations, base.schemaVersion, schemaVersion);
  const header = opened?.header ?? { ...EMPTY_HEADER, generation: number, schemaVersion, sequence: base.sequence };
  const damaged = new Generation(header, base.database, key, log, opened?.start ?? 0);
  const { end } = damaged.catchUp();
  const isWhole = base.isWhole && opened !== undefined && end !== 'damaged';
  if (!isWhole) damaged.salvage();
  const content = { database: base.database, sequence: damaged.sequence, schemaVersion };
  const repaired =
    end === 'sealed' || end === 'lost'
      ? undefined
      : replace(context, damaged, content, isWhole ? restoredLabel() : savedLabel());
  if (repaired === undefined) damaged.close();
  return repaired;
}

const savedLabel = (): string => t('Part of Sextant’s store was damaged. What could be read was saved.');
const restoredLabel = (): string =>
  t('Part of Sextant’s store was damaged and has been restored from its backup; nothing was lost.');
const rewrittenLabel = (): string =>
  t('Files of Sextant’s store were removed while it was in use. They were written anew; nothing was lost.');

const EMPTY_HEADER = { sqliteVersion: '', snapshotBytes: 0, snapshotSha256: '' };

function replace(context: EngineContext, damaged: Generation, content: Content, outcome: string): Repaired | undefined {
  const generation = writeNextGeneration(context, damaged, content);
  if (generation === undefined) return undefined;
  damaged.closeLog();
  const names = setAside(context.platform, damaged.number, damaged.key).join(', ');
  const message = t('{0} The damaged files were kept in {1} ({2}).', outcome, context.platform.directory, names);
  return { generation, message };
}

/** A log that is gone is made anew, empty: its seal decides between two that repair at a time. */
function openOrCreateLog({ platform: { files } }: EngineContext, number: number): LogFile | undefined {
  files.create(logName(number), new Uint8Array());
  return files.openLog(logName(number));
}

/** What the log of `number` goes on from. `isWhole` when it is exactly its snapshot. */
async function findBase(
  context: EngineContext,
  number: number,
  key: StoreKey | null,
): Promise<Content & { isWhole: boolean }> {
  const header = readHeaderOf(context, number);
  const snapshot = header === undefined ? undefined : loadSnapshot(context, header, key);
  if (header !== undefined && snapshot !== undefined) return { ...header, database: snapshot, isWhole: true };
  const before = listGenerations(context.platform.files)
    .filter((generation) => generation < number)
    .reverse();
  for (const candidate of before) {
    const loaded = loadGeneration(context, candidate);
    if (loaded === undefined) continue;
    const { generation, caughtUp } = loaded;
    generation.closeLog();
    const { schemaVersion } = generation.header;
    // Only with every transaction in it is it the same as the snapshot that was made from it.
    const isWhole = generation.sequence === header?.sequence;
    if (caughtUp.next === number)
      return { database: generation.database, sequence: generation.sequence, schemaVersion, isWhole };
    generation.database.close();
  }
  return { ...(await salvageSnapshot(context, number, key)), sequence: header?.sequence ?? 0, isWhole: false };
}

function readHeaderOf(context: EngineContext, number: number): Generation['header'] | undefined {
  const opened = openGenerationLog(context, number);
  opened?.log.close();
  return opened?.header;
}

async function salvageSnapshot(
  context: EngineContext,
  number: number,
  key: StoreKey | null,
): Promise<Omit<Content, 'sequence'>> {
  const schemaVersion = context.migrations.length;
  const database = new SqlDatabase(context.sqlite, undefined);
  await migrate(database, context.migrations, 0, schemaVersion);
  const bytes = context.platform.files.read(snapshotName(number));
  const content = bytes === undefined || key === null ? bytes : salvageFile(key, snapshotRole(number), bytes);
  if (content !== undefined) copyReadableRows(context.sqlite, content, database);
  return { database, schemaVersion };
}
