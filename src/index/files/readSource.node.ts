import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { decodeText } from './decodeText.ts';
import { MAX_FILE_BYTES, type SkipReason, skipByText } from './fileKinds.ts';
import { microseconds } from './listFiles.node.ts';
import { type Lines, TextLines } from './textLines.ts';
import { Utf8Text } from './utf8Text.node.ts';

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
export function readSource(root: string, relative: string): Source {
  try {
    const { bytes, sizeBytes, modifiedUs } = readBytes(path.join(root, relative));
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
export function readLines(root: string, relative: string): Promise<Lines | undefined> {
  try {
    const { bytes } = readBytes(path.join(root, relative));
    const text = bytes === undefined ? undefined : (Utf8Text.of(bytes) ?? decodeText(bytes));
    return Promise.resolve(text === undefined ? undefined : new TextLines(text));
  } catch {
    return Promise.resolve(undefined);
  }
}

/** With the synchronous calls, which take a fifth of the asynchronous ones' time; a file is a megabyte at most. */
function readBytes(file: string): { bytes?: Buffer; sizeBytes: number; modifiedUs: number } {
  // A pipe that has taken the file's place would have us wait for whoever writes into it.
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    const result = { sizeBytes: stats.size, modifiedUs: microseconds(stats.mtimeMs) };
    if (stats.size > MAX_FILE_BYTES) return result;
    // It may grow while it is read; what is beyond the limit is not taken in.
    const buffer = Buffer.allocUnsafe(Math.min(stats.size + 4096, MAX_FILE_BYTES + 1));
    let length = 0;
    for (;;) {
      const bytesRead = readSync(handle, buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    return { ...result, bytes: buffer.subarray(0, length) };
  } finally {
    closeSync(handle);
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
