import { lockedError } from '../seal/lockedError.ts';
import type { StoreKey } from '../seal/seal.ts';
import { sealingKeyId } from '../seal/sealedFile.ts';
import type { EngineContext } from './context.ts';
import { listGenerations, logName, snapshotName } from './generationFiles.ts';
import { type FoundLogHeader, decodeLogHeader, isProven } from './logHeader.ts';

/** The key of this id; throws when nobody has given it to this process. */
function requireKey({ keys }: EngineContext, id: string): StoreKey {
  const key = keys.find(id);
  if (key !== undefined) return key;
  throw lockedError(id);
}

/** What the generation of this header is sealed with; undefined when the header is not what the key's owner wrote. */
export function keyOf(context: EngineContext, found: FoundLogHeader): StoreKey | null | undefined {
  if (found.header.keyId === undefined) return null;
  const key = requireKey(context, found.header.keyId);
  return isProven(found, key) ? key : undefined;
}

/**
 * The same for a generation whose files may be missing or damaged. Whatever says that it is sealed is believed
 * before what does not: what a repair writes must not be more open than what it saves.
 */
export function keyOfDamaged(context: EngineContext, number: number): StoreKey | null {
  const earlier = listGenerations(context.platform.files).filter((generation) => generation < number);
  for (const generation of [number, ...earlier.reverse()]) {
    const header = decodeLogHeader(read(context, logName(generation)))?.header;
    const snapshot = read(context, snapshotName(generation));
    const id = header?.keyId ?? sealingKeyId(snapshot);
    if (id !== undefined) return requireKey(context, id);
    if (header !== undefined || isPlainDatabase(snapshot)) return null;
  }
  return null;
}

function read({ platform: { files } }: EngineContext, name: string): Uint8Array {
  return files.read(name) ?? new Uint8Array();
}

function isPlainDatabase(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 16)) === 'SQLite format 3\0';
}
