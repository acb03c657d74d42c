import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { SextantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { t } from '../base/texts.ts';
import type { OpenChat } from './chats.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import { commands } from '../manifest.ts';
import type { ChatModel } from '../models/chatModel.ts';
import type { Announce } from './announcements.ts';
import { AnswerEdits } from './answerEdits.ts';
import { applyFromChat } from './applyFromChat.ts';
import { codeQuestion, editRequest, registerCodeActions } from './codeActions.ts';
import { generateCommitMessage } from './commitMessage.ts';
import { rowsToEdit } from './editContext.ts';
import { linesOf, showEditor } from './editSession.ts';
import { InlineEdit } from './inlineEdit.ts';
import { PendingEdits } from './pendingEdits.ts';
import { ChangeReview } from './reviewChanges.ts';
import { readSettings } from './settings.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** The commands of this room. */
export type EditCommandId = (typeof commands)[
  | 'editHere'
  | 'sendInstruction'
  | 'cancelEdit'
  | 'acceptChange'
  | 'rejectChange'
  | 'acceptAllChanges'
  | 'rejectAllChanges'
  | 'compareChanges'
  | 'fixProblem'
  | 'explainCode'
  | 'documentCode'
  | 'writeTests'
  | 'refactorCode'
  | 'simplifyCode'
  | 'commentToCode'
  | 'generateCommitMessage'
  | 'reviewChanges'
  | 'clearReview'];

export interface EditingDependencies {
  readonly models: ModelDirectory;
  readonly index: WorkspaceIndex;
  readonly chats: { readonly current: Pick<OpenChat, 'context' | 'summon'> };
  readonly announce: Announce;
  readonly textOf: (messageId: string) => Promise<string>;
  readonly log: Log;
}

/** All that changes files: edits at the cursor, code of the chat, code actions, commit messages and reviews. */
export class Editing implements vscode.Disposable {
  readonly table: Readonly<Record<EditCommandId, (argument: unknown) => unknown>>;
  readonly #dependencies: EditingDependencies;
  readonly #parts = new DisposableStore();
  readonly answers: AnswerEdits;
  readonly #pending: PendingEdits;

  constructor(dependencies: EditingDependencies) {
    this.#dependencies = dependencies;
    const { index, textOf, announce, log } = dependencies;
    this.#pending = this.#parts.add(new PendingEdits(announce));
    this.answers = this.#parts.add(
      new AnswerEdits({ pending: this.#pending, resolveEdit: (asked) => index.resolveEdit(asked), textOf }),
    );
    const openModel = (): Promise<ChatModel> => this.#openModel();
    const edit = this.#parts.add(
      new InlineEdit({
        pending: this.#pending,
        openModel,
        contextSource: () => (readSettings.useWorkspaceContext() ? index : null),
        resolveEdit: (asked) => index.resolveEdit(asked),
        log,
      }),
    );
    const review = this.#parts.add(new ChangeReview(openModel));
    const pending = this.#pending;
    const change = (command: Parameters<typeof editRequest>[0]) => (argument: unknown) => {
      const request = editRequest(command, argument);
      if (request === undefined) throw noEditor();
      return edit.start(request);
    };
    this.table = {
      [commands.editHere]: () => edit.start(undefined),
      [commands.sendInstruction]: (argument) => {
        edit.send(argument);
      },
      [commands.cancelEdit]: (argument) => edit.cancel(argument),
      [commands.acceptChange]: (argument) => {
        pending.accept(argument);
      },
      [commands.rejectChange]: (argument) => pending.reject(argument),
      [commands.acceptAllChanges]: (argument) => {
        pending.acceptAll(argument);
      },
      [commands.rejectAllChanges]: (argument) => pending.rejectAll(argument),
      [commands.compareChanges]: (argument) => pending.compare(argument),
      [commands.fixProblem]: change(commands.fixProblem),
      [commands.documentCode]: change(commands.documentCode),
      [commands.refactorCode]: change(commands.refactorCode),
      [commands.simplifyCode]: change(commands.simplifyCode),
      [commands.commentToCode]: change(commands.commentToCode),
      [commands.explainCode]: (argument) => this.#ask(commands.explainCode, argument),
      [commands.writeTests]: (argument) => this.#ask(commands.writeTests, argument),
      [commands.generateCommitMessage]: (argument) => generateCommitMessage(argument, openModel),
      [commands.reviewChanges]: (argument) => review.run(argument),
      [commands.clearReview]: (argument) => {
        review.clear(argument);
      },
    };
  }

  /** What VS Code asks for by itself. */
  registerActions(): void {
    this.#parts.add(registerCodeActions());
  }

  /** See {@link applyFromChat}. */
  apply(answer: string): Promise<void> {
    const { index } = this.#dependencies;
    return applyFromChat(answer, { pending: this.#pending, resolveEdit: (asked) => index.resolveEdit(asked) });
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #openModel(): Promise<ChatModel> {
    const { models } = this.#dependencies;
    await models.load();
    const model = models.modelOf('edit');
    if (model.provider === offlineModel.provider) {
      void vscode.window
        .showWarningMessage(t('The Offline model writes no code. Choose a model first.'), t('Choose Chat Model'))
        .then((chosen) => (chosen === undefined ? undefined : vscode.commands.executeCommand(commands.pickModel)));
      throw new SextantError('aborted', t('No model that writes code is chosen.'));
    }
    return await models.open(model, 'edit');
  }

  async #ask(command: Parameters<typeof codeQuestion>[0], argument: unknown): Promise<void> {
    const question = await codeQuestion(command, argument);
    if (question === undefined) throw noEditor();
    const { document, range, ask } = question;
    const editor = await showEditor(document);
    editor.selection = new vscode.Selection(range.start, range.end);
    const { startRow, endRow } = await rowsToEdit(editor);
    const chat = this.#dependencies.chats.current;
    await chat.summon();
    const text = ask(linesOf(document, startRow, endRow).join('\n'));
    await chat.context.ask(text, document.uri);
  }
}

function noEditor(): SextantError {
  return new SextantError('not-found', t('No editor is open. Open the file with the code, and try again.'));
}
