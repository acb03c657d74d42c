import { crc32 } from './crc32.ts';
import { decodeLogHeader } from './logHeader.ts';
import type { StoreFiles } from './platform.ts';

const CURRENT = 'CURRENT';
const GENERATION_FILE = /^(?:snapshot-(\d+)\.sqlite|log-(\d+))(?:\.\d+\.tmp)?$/;

export function snapshotName(generation: number): string {
  return `snapshot-${generation}.sqlite`;
}

/** What a snapshot is sealed as. */
export function snapshotRole(generation: number): string {
  return `snapshot ${generation}`;
}

export function logName(generation: number): string {
  return `log-${generation}`;
}

/** What the folder says about the generation to begin with. */
export type Beginning =
  | { readonly kind: 'empty' }
  /** `isNamed` is false when CURRENT is missing or damaged, and the oldest log had to do. */
  | { readonly kind: 'generation'; readonly generation: number; readonly isNamed: boolean };

/**
 * The generation that CURRENT names. It may have been sealed since: seals lead on to the newest. So
 * without CURRENT the oldest readable log is as good a beginning.
 */
export function readBeginning(files: StoreFiles): Beginning {
  const named = decodeCurrent(files.read(CURRENT));
  if (named !== undefined) return { kind: 'generation', generation: named, isNamed: true };
  const generations = listGenerations(files);
  const newest = generations.at(-1);
  if (newest === undefined) return { kind: 'empty' };
  const readable = generations.find(
    (generation) => decodeLogHeader(files.read(logName(generation)) ?? new Uint8Array()) !== undefined,
  );
  return { kind: 'generation', generation: readable ?? newest, isNamed: false };
}

export function writeCurrent(files: StoreFiles, generation: number): void {
  files.replace(CURRENT, encodeCurrent(generation));
}

/** For a folder's first generation: false when another process came first. */
export function createCurrent(files: StoreFiles, generation: number): boolean {
  return files.create(CURRENT, encodeCurrent(generation));
}

/** Numbers of the generations of which a file is there, ascending. */
export function listGenerations(files: StoreFiles): number[] {
  return [...new Set(generationFiles(files).map(({ generation }) => generation))].sort((a, b) => a - b);
}

/** Reserves the number for a new generation by creating its log, empty. */
export function claimGeneration(files: StoreFiles): number {
  let generation = (listGenerations(files).at(-1) ?? 0) + 1;
  while (!files.create(logName(generation), new Uint8Array())) generation++;
  return generation;
}

/** Removes the generations below `newest` but the one before it, which `previous` names. */
export function removeOldGenerations(files: StoreFiles, previous: number, newest: number): void {
  for (const { name, generation } of generationFiles(files)) {
    if (generation < newest && generation !== previous) files.remove(name);
  }
}

/** Every file that belongs to a generation, half-written ones too. */
export function generationFiles(files: StoreFiles): { name: string; generation: number }[] {
  return files.list().flatMap((name) => {
    const match = GENERATION_FILE.exec(name);
    return match === null ? [] : [{ name, generation: Number(match[1] ?? match[2]) }];
  });
}

/** The number and its CRC-32, so that a flipped bit does not name another generation. */
function encodeCurrent(generation: number): Uint8Array {
  const number = new TextEncoder().encode(String(generation));
  return new TextEncoder().encode(`${generation} ${crc32(number).toString(16)}\n`);
}

function decodeCurrent(bytes: Uint8Array | undefined): number | undefined {
  const text = new TextDecoder().decode(bytes);
  const generation = Number.parseInt(text, 10);
  if (!Number.isSafeInteger(generation)) return undefined;
  return text === new TextDecoder().decode(encodeCurrent(generation)) ? generation : undefined;
}
