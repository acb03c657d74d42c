import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { toStoreError } from './files.node.ts';
import type { StoreLock } from './platform.ts';

const NAME = 'lock';
/** A lock is held for one write, at most for a snapshot; an older one's owner hangs, or is on another machine. */
const STALE_AFTER_MS = 60_000;
/** The same for one of this very process: its thread has most likely been ended, and another took its place. */
const OWN_STALE_AFTER_MS = 2_000;
/** Between a lock's creation and its owner's name in it there is a moment; after this, nobody comes any more. */
const NAMELESS_AFTER_MS = 1_000;

/**
 * A file that exists while somebody writes. It names its owner, so that the lock of a process that
 * was killed is taken over at once.
 */
export function fileLock(directory: string): StoreLock {
  const file = path.join(directory, NAME);
  const mark = `${process.pid} ${os.hostname()} ${randomUUID()}`;
  const acquire = (): boolean => {
    try {
      const descriptor = fs.openSync(file, 'wx');
      try {
        fs.writeSync(descriptor, mark);
      } catch (error) {
        fs.rmSync(file, { force: true });
        throw error;
      } finally {
        fs.closeSync(descriptor);
      }
      return true;
    } catch (error) {
      if (isTaken(error)) return false;
      throw toStoreError(error, directory);
    }
  };
  return {
    isTaken: () => fs.existsSync(file),
    tryAcquire: () => acquire() || (removeIfStale(file) && acquire()),
    release() {
      try {
        if (readMark(file) === mark) fs.rmSync(file, { force: true });
      } catch {
        // Whoever comes next finds it too old.
      }
    },
  };
}

/** Windows says EPERM for a file that is just being deleted. */
function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32');
}

function removeIfStale(file: string): boolean {
  const mark = readMark(file);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (mark === undefined || stat === undefined) return true;
  const [pid, host] = mark.split(' ');
  const isDead = host === os.hostname() && !isRunning(Number(pid));
  const ageMs = Math.abs(Date.now() - stat.mtimeMs);
  const isOld = ageMs > staleAfterMs(Number(pid), host);
  if (!isDead && !isOld) return false;
  if (readMark(file) === mark) fs.rmSync(file, { force: true });
  return true;
}

function staleAfterMs(pid: number, host: string | undefined): number {
  if (host === undefined) return NAMELESS_AFTER_MS;
  return pid === process.pid && host === os.hostname() ? OWN_STALE_AFTER_MS : STALE_AFTER_MS;
}

function readMark(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
