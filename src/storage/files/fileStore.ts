import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { KnownKeys, StoreKey } from '../seal/seal.ts';
import { openFile, openedSize, sealFile, sealingKeyId } from '../seal/sealedFile.ts';
import type { FileFolder } from './fileFolder.ts';

export interface StoredFile {
  /** Of its bytes; lower-case hex. */
  readonly sha256: string;
  readonly size: number;
}

export interface ListedFile extends StoredFile {
  /** When it was put last, milliseconds since the epoch by the file system's clock. */
  readonly putAt: number;
}

/** A larger file is refused. */
export const FILE_LIMIT_BYTES = 64 * 1024 * 1024;

export interface FileStoreOptions {
  readonly folder: FileFolder;
  /** Lower-case hex. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly keys: KnownKeys;
}

const SEALED = '.sealed';
const HASH_DIGITS = 64;
/** What binds the trailer of a sealed file to its place. */
const TRAILER = 'hash';
const HASH = /^[0-9a-f]{64}$/;

/**
 * Files by their content: attachments, and texts that are too large for a row. Equal ones are stored once.
 * Several windows may use it at the same time. Nothing is read or made before it is used. Errors:
 * `read-only`, `disk-full`, `invalid`, and those that are named below.
 */
export class FileStore {
  readonly #folder: FileFolder;
  readonly #hash: (bytes: Uint8Array) => string;
  readonly #keys: KnownKeys;

  constructor({ folder, sha256, keys }: FileStoreOptions) {
    this.#folder = folder;
    this.#hash = sha256;
    this.#keys = keys;
  }

