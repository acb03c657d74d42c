import * as vscode from 'vscode';
import { errorMessage } from '../base/errors.ts';
import type { Caller } from '../base/rpc.ts';
import { plural, t } from '../base/texts.ts';
import type { StoreKeyRing } from '../keys/storeKeyRing.ts';
import { commands } from '../manifest.ts';
import type { StoreContract } from '../protocol/store.ts';
import { decodeRecoveryCode, encodeRecoveryCode, recoveryGroups } from '../storage/seal/recoveryCode.ts';
import { newStoreSecret, openStoreKey } from '../storage/seal/storeKey.node.ts';

const writtenDownLabel = (): string => t('I Have Written It Down');
const copyLabel = (): string => t('Copy');
const stopLabel = (): string => t('Stop Encrypting');
const enterCodeLabel = (): string => t('Enter Recovery Code');

/** The dialogs that switch encryption of the stored chats on and off, and take the code that opens them. */
export class StoreEncryptionDialogs {
  readonly #store: Caller<StoreContract>;
  readonly #keys: StoreKeyRing;

  constructor(store: Caller<StoreContract>, keys: StoreKeyRing) {
    this.#store = store;
    this.#keys = keys;
  }

  /** Shows the recovery code, and encrypts once the user has shown to have it. */
  async turnOn(): Promise<void> {
    const { state } = await this.#store.call('encryption.get', null);
    if (state === 'locked') {
      await offerCode();
      return;
    }
    if (state === 'on') {
      void vscode.window.showInformationMessage(t('Your stored chats are encrypted already.'));
      return;
    }
    const secret = newStoreSecret();
    const code = encodeRecoveryCode(secret);
    if (!(await showCode(code)) || !(await confirmCode(code))) return;
    // Whoever has no key must not find everything encrypted with it, so it is kept first.
    const place = await this.#keys.keep(openStoreKey(secret).id, secret);
    const work = (): Promise<{ left: number }> => this.#store.call('encryption.turnOn', { secret });
    const { left } = await withProgress(t('Encrypting your stored chats…'), work);
    void vscode.window.showInformationMessage(
      t(
        'Your stored chats are encrypted. Their key is in {0}. What was deleted unencrypted can stay on the disk until the disk uses its place again.{1}',
        place,
        leftNote(left),
      ),
    );
  }

  async turnOff(): Promise<void> {
    const { state } = await this.#store.call('encryption.get', null);
    if (state === 'locked') {
      await offerCode();
      return;
    }
    if (state === 'off') {
      void vscode.window.showInformationMessage(t('Your stored chats are not encrypted.'));
      return;
    }
    const chosen = await vscode.window.showWarningMessage(
      t('Stop encrypting your stored chats?'),
      { modal: true, detail: t('Whoever can read the files of your account can read them then.') },
      stopLabel(),
    );
    if (chosen !== stopLabel()) return;
    const work = (): Promise<{ left: number }> => this.#store.call('encryption.turnOff', null);
    const { left } = await withProgress(t('Decrypting your stored chats…'), work);
    void vscode.window.showInformationMessage(t('Your stored chats are no longer encrypted.{0}', leftNote(left)));
  }

  /** Takes the code of a store whose key is not on this machine. */
  async enterRecoveryCode(): Promise<void> {
    const encryption = await this.#store.call('encryption.get', null);
    if (encryption.state !== 'locked') {
      void vscode.window.showInformationMessage(t('Your stored chats are open; no recovery code is needed.'));
      return;
    }
    const { keyId } = encryption;
    const typed = await vscode.window.showInputBox({
      title: enterCodeLabel(),
      prompt: t('The code that was shown when your stored chats were encrypted.'),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? undefined : codeProblem(text, keyId)),
    });
    if (typed === undefined || typed.trim() === '') return;
    const problem = codeProblem(typed, keyId);
    if (problem !== undefined) throw new Error(problem);
    await this.#keys.keep(keyId, decodeRecoveryCode(typed));
    const { state } = await this.#store.call('encryption.get', null);
    if (state === 'on') void vscode.window.showInformationMessage(t('Your stored chats are open again.'));
  }
}

async function offerCode(): Promise<void> {
  const message = t('Your stored chats are encrypted, and their key is not on this machine.');
  if ((await vscode.window.showWarningMessage(message, enterCodeLabel())) === enterCodeLabel()) {
    await vscode.commands.executeCommand(commands.enterRecoveryCode);
  }
}

/** False when the user would rather not. */
async function showCode(code: string): Promise<boolean> {
  const groups = recoveryGroups(code);
  const lines = [groups.slice(0, 7), groups.slice(7)].map((line) => line.join(' – '));
  const about = t(
    'Messages, attachments and backups will be encrypted from now on, with a key that is kept in the keychain of this machine. If that is ever lost, only this recovery code opens them. Write this down, and keep it where you will find it:',
  );
  for (;;) {
    const options = { modal: true, detail: `${about}\n\n${lines.join('\n')}` };
    const chosen = await vscode.window.showInformationMessage(
      t('Encrypt your stored chats?'),
      options,
      writtenDownLabel(),
      copyLabel(),
    );
    if (chosen !== copyLabel()) return chosen === writtenDownLabel();
    await vscode.env.clipboard.writeText(code);
  }
}

async function confirmCode(code: string): Promise<boolean> {
  const last = recoveryGroups(code).at(-1);
  const isLast = (typed: string): boolean => recoveryGroups(typed).join('') === last;
  const typed = await vscode.window.showInputBox({
    title: t('Encrypt Stored Chats'),
    prompt: t('Type the last group of the recovery code.'),
    placeHolder: 'XXXX',
    ignoreFocusOut: true,
    validateInput: (text) =>
      recoveryGroups(text).join('').length < 4 || isLast(text)
        ? undefined
        : t('This is not the last group of the code.'),
  });
  return typed !== undefined && isLast(typed);
}

function codeProblem(typed: string, keyId: string): string | undefined {
  try {
    return openStoreKey(decodeRecoveryCode(typed)).id === keyId ? undefined : t('This is the code of other chats.');
  } catch (error) {
    return errorMessage(error);
  }
}

function leftNote(files: number): string {
  return files === 0
    ? ''
    : ` ${plural(files, '{0} older file that cannot be read was left as it is.', '{0} older files that cannot be read were left as they are.')}`;
}

function withProgress<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work);
}
