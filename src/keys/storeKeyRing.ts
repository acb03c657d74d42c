import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { KeyVault } from './keyVault.ts';

/**
 * Keeps the keys of encrypted stores, each under its id: in the OS keychain, or in the fallback where that
 * does not work. Errors are of code `keychain`.
 */
export class StoreKeyRing {
  readonly #keychain: KeyVault;
  readonly #fallback: KeyVault | null;

  constructor(keychain: KeyVault, fallback: KeyVault | null) {
    this.#keychain = keychain;
    this.#fallback = fallback;
  }

  /** The secret; null when no place has it. Throws when one that may have it cannot be asked. */
  async find(keyId: string): Promise<Uint8Array | null> {
    const copy = await this.#fallback?.get(entry(keyId)).catch(() => null);
    const kept = copy ?? (await this.#keychain.get(entry(keyId)));
    return kept === null ? null : fromHex(kept);
  }

  /** Returns the name of the place, once it has been read there again. */
  async keep(keyId: string, secret: Uint8Array): Promise<string> {
    try {
      return await keepIn(this.#keychain, keyId, secret);
    } catch (error) {
      if (this.#fallback === null) throw error;
      return await keepIn(this.#fallback, keyId, secret);
    }
  }
}

async function keepIn(vault: KeyVault, keyId: string, secret: Uint8Array): Promise<string> {
  const text = toHex(secret);
  await vault.set(entry(keyId), text);
  if ((await vault.get(entry(keyId))) !== text) {
    throw new SextantError('keychain', t('The key was stored in {0}, but it is not there.', vault.name));
  }
  return vault.name;
}

/** No provider is called so. */
function entry(keyId: string): string {
  return `store ${keyId}`;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
