import { SextantError, errorCode, errorMessage, isSextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Backup, BackupKind, BackupList, StoreCounts } from '../../protocol/archive.ts';
import type { Engine } from '../engine/engine.ts';
import type { FileStore } from '../files/fileStore.ts';
import type { StoreSchema } from '../schema.ts';
import { type ArchiveFiles, fileName } from './archiveFiles.ts';
import { type Contents, readContents } from './contents.ts';
import type { BackupManifest } from './manifest.ts';
import { type ArchiveReader, readArchive, readManifest } from './readArchive.ts';
import { dispensableBackups } from './rotation.ts';
import { type ArchiveKeys, archiveKeyId, openArchive, sealArchive } from './sealedArchive.ts';
import { writeArchive } from './writeArchive.ts';

export interface BackupDependencies {
  readonly engine: () => Promise<Engine<StoreSchema>>;
  readonly files: Pick<FileStore, 'get' | 'list'>;
  readonly archive: ArchiveFiles;
  readonly keys: ArchiveKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const NAME = /^sextant-[^/\\]*\.tar\.gz(\.sealed)?$/;
const DRAFT = '.part';
/** No backup takes longer to write; what is older was left behind by a process that was killed. */
const DRAFT_LIFE_MS = 3_600_000;

/** Writes, reads and lists the backups of one store. */
export class Backups {
  readonly #dependencies: BackupDependencies;

  constructor(dependencies: BackupDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * A backup of what is committed now, verified by reading it back; into the backup folder where `file` is null.
   * Windows may write meanwhile. Code `damaged` when the store's database is, or what was written cannot be read back:
   * there is no backup then.
   */
  async create(kind: BackupKind, file: string | null): Promise<Backup> {
    const { engine, archive, keys, now } = this.#dependencies;
    const database = await (await engine()).export();
    const contents = await (await engine()).inspect(database, readContents);
    const createdAt = now();
    const isSealed = keys.current() !== null;
    const target = file ?? (await this.#freePlace(createdAt, isSealed));
    const draft = `${target}${DRAFT}`;
    for (const unreadable = new Set<string>(); ;) {
      try {
        const missing = await this.#missing(contents, unreadable);
        const { schemaVersion } = await (await engine()).status();
        const description = { createdAt, kind, schemaVersion, counts: contents.counts, missing: [...missing] };
        const files = contents.files.filter(({ sha256 }) => !missing.has(sha256));
        const bytes = await this.#write(draft, description, { database, files });
        await this.#verify(draft, bytes, description);
        await archive.rename(draft, target);
        const { counts } = contents;
        return { file: target, bytes, createdAt, kind, counts, isSealed, missingFiles: missing.size };
      } catch (error) {
        await archive.remove(draft).catch(() => undefined);
        // One file that cannot be read is no reason to have no backup of all the others.
        const sha256 = isSextantError(error) ? error.data['sha256'] : undefined;
        if (typeof sha256 !== 'string' || unreadable.has(sha256)) throw error;
        unreadable.add(sha256);
      }
    }
  }

  /** The backups in the backup folder. */
  async list(): Promise<BackupList> {
    const { archive } = this.#dependencies;
    const backups: Backup[] = [];
    const unreadable: { file: string; bytes: number; problem: string }[] = [];
    for (const { file, bytes } of await archive.list()) {
      if (!NAME.test(fileName(file))) continue;
      try {
        const manifest = await readManifest(openArchive(this.#dependencies.keys, archive.read(file)));
        backups.push(await this.#describe(file, bytes, manifest));
      } catch (error) {
        unreadable.push({ file, bytes, problem: errorMessage(error) });
      }
    }
    return { backups: backups.sort((a, b) => b.createdAt - a.createdAt), unreadable, directory: archive.directory };
  }

  /** Reads every byte, holds it to the manifest, and looks into the database. The error says which file it is about. */
  verify(file: string): Promise<Backup> {
    const { engine } = this.#dependencies;
    return this.#read(file, async (read) => {
      let contents: Contents | undefined;
      const manifest = await read({
        onDatabase: async (database) => {
          contents = await (await engine()).inspect(database, readContents);
        },
      });
      if (contents === undefined || !isSame(contents.counts, manifest.counts)) {
        throw new SextantError('damaged', t('Its database does not hold what its manifest says.'));
      }
      return this.#describe(file, await this.#dependencies.archive.size(file), manifest);
    });
  }

  /** The database of a backup, of which every byte was held to the manifest; `onFile` gets each stored file. */
  content(file: string, onFile?: (bytes: Uint8Array) => Promise<void>): Promise<Uint8Array> {
    return this.#read(file, async (read) => {
      let content: Uint8Array = new Uint8Array();
      await read({
        ...(onFile !== undefined && { onFile }),
        onDatabase: (database) => Promise.resolve(void (content = database)),
      });
      return content;
    });
  }

  async #read<T>(
    file: string,
    work: (read: (reader: ArchiveReader) => Promise<BackupManifest>) => Promise<T>,
  ): Promise<T> {
    const { archive, keys } = this.#dependencies;
    try {
      const bytes = await archive.size(file);
      return await work((reader) => readArchive(openArchive(keys, archive.read(file)), bytes, archive.hash, reader));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'not-found' || code === 'read-only' || code === 'disk-full') throw error;
      throw new SextantError(
        code,
        t('{0} cannot be restored. {1} Nothing was changed.', fileName(file), errorMessage(error)),
        {
          cause: error,
        },
      );
    }
  }

