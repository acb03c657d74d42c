import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SextantError, errorMessage } from '../base/errors.ts';
import { Turns } from '../base/turns.ts';
import { t } from '../base/texts.ts';
import type { Keychain } from './keyVault.ts';
import { type SealedFile, type SealingKey, newSealingKey, readSealedFile, sealKeys } from './sealedKeys.node.ts';

export interface SealedVaultOptions {
  /** Where the keys lie. */
  readonly file: string;
  /** Asks the user; undefined when the user leaves. `new`: for one to seal with from now on; else says what was wrong with the last. */
  readonly askPassphrase: (why: 'new' | { readonly problem: string | null }) => Promise<string | undefined>;
  /** log2 of scrypt's N: 17 takes 128 MB and a good part of a second. */
  readonly cost?: number;
}

/** A change takes milliseconds; a lock that is older is that of a window that was ended. */
const ENDED_AFTER_MS = 10_000;

/** Whoever has left the box is not asked again at each key that is typed into the editor. */
const QUIET_MS = 60_000;

/**
 * Keys in a file under a passphrase (AES-256-GCM, scrypt), for machines whose organisation forbids the keychain. The
 * passphrase is asked for when a key is needed, and what it gives is kept in memory alone. Whose keys there are is
 * told without it.
 */
export function sealedVault({ file, askPassphrase, cost = 17 }: SealedVaultOptions): Keychain {
  const turns = new Turns();
  let known: SealingKey | undefined;
  let quietUntilMs = 0;

  const read = async (): Promise<SealedFile | null> => {
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw unusable(errorMessage(error));
    }
    try {
      return readSealedFile(bytes);
    } catch (error) {
      throw unusable(
        t('{0} Put a copy of it back, or delete it and store your keys anew: {1}', errorMessage(error), file),
      );
    }
  };
  const unlock = async (sealed: SealedFile): Promise<SealingKey> => {
    if (known !== undefined && sealed.isFor(known)) return known;
    if (performance.now() < quietUntilMs) throw notGiven();
    for (let problem: string | null = null; ;) {
      const passphrase = await askPassphrase({ problem });
      if (passphrase === undefined) {
        quietUntilMs = performance.now() + QUIET_MS;
        throw notGiven();
      }
      try {
        known = await sealed.unlock(passphrase);
        return known;
      } catch (error) {
        problem = t('{0} If you have lost it, delete {1} and store your keys anew.', errorMessage(error), file);
      }
    }
  };
  const begin = async (): Promise<SealingKey> => {
    const passphrase = await askPassphrase('new');
    if (passphrase === undefined) throw notGiven();
    known = await newSealingKey(passphrase, cost);
    return known;
  };
  const write = async (sealing: SealingKey, keys: ReadonlyMap<string, string>): Promise<void> => {
    const next = `${file}.${randomUUID()}`;
    try {
      const handle = await open(next, 'wx', 0o600);
      try {
        await handle.writeFile(sealKeys(sealing, keys));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(next, file);
    } catch (error) {
      await rm(next, { force: true });
      throw unusable(errorMessage(error));
    }
  };
  const change = async (edit: (keys: Map<string, string>) => unknown): Promise<void> => {
    for (let isDone = false; !isDone;) {
      const before = await read();
      const sealing = await (before === null ? begin() : unlock(before));
      isDone = await alone(file, async () => {
        // Read again: another window may have stored one while the passphrase was typed.
        const now = await read();
        if (now?.isFor(sealing) === false) return false;
        const keys = new Map(now?.open(sealing));
        edit(keys);
        await write(sealing, keys);
        return true;
      });
    }
  };
  const has = async (provider: string): Promise<boolean> => (await read())?.names.includes(provider) === true;

  return {
    name: t('a file sealed with your passphrase'),
    has,
    get: (provider, forChange = false) =>
      turns.run(async () => {
        if (forChange) quietUntilMs = 0;
        const sealed = await read();
        if (sealed?.names.includes(provider) !== true) return null;
        return sealed.open(await unlock(sealed)).get(provider) ?? null;
      }),
    peek: async (provider) => {
      const sealed = await read();
      return sealed === null || known === undefined || !sealed.isFor(known)
        ? null
        : (sealed.open(known).get(provider) ?? null);
    },
    set: (provider, key) =>
      turns.run(async () => {
        quietUntilMs = 0;
        await change((keys) => keys.set(provider, key));
      }),
    delete: (provider) =>
      turns.run(async () => {
        if (!(await has(provider))) return false;
        quietUntilMs = 0;
        await change((keys) => keys.delete(provider));
        return true;
      }),
    problem: () =>
      read().then(
        () => null,
        (error: unknown) => errorMessage(error),
      ),
  };
}

/** Runs `work` while no other window changes the file. */
async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    while (!(await tryTake(lock))) await delay(5 + Math.random() * 10);
  } catch (error) {
    throw unusable(errorMessage(error));
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Takes the lock if nobody has it, and takes it away from who was ended. */
async function tryTake(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    // Windows says EPERM for a file that is just being deleted.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EEXIST' && !(code === 'EPERM' && process.platform === 'win32')) throw error;
  }
  const held = await stat(lock).catch(() => null);
  if (held !== null && Math.abs(Date.now() - held.mtimeMs) > ENDED_AFTER_MS) await rm(lock, { force: true });
  return false;
}

function notGiven(): SextantError {
  return new SextantError('model', t('Your keys are sealed, and their passphrase was not entered.'), {
    data: { kind: 'auth', actions: ['retry', 'pick-model'] },
  });
}

function unusable(reason: string): SextantError {
  return new SextantError('keychain', t('The file with your sealed keys cannot be used. {0}', reason));
}
