import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { commands } from '../manifest.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { withOwnHeaders } from '../privacy/ownHeaders.ts';
import type { AuditLog } from './auditLog.ts';
import type { ProviderChanges } from './providerChanges.ts';
import { readSettings } from './settings.ts';

export type TelemetryKeyCommandId = typeof commands.storeTelemetryKey;

/** What the key is called where keys are kept, and in `sextant.keyCommands`. */
export const TELEMETRY_KEY = 'telemetry';

/** The way out to the server that takes events of use, with the headers that it demands. */
export function telemetryFetch(send: Fetch, keys: Pick<KeyRing, 'get'>): Fetch {
  return withOwnHeaders(send, readSettings.telemetryHeaders, async (origin) => {
    const found = await keys.get(TELEMETRY_KEY, origin);
    if (found !== null) return found.key;
    throw new SextantError('not-found', 'no key is stored for the server that takes events of use');
  });
}

/**
 * Asks for the key in VS Code’s password box, and keeps it for the server that is set. One that is stored can be
 * changed, moved to the other vault, or deleted.
 */
export function telemetryKeyCommands(
  keys: Pick<KeyRing, 'set' | 'describeVault' | 'locate' | 'problem'>,
  changes: Pick<ProviderChanges, 'moveKey' | 'deleteKey'>,
  audit: Pick<AuditLog, 'add'>,
): Readonly<Record<TelemetryKeyCommandId, () => Promise<void>>> {
  const change = async (): Promise<void> => {
    const address = readSettings.telemetryAddress();
    if (address === undefined) {
      throw new SextantError('invalid', t('Set “sextant.telemetry.address” first: the key is kept for that server.'));
    }
    const { host, origin } = new URL(address);
    const typed = await vscode.window.showInputBox({
      title: title(),
      prompt: t('It is kept in {0} and sent to {1} alone.', await keys.describeVault(), host),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? undefined : keys.problem(text)),
    });
    if (typed === undefined || typed.trim() === '') return;
    const place = await keys.set(TELEMETRY_KEY, typed, origin);
    await audit.add('key stored', TELEMETRY_KEY, { place });
    void vscode.window.showInformationMessage(t('The key is kept in {0}.', place));
  };
  const move = async (): Promise<void> => {
    const place = await changes.moveKey({ name: TELEMETRY_KEY });
    void vscode.window.showInformationMessage(t('The key is kept in {0}.', place));
  };
  return {
    [commands.storeTelemetryKey]: async () => {
      const place = await keys.locate(TELEMETRY_KEY);
      if (place === null || place.kind === 'command') {
        await change();
        return;
      }
      const picked = await vscode.window.showQuickPick(
        [
          { label: t('Change…'), act: change },
          ...(place.kind === 'keychain' ? [{ label: t('Move to VS Code’s secret storage'), act: move }] : []),
          ...(place.kind === 'fallback' ? [{ label: t('Move to the OS keychain'), act: move }] : []),
          { label: t('Delete…'), act: () => changes.deleteKey({ name: TELEMETRY_KEY, displayName: serverName() }) },
        ],
        { title: title(), placeHolder: t('The key is kept in {0}.', place.name) },
      );
      await picked?.act();
    },
  };
}

function serverName(): string {
  const address = readSettings.telemetryAddress();
  return address === undefined ? TELEMETRY_KEY : new URL(address).host;
}

function title(): string {
  return t('Key for the Telemetry Server');
}
