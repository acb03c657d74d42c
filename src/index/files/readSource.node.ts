import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { decodeText } from './decodeText.ts';
import { MAX_FILE_BYTES, type SkipReason, skipByText } from './fileKinds.ts';
import { microseconds } from './listFiles.node.ts';

/** What reading a listed file came to. */
export type Source =
  | {
      readonly kind: 'text';
      readonly path: string;
      /** With `\n` at the end of every line, as VS Code counts lines. */
      readonly text: string;
      /** SHA-256 of the file's bytes, hex. */
      readonly contentHash: string;
      readonly sizeBytes: number;
      /** Time of the last change, microseconds, from before the first byte was read: a change in between is seen by the next comparison. */
      readonly modifiedUs: number;
    }
  | {
      readonly kind: 'skipped';
      readonly path: string;
      readonly reason: SkipReason;
      readonly sizeBytes: number;
      readonly modifiedUs: number;
    }
  | { readonly kind: 'gone'; readonly path: string };

/** Reads a file of the index; `relative` is its path in the folder, with `/`. Never throws. */
export async function readSource(root: string, relative: string): Promise<Source> {
  try {
    const { bytes, sizeBytes, modifiedUs } = await readBytes(path.join(root, relative));
    const skipped = (reason: SkipReason): Source => ({
      kind: 'skipped',
      path: relative,
      reason,
      sizeBytes,
      modifiedUs,
    });
    if (bytes === undefined) return skipped('too large');
    const text = decodeText(bytes);
    const reason = text === undefined ? 'binary' : skipByText(relative, text);
    if (text === undefined || reason !== undefined) return skipped(reason ?? 'binary');
    const contentHash = createHash('sha256').update(bytes).digest('hex');
    return { kind: 'text', path: relative, text, contentHash, sizeBytes, modifiedUs };
  } catch (error) {
    if (isGone(error)) return { kind: 'gone', path: relative };
    return { kind: 'skipped', path: relative, reason: 'unreadable', sizeBytes: -1, modifiedUs: 0 };
  }
}

/** The lines of a file as they are now; undefined when it cannot be read as text. */
export async function readLines(root: string, relative: string): Promise<string[] | undefined> {
  try {
    const { bytes } = await readBytes(path.join(root, relative));
    return bytes === undefined ? undefined : decodeText(bytes)?.split('\n');
  } catch {
    return undefined;
  }
}

async function readBytes(file: string): Promise<{ bytes?: Buffer; sizeBytes: number; modifiedUs: number }> {
  const handle = await open(file, 'r');
  try {
    const stats = await handle.stat();
    const result = { sizeBytes: stats.size, modifiedUs: microseconds(stats.mtimeMs) };
    if (stats.size > MAX_FILE_BYTES) return result;
    // It may grow while it is read; what is beyond the limit is not taken in.
    const buffer = Buffer.allocUnsafe(Math.min(stats.size + 4096, MAX_FILE_BYTES + 1));
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    return { ...result, bytes: buffer.subarray(0, length) };
  } finally {
    await handle.close();
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
