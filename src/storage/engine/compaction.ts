import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { StoreKey } from '../seal/seal.ts';
import { sealFile } from '../seal/sealedFile.ts';
import type { EngineContext } from './context.ts';
import { Generation } from './generation.ts';
import {
  claimGeneration,
  createCurrent,
  logName,
  removeOldGenerations,
  snapshotName,
  snapshotRole,
  writeCurrent,
} from './generationFiles.ts';
import { type LogHeader, encodeLogHeader } from './logHeader.ts';
import { encodeSeal } from './logRecord.ts';
import type { StoreFiles } from './platform.ts';
import { removeOldSetAside } from './setAside.ts';
import type { SqlDatabase } from './sqlDatabase.ts';

/** A database that is to become a generation. */
export interface Content {
  readonly database: SqlDatabase;
  readonly sequence: number;
  readonly schemaVersion: number;
}

/**
 * Writes the generation that follows `previous`, and makes it the one that counts. The seal in the
 * log of `previous` is what decides: before it stands, everybody goes on with `previous`; after it,
 * nobody does. CURRENT only says where to begin. Undefined when another process wrote first.
 *
 * `content.database` goes on in the new generation, sealed with `key`; `previous` is to be dropped by the caller.
 */
export function writeNextGeneration(
  context: EngineContext,
  previous: Generation,
  content: Content,
  key = previous.key,
): Generation | undefined {
  const { files } = context.platform;
  let draft: Generation;
  try {
    draft = writeFiles(context, content, key);
  } catch (error) {
    // Another process that has sealed the log meanwhile also tidies up what it finds half-written.
    if (previous.hasGrown()) return undefined;
    throw error;
  }
  // When this throws the seal may stand all the same, so the draft must stay.
  if (previous.append([{ kind: 'seal', body: encodeSeal(draft.number) }], true) !== 'stands') {
    discard(context, draft);
    return undefined;
  }
  try {
    writeCurrent(files, draft.number);
    removeOldGenerations(files, previous.number, draft.number);
    removeOldSetAside(context.platform);
  } catch {
    // The seal stands and leads to the draft; the next compaction tidies up.
  }
  return draft;
}

/** The same for a folder that has no generation; sealed with the current key. Undefined when another process has made one meanwhile. */
export function writeFirstGeneration(
  context: EngineContext,
  content: Content,
  key = context.keys.current,
): Generation | undefined {
  const draft = writeFiles(context, content, key);
  if (createCurrent(context.platform.files, draft.number)) return draft;
  discard(context, draft);
  return undefined;
}

function writeFiles(context: EngineContext, content: Content, key: StoreKey | null): Generation {
  const { platform } = context;
  const { files } = platform;
  const exported = content.database.export();
  const generation = claimGeneration(files);
  const snapshot = key === null ? exported : sealFile(key, snapshotRole(generation), exported);
  const header: LogHeader = {
    generation,
    sequence: content.sequence,
    schemaVersion: content.schemaVersion,
    sqliteVersion: context.sqliteVersion,
    snapshotBytes: snapshot.length,
    snapshotSha256: platform.sha256(snapshot),
    ...(key === null ? {} : { keyId: key.id }),
  };
  const start = encodeLogHeader(header, key);
  try {
    files.replace(snapshotName(header.generation), snapshot);
    files.replace(logName(header.generation), start);
    const log = files.openLog(logName(header.generation));
    if (log !== undefined) return new Generation(header, content.database, key, log, start.length);
  } catch (error) {
    remove(files, header.generation);
    throw error;
  }
  throw new SextantError('invalid', t("Files are disappearing from Sextant's storage folder {0}.", platform.directory));
}

function discard({ platform: { files } }: EngineContext, draft: Generation): void {
  draft.closeLog();
  remove(files, draft.number);
}

function remove(files: StoreFiles, generation: number): void {
  files.remove(snapshotName(generation));
  files.remove(logName(generation));
}
