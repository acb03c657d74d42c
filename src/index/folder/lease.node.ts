import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';

/** An owner that has not renewed for so long is gone or hangs. */
const STALE_AFTER_MS = 10_000;

/**
 * Names the one process that indexes a folder; the others read what it saves. It is a file with the
 * owner's process id, renewed again and again, so that another takes over when the owner has died.
 * Should two ever hold it, the rows stay right (their log decides) and one of them notices at its
 * next {@link renew}.
 */
export class Lease {
  readonly #file: string;
  readonly #mark = `${process.pid} ${os.hostname()} ${randomUUID()}`;

  constructor(file: string) {
    this.#file = file;
  }

  /** False while another process owns the folder. */
  tryAcquire(): boolean {
    return this.#create() || (this.#setStaleAside() && this.#create());
  }

  /** False when the lease was lost. */
  renew(): boolean {
    if (read(this.#file) !== this.#mark) return false;
    const now = new Date();
    utimesSync(this.#file, now, now);
    return true;
  }

  release(): void {
    if (read(this.#file) === this.#mark) rmSync(this.#file, { force: true });
  }

  #create(): boolean {
    try {
      writeFileSync(this.#file, this.#mark, { flag: 'wx' });
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'EPERM') return false;
      throw error;
    }
  }

  #setStaleAside(): boolean {
    const mark = read(this.#file);
    const stats = statSync(this.#file, { throwIfNoEntry: false });
    if (mark === undefined || stats === undefined) return true;
    const [pid, host] = mark.split(' ');
    const isDead = host === os.hostname() && !isRunning(Number(pid));
    if (!isDead && Date.now() - stats.mtimeMs < STALE_AFTER_MS) return false;
    const aside = `${this.#file}.${randomUUID()}`;
    try {
      renameSync(this.#file, aside);
    } catch {
      return false;
    }
    // Somebody may have taken over between the look and the rename: then it is theirs again.
    const isTheirs = read(aside) !== mark;
    if (isTheirs) renameSync(aside, this.#file);
    else rmSync(aside, { force: true });
    return !isTheirs;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * True for a process that has ended and that nobody has asked about yet, as its dead parent should
 * have: in a container without an init process it stays. See proc_pid_stat(5); false where there is no /proc.
 */
function isZombie(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 1).startsWith(' Z');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
