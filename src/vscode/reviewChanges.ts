import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { plural, t } from '../base/texts.ts';
import { type ReviewFinding, readFindings, reviewPrompt } from '../edits/instruct/reviewFindings.ts';
import { commentControllers } from '../manifest.ts';
import type { ChatModel } from '../models/chatModel.ts';
import { type GitRepository, gitRepository, workingChanges } from './gitRepositories.ts';

const MOST_CHARACTERS = 60_000;
const MOST_FINDINGS = 100;
const kinds: Readonly<Record<ReviewFinding['kind'], string>> = {
  get bug() {
    return t('Bug');
  },
  get risk() {
    return t('Risk');
  },
  get style() {
    return t('Style');
  },
};

/** Reviews of working changes, as comments beside the lines. */
export class ChangeReview implements vscode.Disposable {
  readonly #openModel: () => Promise<ChatModel>;
  #controller: vscode.CommentController | undefined;
  #threads: vscode.CommentThread[] = [];

  constructor(openModel: () => Promise<ChatModel>) {
    this.#openModel = openModel;
  }

  /** Reviews what differs from the last commit, staged or not, with new files. Comments appear as they come. */
  async run(argument: unknown): Promise<void> {
    const repository = await gitRepository(argument);
    const changes = await workingChanges(repository);
    if (changes.length === 0) throw new SextantError('not-found', t('There are no changes to review.'));
    const { request, files } = reviewPrompt(changes);
    if (files.length === 0)
      throw new SextantError('unsupported', t('The changes are too large to be reviewed at once.'));
    const model = await this.#openModel();
    this.clear(undefined);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: t('Reviewing your changes…'),
      cancellable: true,
    };
    const findings = await vscode.window.withProgress(options, async (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      let answer = '';
      let shown = 0;
      const showNew = (text: string): void => {
        const all = readFindings(text, files).slice(0, MOST_FINDINGS);
        for (const finding of all.slice(shown)) this.#show(finding, repository);
        shown = all.length;
      };
      for await (const part of model.stream(request, abort.signal)) {
        if (part.type !== 'text-delta') continue;
        answer += part.text;
        if (answer.length > MOST_CHARACTERS) break;
        if (part.text.includes('\n')) showNew(answer.slice(0, answer.lastIndexOf('\n')));
      }
      showNew(answer);
      if (shown === 0 && !/"ok"\s*:\s*true/.test(answer)) {
        throw new SextantError('invalid', t('The model’s answer is no review. Ask again, or choose another model.'));
      }
      return shown;
    });
    const what = findings === 0 ? t('Nothing to report') : plural(findings, '{0} comment', '{0} comments');
    const where = plural(files.length, '{0} changed file', '{0} changed files');
    const left = changes.length - files.length;
    const more =
      left === 0
        ? ''
        : ` ${plural(left, '{0} more did not fit in and was left out.', '{0} more did not fit in and were left out.')}`;
    void vscode.window.showInformationMessage(t('{0} on {1}.{2}', what, where, more));
  }

  /** Takes one comment away, or all. */
  clear(argument: unknown): void {
    const one = this.#threads.find((thread) => thread === argument);
    for (const thread of one === undefined ? this.#threads : [one]) thread.dispose();
    this.#threads = one === undefined ? [] : this.#threads.filter((thread) => thread !== one);
  }

  dispose(): void {
    this.clear(undefined);
    this.#controller?.dispose();
  }

  #show({ path, line, kind, comment }: ReviewFinding, { rootUri }: GitRepository): void {
    this.#controller ??= vscode.comments.createCommentController(commentControllers.review, t('Sextant: Review'));
    const body = new vscode.MarkdownString();
    body.appendText(comment);
    const uri = vscode.Uri.joinPath(rootUri, path);
    const range = new vscode.Range(line - 1, 0, line - 1, 0);
    const thread = this.#controller.createCommentThread(uri, range, [
      { author: { name: 'Sextant' }, label: kinds[kind], body, mode: vscode.CommentMode.Preview },
    ]);
    thread.label = t('Review');
    thread.canReply = false;
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    this.#threads.push(thread);
  }
}
