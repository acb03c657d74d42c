import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { toStoreError } from './files.node.ts';
import type { StoreLock } from './platform.ts';

const NAME = 'lock';
/** A lock that nobody renewed for so long: its owner hangs, or is on another machine. */
const STALE_AFTER_MS = 60_000;
const RENEW_MS = 15_000;
/** Between a lock's creation and its owner's name in it there is a moment; after this, nobody comes any more. */
const NAMELESS_AFTER_MS = 1_000;

interface Held {
  readonly mark: string;
  readonly descriptor: number;
  readonly renewing: ReturnType<typeof setInterval>;
}

/**
 * A file that exists while somebody writes. It names its owner, so that the lock of a process that was killed is
 * taken over at once; so is that of a thread that was ended, since its descriptor of the file is closed with it.
 */
export function fileLock(directory: string): StoreLock {
  const file = path.join(directory, NAME);
  let held: Held | undefined;
  const acquire = (): boolean => {
    try {
      const descriptor = fs.openSync(file, 'wx');
      const mark = `${process.pid} ${os.hostname()} ${randomUUID()} ${descriptor}`;
      try {
        fs.writeSync(descriptor, mark);
      } catch (error) {
        fs.closeSync(descriptor);
        fs.rmSync(file, { force: true });
        throw error;
      }
      held = { mark, descriptor, renewing: setInterval(renew, RENEW_MS, descriptor).unref() };
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
      if (held === undefined) return;
      const { mark, descriptor, renewing } = held;
      held = undefined;
      clearInterval(renewing);
      try {
        fs.closeSync(descriptor);
        if (readMark(file) === mark) fs.rmSync(file, { force: true });
      } catch {
        // Whoever comes next finds that its descriptor is closed, or that it is too old.
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
  const [pid, host, , descriptor] = mark.split(' ');
  const isHere = host === os.hostname();
  const isDead = isHere && !(Number(pid) === process.pid ? isOpen(Number(descriptor), stat) : isRunning(Number(pid)));
  const ageMs = Math.abs(Date.now() - stat.mtimeMs);
  const isOld = ageMs > (host === undefined ? NAMELESS_AFTER_MS : STALE_AFTER_MS);
  if (!isDead && !isOld) return false;
  if (readMark(file) === mark) fs.rmSync(file, { force: true });
  return true;
}

/** Whether a thread of this process has the file open under this descriptor. */
function isOpen(descriptor: number, { ino, dev }: fs.Stats): boolean {
  try {
    const stat = fs.fstatSync(descriptor);
    return stat.ino === ino && stat.dev === dev;
  } catch {
    return false;
  }
}

function renew(descriptor: number): void {
  try {
    const now = new Date();
    fs.futimesSync(descriptor, now, now);
  } catch {
    // Then it gets old; whoever takes it over meanwhile costs time and no data.
  }
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
