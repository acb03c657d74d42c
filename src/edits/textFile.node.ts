import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/** How the text of a file is kept as bytes. */
export interface TextEncoding {
  readonly name: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** True when the file begins with a byte order mark. */
  readonly hasMark: boolean;
}

/** A text file as it was read. */
export interface TextFile {
  /** Without the byte order mark. */
  readonly text: string;
  readonly encoding: TextEncoding;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
  readonly mode: number;
}

const MOST_BYTES = 20_000_000;

/** What a new file is written as. */
export const usualEncoding: TextEncoding = { name: 'utf-8', hasMark: false };

/**
 * Reads a file whose bytes come back exactly when its text is written again. Throws a sentence for any other,
 * for what is no file and for one of more than 20 MB.
 */
export async function readTextFile(file: string): Promise<TextFile> {
  const handle = await openWithoutLinks(file);
  try {
    const stats = await handle.stat();
    const name = path.basename(file);
    if (!stats.isFile()) throw new SextantError('invalid', t('{0} is not a file.', name));
    if (stats.size > MOST_BYTES) throw new SextantError('unsupported', t('{0} is larger than 20 MB.', name));
    const bytes = await handle.readFile();
    const encoding = encodingOf(bytes);
    const text = decode(bytes, encoding);
    if (text === undefined || text.includes('\0') || !encode(text, encoding).equals(bytes)) {
      const why = 'is not text in UTF-8, or in UTF-16 with its mark, so that it cannot be changed without loss';
      throw new SextantError('unsupported', `${name} ${why}.`);
    }
    return { text, encoding, hash: sha256(bytes), mode: stats.mode };
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file by the same file with another text, in one step: whoever reads it sees the old or the new one.
 * Its mode stays. Throws code `conflict` when the file is no longer what was read.
 */
export async function replaceTextFile(file: string, read: TextFile, text: string): Promise<void> {
  if ((read.mode & 0o222) === 0) throw new SextantError('read-only', t('{0} is read-only.', path.basename(file)));
  await inStagedFile(file, encode(text, read.encoding), read.mode & 0o7777, async (staged) => {
    // As late as can be: between this and the renaming there is nothing that waits.
    if ((await realpath(file)) !== file || (await readTextFile(file)).hash !== read.hash) {
      throw new SextantError('conflict', t('{0} was changed meanwhile. Nothing was written.', path.basename(file)));
    }
    await rename(staged, file);
  });
}

/** Writes a file that is not there yet. Throws code `conflict` when there is one meanwhile. */
export async function createTextFile(file: string, text: string): Promise<void> {
  await inStagedFile(file, encode(text, usualEncoding), 0o666, async (staged) => {
    try {
      await link(staged, file);
    } catch (cause) {
      throw new SextantError('conflict', t('{0} could not be made: {1}.', path.basename(file), reason(cause)), {
        cause,
      });
    } finally {
      await unlink(staged);
    }
  });
}

/** Writes bytes to a file beside `file`, hands it to `use`, and leaves nothing of it behind when that fails. */
async function inStagedFile(
  file: string,
  bytes: Uint8Array,
  mode: number,
  use: (staged: string) => Promise<void>,
): Promise<void> {
  const staged = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.sextant`);
  let handle: FileHandle;
  try {
    handle = await open(staged, 'wx', mode);
  } catch (cause) {
    throw new SextantError('read-only', t('{0} cannot be written: {1}.', path.basename(file), reason(cause)), {
      cause,
    });
  }
  try {
    try {
      await handle.writeFile(bytes);
      // The mask of the process took away from the mode of a file that is there already.
      if (mode !== 0o666) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await use(staged);
  } catch (error) {
    await unlink(staged).catch(() => undefined);
    throw error;
  }
}

async function openWithoutLinks(file: string): Promise<FileHandle> {
  try {
    // Without waiting, for a pipe would never open; without following a link that was put there just now.
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    const what = isThere ? `cannot be read: ${reason(cause)}` : 'is not there';
    throw new SextantError(isThere ? 'invalid' : 'not-found', `${path.basename(file)} ${what}.`, { cause });
  }
}

function encodingOf(bytes: Uint8Array): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { name: 'utf-16le', hasMark: true };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { name: 'utf-16be', hasMark: true };
  return { name: 'utf-8', hasMark: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf };
}

function decode(bytes: Uint8Array, { name }: TextEncoding): string | undefined {
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encode(text: string, { name, hasMark }: TextEncoding): Buffer {
  const marked = hasMark ? `\uFEFF${text}` : text;
  if (name === 'utf-8') return Buffer.from(marked, 'utf8');
  const bytes = Buffer.from(marked, 'utf16le');
  return name === 'utf-16be' ? bytes.swap16() : bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'you may not';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EEXIST':
      return 'there is one of this name';
    case 'ELOOP':
      return 'it is a link';
    case 'ENOENT':
      return 'its folder is not there';
    default:
      return String(code);
  }
}
