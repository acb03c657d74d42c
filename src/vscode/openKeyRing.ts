import type * as vscode from 'vscode';
import { t } from '../base/texts.ts';
import { commandKeys } from '../keys/commandKeys.node.ts';
import { environmentKeys } from '../keys/environmentKeys.ts';
import { KeyRing } from '../keys/keyRing.ts';
import type { KeyVault, Keychain } from '../keys/keyVault.ts';
import { keychainVault } from '../keys/keychainVault.node.ts';
import { builtInProvider, usualOrigin } from '../models/registry.ts';
import { readSettings } from './settings.ts';

/** Where keys are kept: in the OS keychain, else in VS Code's secret storage. */
export interface Vaults {
  readonly keychain: Keychain;
  readonly fallback: KeyVault;
}

export function openVaults(secrets: vscode.SecretStorage): Vaults {
  // Test runs name a service of their own, and so never touch the keys of whoever runs them.
  const service = process.env['SEXTANT_KEYCHAIN_SERVICE'];
  return { keychain: keychainVault(service === undefined ? {} : { service }), fallback: secretStorageVault(secrets) };
}

/** The user's keys for providers: printed by a command of theirs, else in a vault, else in the environment. */
export function openKeyRing(vaults: Vaults): KeyRing {
  return new KeyRing({
    ...vaults,
    environment: environmentKeys(process.env, (provider) => builtInProvider(provider)?.key.environment ?? []),
    command: commandKeys((provider) => readSettings.keyCommands()[provider]),
    usualOrigin,
  });
}

function secretStorageVault(secrets: vscode.SecretStorage): KeyVault {
  const entry = (provider: string): string => `sextant.key.${provider}`;
  return {
    name: t('VS Code’s secret storage'),
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