  /**
   * Removes the backups that need not be kept, and what was left half-written; gives how many backups it removed. One
   * that cannot be removed keeps none of the others, and is told of at the end.
   */
  async rotate(): Promise<number> {
    const { archive, now } = this.#dependencies;
    for (const { file, modifiedAt } of await archive.list()) {
      if (file.endsWith(DRAFT) && Math.abs(now() - modifiedAt) > DRAFT_LIFE_MS) await archive.remove(file);
    }
    const { backups } = await this.list();
    const dispensable = dispensableBackups(backups);
    let failure: Error | undefined;
    let removed = 0;
    for (const { file } of dispensable) {
      try {
        await archive.remove(file);
        removed++;
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    if (failure !== undefined) throw failure;
    return removed;
  }

  /** `sextant-2026-11-22T03-22-44-123Z.tar.gz`: sorts by time, and every file system takes it. */
  async #freePlace(createdAt: number, isSealed: boolean): Promise<string> {
    const { archive } = this.#dependencies;
    const taken = new Set((await archive.list()).map(({ file }) => fileName(file)));
    const time = new Date(createdAt).toISOString().replaceAll(/[:.]/g, '-');
    for (let copy = 1; ; copy++) {
      const name = `sextant-${time}${copy === 1 ? '' : `-${copy}`}.tar.gz${isSealed ? '.sealed' : ''}`;
      if (!taken.has(name) && !taken.has(name + DRAFT)) return joinPath(archive.directory, name);
    }
  }

  /**
   * Makes the backups in the backup folder what the store is: sealed with its key, or not sealed. For when that was
   * switched; gives how many it has written anew. Those whose key nobody knows stay as they are.
   */
  async adopt(): Promise<number> {
    const { archive, keys } = this.#dependencies;
    const key = keys.current();
    let adopted = 0;
    for (const { file, bytes } of await archive.list()) {
      // Of a process that was killed; one that is just being written fails, and is written anew another time.
      if (file.endsWith(DRAFT)) await archive.remove(file);
      if (!NAME.test(fileName(file)) || (await archiveKeyId(archive.read(file))) === (key?.id ?? null)) continue;
      const target = file.replace(/\.sealed$/, '') + (key === null ? '' : '.sealed');
      try {
        const plain = openArchive(keys, archive.read(file));
        const written = await archive.write(`${target}${DRAFT}`, key === null ? plain : sealArchive(key, plain));
        await readArchive(
          openArchive(keys, archive.read(`${target}${DRAFT}`)),
          Math.max(bytes, written),
          archive.hash,
          {},
        );
      } catch (error) {
        await archive.remove(`${target}${DRAFT}`);
        if (errorCode(error) === 'disk-full' || errorCode(error) === 'read-only') throw error;
        continue;
      }
      await archive.rename(`${target}${DRAFT}`, target);
      await archive.remove(file);
      adopted++;
    }
    return adopted;
  }

  async #missing({ files }: Contents, unreadable: ReadonlySet<string>): Promise<Set<string>> {
    const there = new Map((await this.#dependencies.files.list()).map(({ sha256, size }) => [sha256, size]));
    const missing = files.filter(({ sha256, size }) => there.get(sha256) !== size || unreadable.has(sha256));
    return new Set(missing.map(({ sha256 }) => sha256));
  }

  #write(
    file: string,
    description: Parameters<typeof writeArchive>[0],
    content: Pick<Parameters<typeof writeArchive>[1], 'database' | 'files'>,
  ): Promise<number> {
    const { archive, keys, files } = this.#dependencies;
    const plain = writeArchive(description, { ...content, readFile: (sha256) => files.get(sha256) }, archive.hash);
    const key = keys.current();
    return archive.write(file, key === null ? plain : sealArchive(key, plain));
  }

  /** Whether what was written can be read back; its hashes are those of what was looked into before. */
  async #verify(file: string, bytes: number, { createdAt }: Pick<BackupManifest, 'createdAt'>): Promise<void> {
    const { archive, keys } = this.#dependencies;
    try {
      const content = openArchive(keys, archive.read(file));
      const manifest = await readArchive(content, bytes, archive.hash, {});
      if (manifest.createdAt !== createdAt) throw new SextantError('damaged', t('Another backup stands in its place.'));
    } catch (cause) {
      const problem = `The backup could not be read back after it was written, and was thrown away: ${errorMessage(cause)}`;
      throw new SextantError('damaged', problem, { cause });
    }
  }

  async #describe(file: string, bytes: number, manifest: BackupManifest): Promise<Backup> {
    const { createdAt, kind, counts, missing } = manifest;
    const isSealed = (await archiveKeyId(this.#dependencies.archive.read(file))) !== null;
    return { file, bytes, createdAt, kind, counts, isSealed, missingFiles: missing.length };
  }
}

function joinPath(directory: string, name: string): string {
  const separator = directory.includes('\\') && !directory.includes('/') ? '\\' : '/';
  return directory.endsWith(separator) ? directory + name : directory + separator + name;
}

function isSame(one: StoreCounts, other: StoreCounts): boolean {
  return (Object.keys(one) as (keyof StoreCounts)[]).every((key) => one[key] === other[key]);
}
