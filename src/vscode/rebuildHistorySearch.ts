import * as vscode from 'vscode';
import { figure, plural, t } from '../base/texts.ts';
import type { HistorySearch } from '../chat/historySearch.ts';
import { SextantError } from '../base/errors.ts';

/** Makes the search index of the chats anew, with a progress notification until it has all messages. */
export async function rebuildHistorySearch(history: HistorySearch): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Sextant' };
  await vscode.window.withProgress(options, async (progress) => {
    const subscription = history.onDidChangeStatus(({ messages, missing }) => {
      const all = figure(messages + missing);
      progress.report({ message: t('Reading {0} of about {1} messages…', figure(messages), all) });
    });
    try {
      await history.rebuild();
    } finally {
      subscription.dispose();
    }
  });
  const { phase, messages, message } = history.status;
  if (phase === 'failed') throw new SextantError('internal', message ?? t('The search could not be rebuilt.'));
  void vscode.window.showInformationMessage(
    plural(messages, '{0} message can be searched.', '{0} messages can be searched.'),
  );
}
