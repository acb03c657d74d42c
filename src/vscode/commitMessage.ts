import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { commitPrompt, readCommitMessage } from '../edits/instruct/commitMessage.ts';
import type { ChatModel } from '../models/chatModel.ts';
import { gitRepository, stagedChanges } from './gitRepositories.ts';

const EARLIER_COMMITS = 8;
const MOST_CHARACTERS = 20_000;

/**
 * Writes a commit message for what is staged, or for all changes where nothing is, into the box of the source control
 * view. What the author types into it meanwhile stays; where the model fails, so does what was there.
 */
export async function generateCommitMessage(argument: unknown, openModel: () => Promise<ChatModel>): Promise<void> {
  const repository = await gitRepository(argument);
  const files = await stagedChanges(repository);
  if (files.length === 0) throw new SextantError('not-found', t('There are no changes to describe. Stage some first.'));
  const earlier = await repository.log({ maxEntries: EARLIER_COMMITS }).catch(() => []);
  const subjects = earlier.map(({ message }) => message.split('\n')[0] ?? '');
  const { inputBox } = repository;
  const before = inputBox.value;
  const model = await openModel();
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t('Writing a commit message…'),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => {
      abort.abort();
    });
    let answer = '';
    let written = before;
    const isUntouched = (): boolean => inputBox.value === written;
    const write = (text: string): void => {
      inputBox.value = text;
      written = inputBox.value;
    };
    try {
      for await (const part of model.stream(commitPrompt(files, subjects, before), abort.signal)) {
        if (part.type !== 'text-delta') continue;
        answer += part.text;
        if (!isUntouched() || answer.length > MOST_CHARACTERS) break;
        const message = readCommitMessage(answer);
        if (message !== '') write(message);
      }
      if (isUntouched() && readCommitMessage(answer) === '') {
        throw new SextantError('invalid', t('The model answered nothing. The message is as it was.'));
      }
    } catch (error) {
      if (isUntouched()) write(before);
      throw error;
    }
  });
}
