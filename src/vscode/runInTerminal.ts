import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { terminalCommand } from '../chat/terminalCommand.ts';

const TERMINAL = 'Sextant';

/** Shows a command of an answer to the user as a whole, and runs it in a terminal when they say so. */
export async function runInTerminal(text: string): Promise<void> {
  const command = terminalCommand(text);
  if (!vscode.workspace.isTrusted) {
    throw new SextantError('invalid', t('Commands are run only in a workspace that you trust.'));
  }
  const run = t('Run');
  const answer = await vscode.window.showWarningMessage(
    t('Run this in the terminal?'),
    { modal: true, detail: command },
    run,
  );
  if (answer !== run) return;
  const open = vscode.window.terminals.find(({ name, exitStatus }) => name === TERMINAL && exitStatus === undefined);
  const terminal = open ?? vscode.window.createTerminal({ name: TERMINAL });
  terminal.show(true);
  terminal.sendText(command, true);
}
