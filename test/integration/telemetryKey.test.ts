import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { KeyRing } from '../../src/keys/keyRing.ts';
import { commands } from '../../src/manifest.ts';
import { ProviderChanges } from '../../src/vscode/providerChanges.ts';
import { telemetryKeyCommands } from '../../src/vscode/telemetryKey.ts';
import { memoryVault } from '../fixtures/memoryVault.ts';

const NAME = 'telemetry';

describe('The key of the telemetry server', () => {
  it('is moved from vault to vault, and that is written down', async () => {
    const keychain = memoryVault('the keychain');
    const fallback = memoryVault('the storage');
    const keys = new KeyRing({
      keychain,
      fallback,
      environment: () => undefined,
      command: () => undefined,
      usualOrigin: () => null,
    });
    const written: unknown[] = [];
    const audit = { add: (...entry: readonly unknown[]) => Promise.resolve(void written.push(entry)) };
    await keys.set(NAME, 'planted-otlp-key', 'https://otel.test');
    const kept = await keychain.get(NAME);
    const table = telemetryKeyCommands(keys, new ProviderChanges(null as never, keys, audit), audit);
    const inVaults = async (): Promise<unknown> => [await keychain.get(NAME), await fallback.get(NAME)];

    for (const vaults of [
      [null, kept],
      [kept, null],
    ]) {
      const isMoved = table[commands.storeTelemetryKey]();
      // What VS Code is told goes in order: by then it has been told to show the list. Its second entry moves the key.
      await delay(100);
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await isMoved;
      assert.deepEqual(await inVaults(), vaults);
    }
    assert.deepEqual(written, [
      ['key moved', NAME, { from: 'the keychain', to: 'the storage' }],
      ['key moved', NAME, { from: 'the storage', to: 'the keychain' }],
    ]);
  });
});