  /**
   * Resolves when the bytes are on disk. Code `invalid` when they are more than {@link FILE_LIMIT_BYTES}.
   * Putting what is there makes it new again for `remove`, and whole again where it was damaged.
   */
  async put(bytes: Uint8Array): Promise<StoredFile> {
    if (bytes.length > FILE_LIMIT_BYTES) {
      const size = Math.ceil(bytes.length / 1024 / 1024);
      throw new SextantError('invalid', t('This file has {0} MB. Sextant keeps files of at most 64 MB.', size));
    }
    // The caller's buffer may change while the disk is busy.
    const content = bytes.slice();
    const sha256 = this.#hash(content);
    const path = pathOf(sha256, this.#keys.current);
    // Where it was damaged, it is written anew.
    const isThere = (await this.#folder.touch(path)) && (await this.#read(path, sha256)) !== undefined;
    if (!isThere) await this.#write(sha256, content, this.#keys.current);
    return { sha256, size: content.length };
  }

  /** Exactly what was put. Code `not-found` when it is not there, `damaged` when the disk has something else. */
  async get(sha256: string): Promise<Uint8Array<ArrayBuffer>> {
    const paths = this.#paths(sha256);
    for (const path of paths) {
      const bytes = await this.#read(path, sha256);
      if (bytes !== undefined) return bytes;
    }
    // Looked for again: while the store is being sealed, a file can move from the one name to the other.
    for (const path of paths) {
      const bytes = await this.#read(path, sha256);
      if (bytes !== undefined) return bytes;
      if ((await this.#folder.readEnd(path, 0)) !== undefined) {
        throw new SextantError('damaged', t('A stored file is damaged and cannot be read.'), { data: { sha256 } });
      }
    }
    throw new SextantError('not-found', t('A stored file is missing.'), { data: { sha256 } });
  }

  /**
   * True when it was there and is gone. Another window may be putting the same file whose row it has not
   * stored yet: with `unlessPutSince` (milliseconds since the epoch) one that was put then or later stays.
   */
  async remove(sha256: string, unlessPutSince?: number): Promise<boolean> {
    let isRemoved = false;
    for (const path of this.#paths(sha256)) {
      if (await this.#folder.remove(path, unlessPutSince)) isRemoved = true;
    }
    return isRemoved;
  }

  /** Every file, damaged ones too unless their very name is lost. */
  async list(): Promise<ListedFile[]> {
    const files = new Map<string, ListedFile>();
    for (const { path, size, modifiedAt } of await this.#folder.list()) {
      const found = await this.#identify(path, size);
      if (found === undefined) continue;
      const putAt = Math.max(modifiedAt, files.get(found.sha256)?.putAt ?? 0);
      files.set(found.sha256, { ...found, putAt });
    }
    return [...files.values()];
  }

  /**
   * Seals what is not sealed although the store is, and opens what is sealed although it is not; both kinds
   * can be there at any time. `other mode` looks at nothing where all are as the store is, and does not notice
   * files that are sealed with another key. Returns how many were left because they cannot be opened.
   */
  async adopt(which: 'all' | 'other mode'): Promise<number> {
    const { current } = this.#keys;
    const entries = await this.#folder.list();
    if (which === 'other mode' && !entries.some(({ path }) => path.endsWith(SEALED) === (current === null))) return 0;
    await this.#folder.removeDrafts();
    let left = 0;
    for (const { path, size } of entries) {
      const found = await this.#identify(path, size);
      if (found !== undefined && path === pathOf(found.sha256, current)) continue;
      const file = await this.#folder.read(path);
      // A damaged file is sealed as it is.
      const content = file === undefined || found === undefined ? undefined : this.#decode(path, file);
      if (content !== undefined && found !== undefined) {
        await this.#write(found.sha256, content, current);
        await this.#folder.remove(path);
      } else if (path.endsWith(SEALED) && file !== undefined) {
        left++;
      }
    }
    return left;
  }

  /** Where a file can be: as the store is now first, then as it was. */
  #paths(sha256: string): string[] {
    if (!HASH.test(sha256)) throw new SextantError('invalid', t('This is not the hash of a file.'));
    const { current, all } = this.#keys;
    return [...new Set([current, ...all, null])].map((key) => pathOf(sha256, key));
  }

  /** Undefined when there is no such file, or it is not what it should be. */
  async #read(path: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const file = await this.#folder.read(path);
    const content = file === undefined ? undefined : this.#decode(path, file);
    return content !== undefined && this.#hash(content) === sha256 ? content : undefined;
  }

  #decode(path: string, file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    if (!path.endsWith(SEALED)) return file;
    const key = this.#keys.all.find(({ id }) => id === sealingKeyId(file));
    return key === undefined ? undefined : openFile(key, roleOf(path), file.subarray(0, -trailerBytes(key)));
  }

  async #write(sha256: string, content: Uint8Array, key: StoreKey | null): Promise<void> {
    const path = pathOf(sha256, key);
    const parts = key === null ? [content] : [sealFile(key, roleOf(path), content), encodeTrailer(key, path, sha256)];
    await this.#folder.write(path, parts);
  }

  /** Which file this is; undefined when nothing tells. */
  async #identify(path: string, size: number): Promise<StoredFile | undefined> {
    const name = nameOf(path);
    if (HASH.test(name)) return { sha256: name, size };
    for (const key of path.endsWith(SEALED) ? this.#keys.all : []) {
      const trailer = await this.#folder.readEnd(path, trailerBytes(key));
      const sha256 = trailer === undefined ? undefined : decodeTrailer(key, path, trailer);
      if (sha256 !== undefined) return { sha256, size: openedSize(key, size - trailerBytes(key)) };
    }
    return undefined;
  }
}

function pathOf(sha256: string, key: StoreKey | null): string {
  const name = key === null ? sha256 : `${key.fileName(sha256)}${SEALED}`;
  return `${name.slice(0, 2)}/${name}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What a sealed file is, for what binds its content to it. */
function roleOf(path: string): string {
  return `file ${nameOf(path)}`;
}

/** The hash stands, sealed, behind the content, so that a list need not read the content. */
function encodeTrailer(key: StoreKey, path: string, sha256: string): Uint8Array {
  return key.sealFor(roleOf(path)).seal(encoder.encode(sha256), TRAILER);
}

function decodeTrailer(key: StoreKey, path: string, trailer: Uint8Array): string | undefined {
  const opened = key.sealFor(roleOf(path)).open(trailer, TRAILER);
  return opened === undefined ? undefined : decoder.decode(opened);
}

function trailerBytes(key: StoreKey): number {
  return HASH_DIGITS + key.overheadBytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
