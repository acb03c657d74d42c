import type { TarMember } from './tar.ts';
import type { ArchiveFiles } from './archiveFiles.ts';
import { compress } from './gzip.ts';
import { type ArchiveMember, type BackupManifest, DATABASE, MANIFEST, encodeManifest, memberName } from './manifest.ts';
import { writeTar } from './tar.ts';

/** What a backup is made of. */
export interface ArchiveContent {
  readonly database: Uint8Array;
  /** Hash and size of each stored file, and how to read it. */
  readonly files: readonly { readonly sha256: string; readonly size: number }[];
  readonly readFile: (sha256: string) => Promise<Uint8Array>;
}

const PIECE_BYTES = 1_000_000;

/** The archive, piece by piece: no more than the database and one file are in memory. */
export function writeArchive(
  description: Omit<BackupManifest, 'format' | 'version' | 'members'>,
  { database, files, readFile }: ArchiveContent,
  hash: ArchiveFiles['hash'],
): AsyncIterable<Uint8Array> {
  const write = async function* (): AsyncGenerator<Uint8Array> {
    const members = [await databaseMember(database, hash), ...files.map(fileMember)];
    const manifest = encodeManifest({ format: 'sextant-backup', version: 1, ...description, members });
    const all = function* (): Generator<TarMember> {
      yield { name: MANIFEST, size: manifest.length, content: inPieces(manifest) };
      yield { name: DATABASE, size: database.length, content: inPieces(database) };
      for (const { sha256, size } of files) {
        yield { name: memberName(sha256), size, content: later(() => readFile(sha256)) };
      }
    };
    yield* writeTar(all(), description.createdAt);
  };
  return compress(write());
}

async function databaseMember(database: Uint8Array, hash: ArchiveFiles['hash']): Promise<ArchiveMember> {
  const digest = hash();
  for await (const piece of inPieces(database)) digest.update(piece);
  return { name: DATABASE, size: database.length, sha256: digest.digest() };
}

function fileMember({ sha256, size }: { sha256: string; size: number }): ArchiveMember {
  return { name: memberName(sha256), size, sha256 };
}

/** Others have their turn between two pieces. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function* later(read: () => Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* inPieces(await read());
}
