import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { microseconds } from './listFiles.node.ts';
import { MAX_FILE_BYTES, type SkipReason, skipByText } from './fileKinds.ts';

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
    const text = decode(bytes);
    const reason = text === undefined ? 'binary' : skipByText(text);
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
    return bytes === undefined ? undefined : decode(bytes)?.split('\n');
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

const SNIFFED_BYTES = 8000;

/** Text in UTF-8, with what is invalid in it replaced, or in UTF-16 with its mark; undefined for anything else. */
function decode(bytes: Uint8Array): string | undefined {
  const encoding = utf16(bytes);
  if (encoding === undefined && bytes.subarray(0, SNIFFED_BYTES).includes(0)) return undefined;
  const text = new TextDecoder(encoding ?? 'utf-8').decode(bytes);
  if (isMostlyInvalid(text)) return undefined;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function utf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function isMostlyInvalid(text: string): boolean {
  const start = text.slice(0, SNIFFED_BYTES);
  if (!start.includes('\uFFFD')) return false;
  return start.split('\uFFFD').length - 1 > start.length / 10;
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
