import { SextantError, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { bindKey, unbindKey } from './boundKey.ts';
import type { EnvironmentKey } from './environmentKeys.ts';
import type { KeyVault, Keychain } from './keyVault.ts';
import { normaliseKey } from './normaliseKey.ts';

export interface KeyRingOptions {
  readonly keychain: Keychain;
  /** Where keys are kept on a machine whose keychain does not work; null where there is no such place. */
  readonly fallback: KeyVault | null;
  readonly environment: (provider: string) => EnvironmentKey | undefined;
  /** Where a provider usually is, as `https://api.example.com`; null where there is no such place. */
  readonly usualOrigin: (provider: string) => string | null;
}

/** The keys of all providers, wherever they are kept. */
export class KeyRing {
  readonly #keychain: Keychain;
  readonly #fallback: KeyVault | null;
  readonly #environment: (provider: string) => EnvironmentKey | undefined;
  readonly #usualOrigin: (provider: string) => string | null;

  constructor(options: KeyRingOptions) {
    this.#keychain = options.keychain;
    this.#fallback = options.fallback;
    this.#environment = options.environment;
    this.#usualOrigin = options.usualOrigin;
  }

  /**
   * The key for one request to `origin`; null when there is none. Throws code `invalid` when an environment variable
   * holds something that cannot be a key, and code `model` when the stored one was given for another origin.
   */
  async get(provider: string, origin: string): Promise<string | null> {
    const stored = await this.#find(provider);
    if (stored !== null) return unbindKey(stored.key, origin, this.#usualOrigin(provider));
    const found = this.#environment(provider);
    if (found === undefined) return null;
    try {
      return normaliseKey(found.key);
    } catch (error) {
      throw new SextantError('invalid', t('The environment variable {0}: {1}', found.variable, errorMessage(error)));
    }
  }

  /**
   * Keeps a key for requests to `origin` (null where the provider has no address yet: for any) in the keychain, or in
   * the fallback where that does not work. Returns the name of the place. Throws code `invalid` when it cannot be a key, `keychain` when no place takes it.
   */
  async set(provider: string, typed: string, origin: string | null): Promise<string> {
    const key = bindKey(normaliseKey(typed), origin, this.#usualOrigin(provider));
    try {
      await this.#keychain.set(provider, key);
    } catch (error) {
      if (this.#fallback === null) throw error;
      await this.#fallback.set(provider, key);
      return this.#fallback.name;
    }
    // A window where the keychain does not work may have left a copy there, which would win.
    if (this.#fallback !== null && (await this.#fallback.get(provider)) !== null)
      await this.#fallback.set(provider, key);
    return this.#keychain.name;
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

  /** Where a provider's key is kept, for the user: `the OS keychain`, `the environment variable NAME`; null without one. */
  async locate(provider: string): Promise<string | null> {
    const stored = await this.#find(provider);
    if (stored !== null) return stored.place;
    const found = this.#environment(provider);
    return found === undefined ? null : `the environment variable ${found.variable}`;
  }

  /** True when a key is kept in a vault of ours, and so can be deleted. */
  async isStored(provider: string): Promise<boolean> {
    return (await this.#find(provider)) !== null;
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
  async #find(provider: string): Promise<{ key: string; place: string } | null> {
    for (const vault of [this.#fallback, this.#keychain]) {
      const key = await vault?.get(provider).catch(() => null);
      if (vault !== null && typeof key === 'string' && key !== '') return { key, place: vault.name };
    }
    return null;
  }
}
