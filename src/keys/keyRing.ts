import type { Event } from '../base/emitter.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { OtherKey, RequestKey, StoredKey } from '../protocol/keyRefusal.ts';
import { bindKey, keptAs, keysFor, keysIn, withoutOrigin } from './boundKey.ts';
import type { EnvironmentKey } from './environmentKeys.ts';
import { KeyOrder } from './keyOrder.ts';
import type { CommandKey, KeyVault, Keychain } from './keyVault.ts';
import { normaliseKey } from './normaliseKey.ts';

export interface KeyRingOptions {
  readonly keychain: Keychain;
  /** Where keys are kept on a machine whose keychain does not work; null where `keychain` is a sealed file. */
  readonly fallback: KeyVault | null;
  readonly environment: (provider: string) => EnvironmentKey | undefined;
  /** What asks the user's own command for a provider's key; undefined where there is none. */
  readonly command: (provider: string) => CommandKey | undefined;
  /** Where a provider usually is, as `https://api.example.com`; null where there is no such place. */
  readonly usualOrigin: (provider: string) => string | null;
}

/** A place of ours: the OS keychain, or what takes its place. */
export type VaultKind = 'keychain' | 'fallback';

/** Where a key comes from. */
export interface KeyPlace {
  readonly kind: VaultKind | 'sealed' | 'command' | 'environment';
  /** For the user: `the OS keychain`, `the environment variable NAME`. */
  readonly name: string;
}

/** More than one account has; a page of them can be read. */
const MOST_KEYS = 10;

/**
 * The keys of all providers, wherever they are kept. What the user's command prints goes before what is stored. Where
 * several are stored for a provider, the next is used while the one before is refused.
 */
export class KeyRing {
  readonly #keychain: Keychain;
  readonly #fallback: KeyVault | null;
  readonly #environment: (provider: string) => EnvironmentKey | undefined;
  readonly #command: KeyRingOptions['command'];
  readonly #usualOrigin: (provider: string) => string | null;
  readonly #order = new KeyOrder();
  /** A provider has refused one of several keys. */
  readonly onDidRefuse: Event<void> = this.#order.onDidChange;

  constructor(options: KeyRingOptions) {
    this.#keychain = options.keychain;
    this.#fallback = options.fallback;
    this.#environment = options.environment;
    this.#command = options.command;
    this.#usualOrigin = options.usualOrigin;
  }

