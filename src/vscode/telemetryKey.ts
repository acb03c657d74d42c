import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { normaliseKey } from '../keys/normaliseKey.ts';
import { commands } from '../manifest.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { withOwnHeaders } from '../privacy/ownHeaders.ts';
import type { AuditLog } from './auditLog.ts';
import { readSettings } from './settings.ts';

export type TelemetryKeyCommandId = typeof commands.storeTelemetryKey;

/** What the key is called where keys are kept, and in `sextant.keyCommands`. */
const NAME = 'telemetry';

/** The way out to the server that takes events of use, with the headers that it demands. */
export function telemetryFetch(send: Fetch, keys: Pick<KeyRing, 'get'>): Fetch {
  return withOwnHeaders(send, readSettings.telemetryHeaders, async (origin) => {
    const found = await keys.get(NAME, origin);
    if (found !== null) return found.key;
    throw new SextantError('not-found', 'no key is stored for the server that takes events of use');
  });
}

/** Asks for the key in VS Code’s password box, and keeps it for the server that is set; an empty one deletes it. */
export function telemetryKeyCommands(
  keys: Pick<KeyRing, 'set' | 'delete' | 'describeVault'>,
  audit: Pick<AuditLog, 'add'>,
): Readonly<Record<TelemetryKeyCommandId, () => Promise<void>>> {
  return {
    [commands.storeTelemetryKey]: async () => {
      const address = readSettings.telemetryAddress();
      if (address === undefined) {
        throw new SextantError('invalid', t('Set “sextant.telemetry.address” first: the key is kept for that server.'));
      }
      const { host, origin } = new URL(address);
      const typed = await vscode.window.showInputBox({
        title: t('Key for the Telemetry Server'),
        prompt: t(
          'It is kept in {0} and sent to {1} alone. Leave it empty to delete it.',
          await keys.describeVault(),
          host,
        ),
        password: true,
        ignoreFocusOut: true,
        validateInput: (text) => problemOf(text),
      });
      if (typed === undefined) return;
      if (typed.trim() === '') {
        await keys.delete(NAME);
        await audit.add('key deleted', NAME);
        return;
      }
      const place = await keys.set(NAME, typed, origin);
      await audit.add('key stored', NAME, { place });
      void vscode.window.showInformationMessage(t('The key is kept in {0}.', place));
    },
  };
}

function problemOf(typed: string): string | undefined {
  if (typed.trim() === '') return undefined;
  try {
    normaliseKey(typed);
    return undefined;
  } catch (error) {
    return error instanceof SextantError ? error.message : undefined;
  }
}
