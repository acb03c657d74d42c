import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { commitPrompt, readCommitMessage } from '../edits/instruct/commitMessage.ts';
import { fillBox } from '../edits/instruct/fillBox.ts';
import type { ChatModel, ChatPart } from '../models/chatModel.ts';
import { gitRepository, stagedChanges } from './gitRepositories.ts';

const EARLIER_COMMITS = 8;
const MOST_CHARACTERS = 20_000;

/** Writes a commit message for what is staged, or for all changes where nothing is, as {@link fillBox} into the box of the source control view. */
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
    const answer = model.stream(commitPrompt(files, subjects, before), abort.signal);
    if ((await fillBox(inputBox, before, messages(answer))) === 'empty')
      throw new SextantError('invalid', t('The model answered nothing. The message is as it was.'));
  });
}

/** The message as it grows, not beyond what one can be. */
async function* messages(answer: AsyncIterable<ChatPart>): AsyncGenerator<string> {
  let text = '';
  for await (const part of answer) {
    if (part.type !== 'text-delta') continue;
    text += part.text;
    if (text.length > MOST_CHARACTERS) return;
    yield readCommitMessage(text);
  }
}
