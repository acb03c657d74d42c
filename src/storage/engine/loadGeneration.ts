import type { StoreKey } from '../seal/seal.ts';
import { openFile, sealingKeyId } from '../seal/sealedFile.ts';
import type { EngineContext } from './context.ts';
import { type CaughtUp, Generation } from './generation.ts';
import { logName, readBeginning, snapshotName, snapshotRole } from './generationFiles.ts';
import { keyOf, keyOfDamaged } from './generationKey.ts';
import { type LogHeader, decodeLogHeader, logRole } from './logHeader.ts';
import { scanLog } from './logScan.ts';
import type { LogFile } from './platform.ts';
import { SqlDatabase } from './sqlDatabase.ts';

/** The newest generation, with all that its log holds, or what is in the way of it. */
export type Newest =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'loaded';
      readonly generation: Generation;
      readonly end: CaughtUp['end'];
      readonly isNamed: boolean;
    }
  /** The files of this generation are missing or damaged. */
  | { readonly kind: 'broken'; readonly generation: number };

/** How often another process may replace the generation that is just being read. */
const ATTEMPTS = 10;

/** Finds and loads the newest generation. Needs no lock. Code `locked` when that is sealed and its key is not known. */
export function loadNewest(context: EngineContext): Newest {
  const { files } = context.platform;
  for (let attempt = 1; ; attempt++) {
    const beginning = readBeginning(files);
    if (beginning.kind === 'empty') return beginning;
    const newest = follow(context, beginning.generation);
    if (newest.kind === 'loaded') return { ...newest, isNamed: beginning.isNamed };
    const now = readBeginning(files);
    const isSettled = now.kind === 'generation' && now.generation === beginning.generation;
    if (isSettled || attempt === ATTEMPTS) return newest;
  }
}

/** One generation with all that its log holds; undefined when its log or its snapshot is not as it was written. */
export function loadGeneration(
  context: EngineContext,
  number: number,
): { generation: Generation; caughtUp: CaughtUp } | undefined {
  const opened = openGenerationLog(context, number);
  if (opened === undefined) return undefined;
  const database = loadSnapshot(context, opened.header, opened.key);
  if (database === undefined) {
    opened.log.close();
    return undefined;
  }
  const generation = new Generation(opened.header, database, opened.key, opened.log, opened.start);
  return { generation, caughtUp: generation.catchUp() };
}

/** A generation's log whose header is intact. */
export function openGenerationLog(
  context: EngineContext,
  number: number,
): { log: LogFile; header: LogHeader; key: StoreKey | null; start: number } | undefined {
  const log = context.platform.files.openLog(logName(number));
  let isOpen = false;
  try {
    const decoded = log === undefined ? undefined : decodeLogHeader(log.readFrom(0));
    if (log === undefined || decoded?.header.generation !== number) return undefined;
    const key = keyOf(context, decoded);
    if (key === undefined) return undefined;
    isOpen = true;
    return { log, header: decoded.header, key, start: decoded.size };
  } finally {
    if (!isOpen) log?.close();
  }
}

function follow(context: EngineContext, first: number): Newest & { kind: 'loaded' | 'broken' } {
  for (let number = first; ;) {
    const loaded = loadGeneration(context, number);
    const next = loaded === undefined ? findSeal(context, number) : loaded.caughtUp.next;
    if (next === undefined) {
      if (loaded === undefined) return { kind: 'broken', generation: number };
      return { kind: 'loaded', generation: loaded.generation, end: loaded.caughtUp.end, isNamed: true };
    }
    loaded?.generation.close();
    number = next;
  }
}

/** Where a generation that cannot be loaded has been taken on to, if it has. */
function findSeal(context: EngineContext, generation: number): number | undefined {
  const log = context.platform.files.openLog(logName(generation));
  if (log === undefined) return undefined;
  const bytes = log.readFrom(0);
  log.close();
  const start = decodeLogHeader(bytes)?.size ?? 0;
  const sequence = decodeLogHeader(bytes)?.header.sequence ?? 0;
  const seal = keyOfDamaged(context, generation)?.sealFor(logRole(generation)) ?? null;
  for (const record of scanLog({ bytes, start: 0, generation, seal }, { offset: start, sequence })) {
    if (record.kind === 'seal') return record.nextGeneration;
  }
  return undefined;
}

/** The database as the log goes on from it; undefined when it is not what the log was made for. */
export function loadSnapshot(
  { platform, sqlite }: EngineContext,
  header: LogHeader,
  key: StoreKey | null,
): SqlDatabase | undefined {
  const { generation } = header;
  const bytes = platform.files.read(snapshotName(generation));
  if (bytes === undefined || platform.sha256(bytes) !== header.snapshotSha256) return undefined;
  // A header that says nothing of a key is not believed where the snapshot is sealed.
  if (key === null) return sealingKeyId(bytes) === undefined ? new SqlDatabase(sqlite, bytes) : undefined;
  const content = openFile(key, snapshotRole(generation), bytes);
  return content === undefined ? undefined : new SqlDatabase(sqlite, content);
}
