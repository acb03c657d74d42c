import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { SextantError, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { CommandKey } from './keyVault.ts';
import { normaliseKey } from './normaliseKey.ts';

export interface CommandKeyOptions {
  /** Time for a password manager to be unlocked, milliseconds. */
  readonly timeoutMs?: number;
  /** For how long a key is used again: less than short-lived tokens have left when they are printed. Milliseconds. */
  readonly keepMs?: number;
}

/** More than any key; what prints it prints something else. */
const LONGEST_OUTPUT_BYTES = 64 * 1024;

interface Kept {
  readonly key: Promise<string>;
  readonly untilMs: number;
}

/**
 * Keys that a command prints, as password managers do. `commandOf` gives a provider's command line, which the system's
 * shell runs in the user's home; undefined where there is none. A key is kept in memory for a short while, since typing
 * asks for it at every pause. What goes wrong is an error of code `model`, without what was printed.
 */
export function commandKeys(
  commandOf: (provider: string) => string | undefined,
  { timeoutMs = 60_000, keepMs = 180_000 }: CommandKeyOptions = {},
): (provider: string) => CommandKey | undefined {
  const kept = new Map<string, Kept>();
  return (provider) => {
    const command = commandOf(provider);
    if (command === undefined || command.trim() === '') return undefined;
    return (how) => {
      const known = kept.get(command);
      if (how !== 'anew' && known !== undefined && performance.now() < known.untilMs) return known.key;
      const key = printedKey(provider, command, timeoutMs);
      kept.set(command, { key, untilMs: performance.now() + timeoutMs });
      key.then(
        () => kept.set(command, { key, untilMs: performance.now() + keepMs }),
        () => kept.delete(command),
      );
      return key;
    };
  };
}

async function printedKey(provider: string, command: string, timeoutMs: number): Promise<string> {
  try {
    return normaliseKey(await outputOf(command, timeoutMs));
  } catch (error) {
    throw new SextantError(
      'model',
      t('The command in “sextant.keyCommands” that prints the key of “{0}”: {1}', provider, errorMessage(error)),
      { data: { kind: 'auth', actions: ['retry', 'pick-model'] } },
    );
  }
}

function outputOf(command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      // Not in the folder that is open: what lies there must not be what the command finds.
      cwd: homedir(),
      // A group of its own, to end with it what it has started.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const giveUp = (reason: string): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      endAll(child);
      reject(new Error(reason));
    };
    const timer = setTimeout(() => {
      giveUp(t('It took too long. Is the password manager locked?'));
    }, timeoutMs);
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > LONGEST_OUTPUT_BYTES) giveUp(t('That is too long for a key. Copy only the key.'));
      else chunks.push(chunk);
    });
    child.on('error', () => {
      giveUp(t('It could not be started.'));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new Error(t('It failed. Run it in a terminal to see why.')));
    });
  });
}

function endAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true, stdio: 'ignore' }).on(
      'error',
      () => undefined,
    );
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