  /**
   * The key for one request to `origin`; null when there is none. Throws code `invalid` when an environment variable
   * holds something that cannot be a key, and code `model` when those stored were given for another origin or the
   * command for it fails.
   */
  async get(provider: string, origin: string): Promise<RequestKey | null> {
    const command = this.#command(provider);
    if (command !== undefined) {
      // What was printed a while ago may have run out since.
      const other: OtherKey = async (_refused, { reason }) => (reason === 'refused' ? await command('anew') : null);
      return { key: await command(), other };
    }
    const stored = await this.#find(provider);
    if (stored !== null) {
      const keys = keysFor(origin, stored.key, this.#usualOrigin(provider));
      const key = await this.#order.choose(keys);
      if (key === null) return null;
      const other: OtherKey = (refused, why) => this.#order.after(refused, why, keys);
      return keys.length === 1 ? { key } : { key, other };
    }
    const found = this.#environment(provider);
    if (found === undefined) return null;
    try {
      return { key: normaliseKey(found.key) };
    } catch (error) {
      throw new SextantError('invalid', t('The environment variable {0}: {1}', found.variable, errorMessage(error)));
    }
  }

  /**
   * Keeps a key for requests to `origin` (null where the provider has no address yet: for any) in place of the one
   * that is used first, and where that was, else in the keychain, or in the fallback where that does not work. Returns
   * the name of the place. Throws code `invalid` when it cannot be a key, `keychain` when no place takes it.
   */
  async set(provider: string, typed: string, origin: string | null): Promise<string> {
    const key = bindKey(normaliseKey(typed), origin, this.#usualOrigin(provider));
    const [, ...others] = keysIn((await this.#find(provider, true))?.key ?? '');
    return await this.#keep(provider, keptAs([key, ...others.filter((each) => each !== key)]));
  }

  /** Keeps a further key, as {@link set} does: it is used when those before it are refused. */
  async add(provider: string, typed: string, origin: string | null): Promise<string> {
    const key = bindKey(normaliseKey(typed), origin, this.#usualOrigin(provider));
    const before = keysIn((await this.#find(provider, true))?.key ?? '');
    if (before.includes(key)) throw new SextantError('invalid', t('This key is stored already.'));
    if (before.length >= MOST_KEYS) throw new SextantError('invalid', t('There are too many keys. Delete one first.'));
    return await this.#keep(provider, keptAs([...before, key]));
  }

  /** The keys that are stored, in the order in which they are used. Asks the user nothing: null where it would have to. */
  async list(provider: string): Promise<readonly StoredKey[] | null> {
    for (const [, vault] of this.#vaults()) {
      const kept = await vault.peek(provider).catch(() => null);
      if (kept !== null && kept !== '') return await this.#known(keysIn(kept));
    }
    return null;
  }

  /** Has the key of this id be used first. */
  async prefer(provider: string, id: string): Promise<void> {
    const { keys, at } = await this.#numbered(provider, id);
    await this.#keep(provider, keptAs([...keys.slice(at, at + 1), ...keys.toSpliced(at, 1)]));
  }

  /** Deletes the key of this id. */
  async remove(provider: string, id: string): Promise<void> {
    const { keys, at } = await this.#numbered(provider, id);
    if (keys.length === 1) await this.delete(provider);
    else await this.#keep(provider, keptAs(keys.toSpliced(at, 1)));
  }

  /** Throws code `not-found` where it is gone. */
  async #numbered(provider: string, id: string): Promise<{ readonly keys: readonly string[]; readonly at: number }> {
    const keys = keysIn((await this.#find(provider, true))?.key ?? '');
    const at = (await this.#known(keys)).findIndex((known) => known.id === id);
    if (at === -1) throw new SextantError('not-found', t('This key is no longer stored.'));
    return { keys, at };
  }

  #known(kept: readonly string[]): Promise<StoredKey[]> {
    return Promise.all(kept.map((each) => this.#order.about(withoutOrigin(each))));
  }

  /** All of a provider’s keys, in place of those before. */
  async #keep(provider: string, key: string): Promise<string> {
    const before = await this.#place(provider);
    if (this.#fallback !== null && before?.kind === 'fallback') {
      await this.#fallback.set(provider, key);
      // A copy in the keychain is renewed too, or deleting the one would bring back the other.
      const copy = await this.#keychain.get(provider).catch(() => null);
      if (copy === null) return this.#fallback.name;
      await this.#keychain.set(provider, key);
      return this.#keychain.name;
    }
    try {
      await this.#keychain.set(provider, key);
      return this.#keychain.name;
    } catch (error) {
      if (this.#fallback === null) throw error;
      await this.#fallback.set(provider, key);
      return this.#fallback.name;
    }
  }

  /**
   * Moves a stored key: writes it to the other place, reads it back there, and only then deletes it here. Where
   * anything fails the key is still where it was. Throws code `not-found` without a stored key, `keychain` when a
   * place does not take it or let go of it.
   */
  async move(provider: string, to: VaultKind): Promise<void> {
    const stored = await this.#find(provider);
    const [target, source] = to === 'keychain' ? [this.#keychain, this.#fallback] : [this.#fallback, this.#keychain];
    if (stored === null || target === null || source === null)
      throw new SextantError('not-found', t('No API key is stored.'));
    let { key } = stored;
    while (stored.kind !== to) {
      await target.set(provider, key);
      if ((await target.get(provider)) !== key)
        throw new SextantError(
          'keychain',
          t('The key was not found again in {0}, so it stays where it was.', target.name),
        );
      // Another window may have stored a newer one meanwhile.
      const now = await source.get(provider);
      if (now === null || now === key) break;
      key = now;
    }
    await source.delete(provider);
  }

  /** Deletes what is stored; false when nothing was. A key in an environment variable is not ours to delete. */
  async delete(provider: string): Promise<boolean> {
    const inFallback = (await this.#fallback?.delete(provider)) ?? false;
    let inKeychain = false;
    try {
      inKeychain = await this.#keychain.delete(provider);
    } catch (error) {
      // A keychain that cannot be used at all has no key that anybody could use.
      if ((await this.#keychain.problem()) === null) throw error;
    }
    return inFallback || inKeychain;
  }

  /** Where a provider's key comes from; null without one. Asks no command. */
  async locate(provider: string): Promise<KeyPlace | null> {
    if (this.#command(provider) !== undefined)
      return { kind: 'command', name: t('the command in “sextant.keyCommands”') };
    const stored = await this.#place(provider);
    if (stored !== null) return this.#fallback === null ? { kind: 'sealed', name: stored.name } : stored;
    const found = this.#environment(provider);
    return found === undefined
      ? null
      : { kind: 'environment', name: t('the environment variable {0}', found.variable) };
  }

  /** True when a key is kept in a vault of ours, and so can be deleted. */
  async isStored(provider: string): Promise<boolean> {
    return (await this.#place(provider)) !== null;
  }

  /** The name of the place where a new key goes now. */
  async describeVault(): Promise<string> {
    const isUsable = this.#fallback === null || (await this.#keychain.problem()) === null;
    return isUsable ? this.#keychain.name : this.#fallback.name;
  }

  /** Why the OS keychain cannot be used now, as a sentence; null when it works. */
  keychainProblem(): Promise<string | null> {
    return this.#keychain.problem();
  }

  /** What is wrong with a key, as a sentence; undefined when it can be one. */
  problem(typed: string): string | undefined {
    try {
      normaliseKey(typed);
      return undefined;
    } catch (error) {
      return errorMessage(error);
    }
  }

  /**
   * Where both places hold a key, the one in the fallback is the newer: storing in the keychain renews a
   * copy there, and storing there happens where the keychain could not be reached.
   */
  async #find(provider: string, forChange = false): Promise<{ key: string; kind: VaultKind; name: string } | null> {
    // A sealed file that was not opened must not look like one without the key.
    if (this.#fallback === null) {
      const key = await this.#keychain.get(provider, forChange);
      return key === null ? null : { key, kind: 'keychain', name: this.#keychain.name };
    }
    for (const [kind, vault] of this.#vaults()) {
      const key = await vault.get(provider).catch(() => null);
      if (key !== null && key !== '') return { key, kind, name: vault.name };
    }
    return null;
  }

  /** The place of what {@link #find} finds. */
  async #place(provider: string): Promise<{ kind: VaultKind; name: string } | null> {
    for (const [kind, vault] of this.#vaults())
      if (await vault.has(provider).catch(() => false)) return { kind, name: vault.name };
    return null;
  }

  #vaults(): readonly (readonly [VaultKind, KeyVault])[] {
    const keychain = ['keychain', this.#keychain] as const;
    return this.#fallback === null ? [keychain] : [['fallback', this.#fallback], keychain];
  }
}
