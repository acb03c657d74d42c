import * as vscode from 'vscode';
import { plural, t } from '../base/texts.ts';
import { commandKeys } from '../keys/commandKeys.node.ts';
import { environmentKeys } from '../keys/environmentKeys.ts';
import { KeyRing } from '../keys/keyRing.ts';
import type { KeyVault, Keychain } from '../keys/keyVault.ts';
import { keychainVault } from '../keys/keychainVault.node.ts';
import { sealedVault } from '../keys/sealedVault.node.ts';
import { builtInProvider, usualOrigin } from '../models/registry.ts';
import { readPolicies } from '../privacy/policyFiles.node.ts';
import { readSettings } from './settings.ts';

/** Where keys are kept: in the OS keychain, else in VS Code's secret storage; where a policy forbids both, in a sealed file alone. */
export interface Vaults {
  readonly keychain: Keychain;
  readonly fallback: KeyVault | null;
}

/** `sealedFile` is where the file would lie. */
export function openVaults(secrets: vscode.SecretStorage, sealedFile: string): Vaults {
  if (readPolicies().some(({ keychain }) => keychain === false))
    return { keychain: sealedVault({ file: sealedFile, askPassphrase }), fallback: null };
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

/** Shorter ones are found by trying. */
const SHORTEST_PASSPHRASE = 12;

async function askPassphrase(why: 'new' | { readonly problem: string | null }): Promise<string | undefined> {
  const box = { title: t('Passphrase for Your API Keys'), password: true, ignoreFocusOut: true };
  if (why !== 'new')
    return await vscode.window.showInputBox({
      ...box,
      prompt: why.problem ?? t('Your organisation has your keys kept in a sealed file. This passphrase opens it.'),
    });
  const first = await vscode.window.showInputBox({
    ...box,
    prompt: t(
      'Your organisation has your keys kept in a sealed file. Choose its passphrase; nobody can bring it back.',
    ),
    validateInput: (typed) =>
      typed.length < SHORTEST_PASSPHRASE
        ? plural(SHORTEST_PASSPHRASE, 'It needs at least {0} character.', 'It needs at least {0} characters.')
        : undefined,
  });
  if (first === undefined) return undefined;
  return await vscode.window.showInputBox({
    ...box,
    prompt: t('Type it once more.'),
    validateInput: (typed) => (typed === first ? undefined : t('This is not the same passphrase.')),
  });
}

function secretStorageVault(secrets: vscode.SecretStorage): KeyVault {
  const entry = (provider: string): string => `sextant.key.${provider}`;
  const get = async (provider: string): Promise<string | null> => (await secrets.get(entry(provider))) ?? null;
  return {
    name: t('VS Code’s secret storage'),
    has: async (provider) => ((await get(provider)) ?? '') !== '',
    get,
    peek: get,
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
