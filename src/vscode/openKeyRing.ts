import type * as vscode from 'vscode';
import { environmentKeys } from '../keys/environmentKeys.ts';
import { KeyRing } from '../keys/keyRing.ts';
import type { KeyVault } from '../keys/keyVault.ts';
import { keychainVault } from '../keys/keychainVault.node.ts';
import { builtInProvider } from '../models/registry.ts';

/** The user's keys: in the OS keychain, else in VS Code's secret storage, else in the environment. */
export function openKeyRing(secrets: vscode.SecretStorage): KeyRing {
  // Test runs name a service of their own, and so never touch the keys of whoever runs them.
  const service = process.env['SEXTANT_KEYCHAIN_SERVICE'];
  return new KeyRing({
    keychain: keychainVault(service === undefined ? {} : { service }),
    fallback: secretStorageVault(secrets),
    environment: environmentKeys(process.env, (provider) => builtInProvider(provider)?.key.environment ?? []),
  });
}

function secretStorageVault(secrets: vscode.SecretStorage): KeyVault {
  const entry = (provider: string): string => `sextant.key.${provider}`;
  return {
    name: 'VS Code’s secret storage',
    get: async (provider) => (await secrets.get(entry(provider))) ?? null,
    set: async (provider, key) => {
      await secrets.store(entry(provider), key);
    },
    delete: async (provider) => {
      const had = (await secrets.get(entry(provider))) !== undefined;
      await secrets.delete(entry(provider));
      return had;
    },
  };
}
