import { SextantError, errorMessage } from '../base/errors.ts';
import { environmentKeys } from '../keys/environmentKeys.ts';
import { keychainVault } from '../keys/keychainVault.node.ts';
import { normaliseKey } from '../keys/normaliseKey.ts';
import { builtInProvider } from '../models/registry.ts';

/** Where a command finds keys. It stores none. */
export interface CliKeys {
  /**
   * The key for one request: of the environment variable that is usual for the provider, else of the
   * OS keychain; null where neither has one. Throws code `invalid` when the variable holds no key.
   */
  read(provider: string): Promise<string | null>;
  /** Why the keychain cannot be used, as a sentence; null when it works. */
  keychainProblem(): Promise<string | null>;
}

/** The keys of this user on this machine. What is set for one command goes before what is kept for all. */
export function openKeys(environment: Readonly<Record<string, string | undefined>>): CliKeys {
  const service = environment['SEXTANT_KEYCHAIN_SERVICE'];
  const keychain = keychainVault(service === undefined ? {} : { service });
  const fromEnvironment = environmentKeys(environment, keyVariables);
  return {
    async read(provider) {
      const found = fromEnvironment(provider);
      if (found === undefined) return await keychain.get(provider).catch(() => null);
      try {
        return normaliseKey(found.key);
      } catch (error) {
        throw new SextantError('invalid', `The environment variable ${found.variable}: ${errorMessage(error)}`);
      }
    },
    keychainProblem: () => keychain.problem(),
  };
}

/** The environment variables that may hold a provider's key, the one that wins first. */
export function keyVariables(provider: string): readonly string[] {
  return builtInProvider(provider)?.key.environment ?? [];
}
