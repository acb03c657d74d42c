import type { KnownKeys, StoreKey } from '../seal/seal.ts';
import { openFile, sealFile, sealingKeyId } from '../seal/sealedFile.ts';
import { listGenerations, logName } from './generationFiles.ts';
import { decodeLogHeader } from './logHeader.ts';
import type { StoreFiles } from './platform.ts';
import { SEALED, namesSetAside } from './setAside.ts';

/** What a writer that was killed has left; the next one does not look at it. */
const DRAFT = /\.\d+\.tmp$/;

/** Seals what was set aside while the store was not sealed, or opens it again, and removes drafts. */
export function adoptFolder(files: StoreFiles, { current, all }: KnownKeys): void {
  for (const name of files.list()) if (DRAFT.test(name)) files.remove(name);
  for (const name of namesSetAside(files)) {
    if (name.endsWith(SEALED) === (current !== null)) continue;
    const bytes = files.read(name);
    if (bytes === undefined) continue;
    if (current === null) openSetAside(files, name, bytes, all);
    else replace(files, name, `${name}${SEALED}`, sealFile(current, name, bytes));
  }
}

/** Whether a file of the folder, of a generation or set aside, can be read without a key. */
export function isPartlyOpen(files: StoreFiles): boolean {
  const isOpen = (generation: number): boolean => {
    const header = decodeLogHeader(files.read(logName(generation)) ?? new Uint8Array())?.header;
    return header !== undefined && header.keyId === undefined;
  };
  return (
    files.list().some((name) => DRAFT.test(name)) ||
    namesSetAside(files).some((name) => !name.endsWith(SEALED)) ||
    listGenerations(files).some(isOpen)
  );
}

/** A file of a generation that was sealed stays as it was found. */
function openSetAside(files: StoreFiles, name: string, bytes: Uint8Array, keys: readonly StoreKey[]): void {
  const original = name.slice(0, -SEALED.length);
  const key = keys.find(({ id }) => id === sealingKeyId(bytes));
  const content = key === undefined ? undefined : openFile(key, original, bytes);
  if (content !== undefined) replace(files, name, original, content);
}

/** Times in their names keep sets apart, so the new name is free, or left by one that was interrupted here. */
function replace(files: StoreFiles, from: string, to: string, bytes: Uint8Array): void {
  files.replace(to, bytes);
  files.remove(from);
}
