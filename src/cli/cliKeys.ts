import { SextantError, errorMessage } from '../base/errors.ts';
import { keysFor, keysIn, withoutOrigin } from '../keys/boundKey.ts';
import { environmentKeys } from '../keys/environmentKeys.ts';
import { KeyOrder } from '../keys/keyOrder.ts';
import type { Keychain } from '../keys/keyVault.ts';
import { keychainVault } from '../keys/keychainVault.node.ts';
import { normaliseKey } from '../keys/normaliseKey.ts';
import { StoreKeyRing } from '../keys/storeKeyRing.ts';
import { builtInProvider, usualOrigin } from '../models/registry.ts';
import type { RequestKey, StoredKey } from '../protocol/keyRefusal.ts';
import { readPolicies } from '../privacy/policyFiles.node.ts';
import { decodeRecoveryCode } from '../storage/seal/recoveryCode.ts';
import { openStoreKey } from '../storage/seal/storeKey.node.ts';
import type { FindStoreKey } from '../storage/startStoreWorker.node.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command finds keys. It stores none. */
export interface CliKeys {
  /**
   * The key for one request to `origin`: of the environment variable that is usual for the provider, else of the
   * OS keychain; null where neither has one. Throws code `invalid` when the variable holds no key.
   */
  read(provider: string, origin: string): Promise<RequestKey | null>;
  /** Those of the OS keychain, in the order in which they are used; empty where it has none, or cannot be asked. */
  list(provider: string): Promise<readonly StoredKey[]>;
  /** Why the keychain cannot be used, as a sentence; null when it works. */
  keychainProblem(): Promise<string | null>;
}

const FORBIDDEN = 'A policy of this machine forbids the keychain.';
const UNSET = 'SEXTANT_STORE_RECOVERY_CODE is not set.';

/**
 * Finds the key of an encrypted store: that of the recovery code in SEXTANT_STORE_RECOVERY_CODE, else one in the
 * OS keychain.
 */
export function findStoreKey(environment: Environment): FindStoreKey {
  const ring = new StoreKeyRing(openKeychain(environment), null);
  return async (keyId) => {
    const code = environment['SEXTANT_STORE_RECOVERY_CODE'] ?? '';
    if (code.trim() === '') {
      const kept = await ring.find(keyId).catch((cause: unknown) => {
        throw new SextantError('keychain', `${errorMessage(cause)} ${UNSET}`, { cause });
      });
      if (kept !== null) return kept;
      throw new SextantError('keychain', `Their key is not in the OS keychain. ${UNSET}`);
    }
    const secret = readRecoveryCode(code);
    if (openStoreKey(secret).id === keyId) return secret;
    throw new SextantError('invalid', 'The code in SEXTANT_STORE_RECOVERY_CODE is that of another store.');
  };
}

/** The keys of this user on this machine. What is set for one command goes before what is kept for all. */
export function openKeys(environment: Environment): CliKeys {
  const keychain = openKeychain(environment);
  const order = new KeyOrder();
  const fromEnvironment = environmentKeys(environment, keyVariables);
  return {
    async read(provider, origin) {
      const found = fromEnvironment(provider);
      if (found === undefined) {
        const kept = await keychain.get(provider).catch(() => null);
        if (kept === null) return null;
        const stored = keysFor(origin, kept, usualOrigin(provider));
        const key = await order.choose(stored);
        return key === null ? null : { key, other: (refused, why) => order.after(refused, why, stored) };
      }
      try {
        return { key: normaliseKey(found.key) };
      } catch (error) {
        throw new SextantError('invalid', `The environment variable ${found.variable}: ${errorMessage(error)}`);
      }
    },
    async list(provider) {
      const kept = await keychain.peek(provider).catch(() => null);
      return await Promise.all(keysIn(kept ?? '').map((each) => order.about(withoutOrigin(each))));
    },
    keychainProblem: () => keychain.problem(),
  };
}

function readRecoveryCode(code: string): Uint8Array {
  try {
    return decodeRecoveryCode(code);
  } catch (error) {
    throw new SextantError('invalid', `The variable SEXTANT_STORE_RECOVERY_CODE: ${errorMessage(error)}`);
  }
}

function openKeychain(environment: Environment): Keychain {
  if (readPolicies().some(({ keychain }) => keychain === false)) return forbiddenKeychain;
  const service = environment['SEXTANT_KEYCHAIN_SERVICE'];
  return keychainVault(service === undefined ? {} : { service });
}

/** What stands for a keychain that an organisation forbids: the file of sealed keys is opened in VS Code alone. */
const forbiddenKeychain: Keychain = {
  name: 'the OS keychain',
  has: () => Promise.resolve(false),
  get: () => Promise.resolve(null),
  peek: () => Promise.resolve(null),
  set: () => Promise.reject(new SextantError('forbidden', FORBIDDEN)),
  delete: () => Promise.resolve(false),
  problem: () => Promise.resolve(FORBIDDEN),
};

/** The environment variables that may hold a provider's key, the one that wins first. */
export function keyVariables(provider: string): readonly string[] {
  return builtInProvider(provider)?.key.environment ?? [];
}
