import * as vscode from 'vscode';
import type { HistorySearch } from '../chat/historySearch.ts';
import { SextantError } from '../base/errors.ts';

/** Makes the search index of the chats anew, with a progress notification until it has all messages. */
export async function rebuildHistorySearch(history: HistorySearch): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Sextant' };
  await vscode.window.withProgress(options, async (progress) => {
    const subscription = history.onDidChangeStatus(({ messages, missing }) => {
      const all = (messages + missing).toLocaleString();
      progress.report({ message: `Reading ${messages.toLocaleString()} of about ${all} messages…` });
    });
    try {
      await history.rebuild();
    } finally {
      subscription.dispose();
    }
  });
  const { phase, messages, message } = history.status;
  if (phase === 'failed') throw new SextantError('internal', message ?? 'The search could not be rebuilt.');
  const count = messages === 1 ? 'One message' : `${messages.toLocaleString()} messages`;
  void vscode.window.showInformationMessage(`${count} can be searched.`);
}
