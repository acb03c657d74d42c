import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ArchiveFiles } from './archiveFiles.ts';
import { decompress } from './gzip.ts';
import { type ArchiveMember, type BackupManifest, MANIFEST, fileOf, parseManifest } from './manifest.ts';
import { type TarMember, readTar } from './tar.ts';

/** What is done with the members of an archive, each of which is verified by then. */
export interface ArchiveReader {
  /** Gets each stored file as it comes; where it is missing, they are only verified. */
  readonly onFile?: (bytes: Uint8Array) => Promise<void>;
  /** Gets the database once all of the archive was right; the same. */
  readonly onDatabase?: (bytes: Uint8Array) => Promise<void>;
}

/** A larger manifest is none: it would describe a hundred thousand files. */
const MANIFEST_LIMIT_BYTES = 16_000_000;
/** What unpacks to more than this, and to more than so many times itself, was made to fill a disk or a memory. */
const HARMLESS_BYTES = 256_000_000;
const HARMLESS_RATIO = 100;
const DATABASE_LIMIT_BYTES = 2 ** 31;
const FILE_LIMIT_BYTES = 64 * 1024 * 1024;

/** Only what the archive says about itself: nothing else of it is read, or verified. */
export async function readManifest(content: AsyncIterable<Uint8Array>): Promise<BackupManifest> {
  for await (const member of readTar(decompress(content))) return manifestFrom(member);
  throw notABackup();
}

/**
 * Reads and verifies a whole archive of `archiveBytes`: every byte is what its manifest, which it gives, says. Codes `damaged`, and `outdated` for one of a newer version.
 */
export async function readArchive(
  content: AsyncIterable<Uint8Array>,
  archiveBytes: number,
  hash: ArchiveFiles['hash'],
  { onFile, onDatabase }: ArchiveReader,
): Promise<BackupManifest> {
  let read: { manifest: BackupManifest; left: ArchiveMember[] } | undefined;
  let database: Uint8Array | undefined;
  for await (const member of readTar(decompress(content))) {
    if (read === undefined) {
      const manifest = await manifestFrom(member);
      requireHarmless(manifest, archiveBytes);
      read = { manifest, left: [...manifest.members] };
      continue;
    }
    const expected = read.left.shift();
    if (expected?.name !== member.name || expected.size !== member.size) throw notAsDescribed();
    const isDatabase = fileOf(expected) === undefined;
    if ((isDatabase ? onDatabase : onFile) === undefined) {
      await verify(member, hash(), expected.sha256);
      continue;
    }
    const bytes = await collect(member, hash(), expected.sha256);
    if (isDatabase) database = bytes;
    else await onFile?.(bytes);
  }
  // The first of the members that are left is the database.
  if (read?.left.length !== 0) throw notAsDescribed();
  if (database !== undefined) await onDatabase?.(database);
  return read.manifest;
}

async function manifestFrom(member: TarMember): Promise<BackupManifest> {
  if (member.name !== MANIFEST || member.size > MANIFEST_LIMIT_BYTES) throw notABackup();
  return parseManifest(await collect(member));
}

async function collect(
  { size, content }: TarMember,
  hash?: ReturnType<ArchiveFiles['hash']>,
  sha256?: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const piece of content) {
    bytes.set(piece, filled);
    filled += piece.length;
    hash?.update(piece);
  }
  if (hash?.digest() !== sha256) throw changed();
  return bytes;
}

async function verify({ content }: TarMember, hash: ReturnType<ArchiveFiles['hash']>, sha256: string): Promise<void> {
  for await (const piece of content) hash.update(piece);
  if (hash.digest() !== sha256) throw changed();
}

function changed(): SextantError {
  return new SextantError('damaged', t('It is damaged: a part of it has changed.'));
}

function requireHarmless({ members }: BackupManifest, archiveBytes: number): void {
  const total = members.reduce((sum, { size }) => sum + size, 0);
  const isBomb = total > HARMLESS_BYTES && total > HARMLESS_RATIO * archiveBytes;
  const isTooLarge = members.some(
    (member) => member.size > (fileOf(member) === undefined ? DATABASE_LIMIT_BYTES : FILE_LIMIT_BYTES),
  );
  if (isBomb || isTooLarge) {
    throw new SextantError('damaged', t('It claims to hold far more than it can: it is damaged, or made to do harm.'));
  }
}

function notABackup(): SextantError {
  return new SextantError('damaged', t('It is no backup of Sextant’s: it has no manifest.'));
}

function notAsDescribed(): SextantError {
  return new SextantError('damaged', t('It does not hold what its manifest says.'));
}
