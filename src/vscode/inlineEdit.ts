import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { SextantError, errorMessage, isAbort } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { plural, t } from '../base/texts.ts';
import type { ContextSource } from '../chat/context.ts';
import { type EditedPart, partWhileComing, readEditAnswer } from '../edits/instruct/editAnswer.ts';
import { editPrompt } from '../edits/instruct/editPrompt.ts';
import { applyTextEdits } from '../edits/textEdit.ts';
import type { ChatModel, ChatRequest, FinishReason, PromptMessage } from '../models/chatModel.ts';
import type { EditToResolve, ResolvedEdit } from '../protocol/contextIndex.ts';
import { gatherEditContext, partOf, rowsToEdit } from './editContext.ts';
import { checkEncoding } from './checkEncoding.ts';
import { type EditSession, editorOf, showEditor } from './editSession.ts';
import { type InlineEditBox, InlineEditBoxes } from './inlineEditBox.ts';
import type { PendingEdits } from './pendingEdits.ts';
import { isSecretUri } from './secretUris.ts';

export interface InlineEditDependencies {
  readonly pending: PendingEdits;
  /** Opens the chat model that is picked; throws a sentence where there is none. */
  openModel(): Promise<ChatModel>;
  /** Null: without passages of the workspace. */
  contextSource(): ContextSource | null;
  /** Finds the place of a patch, away from the extension host. */
  resolveEdit(edit: EditToResolve): Promise<ResolvedEdit>;
  readonly log: Log;
}

/** What *Edit Here* is given by other commands, instead of asking. */
export interface EditRequest {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly instruction: string;
}

/** One box with the part that it is for. */
interface Edit {
  readonly box: InlineEditBox;
  readonly session: EditSession;
  readonly history: PromptMessage[];
  running: AbortController | undefined;
}

/** More lines than a model gives anew without losing some, and than can be compared between two keystrokes. */
const MOST_LINES = 500;
const DRAW_MS = 120;
/** How long an answer may grow beyond what it replaces. */
const MOST_CHARACTERS = 60_000;

/** *Edit Here*: an instruction for a part of a file, whose new text comes as changes to accept or reject. */
export class InlineEdit implements vscode.Disposable {
  readonly #dependencies: InlineEditDependencies;
  readonly #parts = new DisposableStore();
  readonly #boxes = this.#parts.add(new InlineEditBoxes());
  readonly #edits = new Map<InlineEditBox, Edit>();

  constructor(dependencies: InlineEditDependencies) {
    this.#dependencies = dependencies;
    this.#parts.add(
      this.#boxes.onDidType(({ box, text }) => {
        void this.#follow(box, text);
      }),
    );
  }

  /** Opens a box at the cursor of the active editor, or carries out a request. */
  async start(request: EditRequest | undefined): Promise<void> {
    const active = vscode.window.activeTextEditor;
    const document =
      request === undefined
        ? active?.document
        : (openDocument(request.uri) ?? (await vscode.workspace.openTextDocument(request.uri)));
    // The rows that are meant are rows of this version.
    const version = document?.version;
    const editor =
      request === undefined || document === undefined ? active : await showRequested(document, request.range);
    if (editor === undefined || document === undefined)
      throw new SextantError('not-found', t('No editor is open. Open the file that you want to change.'));
    if (isSecretUri(document.uri)) {
      throw new SextantError('invalid', t('This file usually holds secrets. Sextant sends none of it to a model.'));
    }
    await checkEncoding(document);
    const known = [...this.#edits.values()].find(({ session }) => session.document === document);
    if (known !== undefined && request === undefined) {
      if (known.running === undefined)
        await known.box.ask(known.history.length > 0 ? t('What else is to change?') : undefined);
      return;
    }
    const rows = await rowsToEdit(editor);
    if (document.version !== version) throw changedMeanwhile();
    if (rows.endRow - rows.startRow > MOST_LINES) {
      throw new SextantError(
        'unsupported',
        t('Select at most {0} lines, so that the model can give them anew without losing any.', MOST_LINES),
      );
    }
    const session = this.#dependencies.pending.open(document, rows);
    const first = rows.startRow + 1;
    const label = rows.endRow === first ? t('Edit line {0}', first) : t('Edit lines {0}–{1}', first, rows.endRow);
    const row = Math.min(Math.max(editor.selection.active.line, rows.startRow), rows.endRow - 1);
    const box = this.#boxes.open(document, row, label);
    const edit: Edit = { box, session, history: [], running: undefined };
    this.#edits.set(box, edit);
    this.#watch(edit);
    if (request === undefined) await box.ask();
    else await this.#follow(box, request.instruction);
  }

  /** What was typed into a box is an instruction. */
  send(argument: unknown): void {
    this.#boxes.submit(argument);
  }

  /** Closes a box; what it has changed and nobody has accepted is given back. */
  async cancel(argument: unknown): Promise<void> {
    const box = this.#boxes.boxOf(argument);
    const edit = box === undefined ? this.#editOfActiveEditor() : this.#edits.get(box);
    if (edit === undefined) return;
    edit.running?.abort();
    await edit.session.rejectAll();
    edit.session.dispose();
  }

  dispose(): void {
    for (const edit of [...this.#edits.values()]) edit.session.dispose();
    this.#parts.dispose();
  }

  #editOfActiveEditor(): Edit | undefined {
    const document = vscode.window.activeTextEditor?.document;
    return [...this.#edits.values()].find(({ session }) => session.document === document);
  }

  #watch(edit: Edit): void {
    const { session, box } = edit;
    session.onDidIntrude(() => {
      edit.running?.abort(new SextantError('conflict', intruded()));
    });
    session.onDidDispose(() => {
      edit.running?.abort();
      this.#edits.delete(box);
      box.dispose();
    });
  }

  async #follow(box: InlineEditBox, instruction: string): Promise<void> {
    const edit = this.#edits.get(box);
    if (edit === undefined || edit.running !== undefined) return;
    const abort = new AbortController();
    edit.running = abort;
    const { session } = edit;
    box.answering(instruction);
    session.rebase();
    session.isBusy = true;
    try {
      box.answered(await this.#answer(edit, instruction, abort.signal));
    } catch (error) {
      const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
      if (!isAbort(reason)) {
        this.#dependencies.log.warn(`edit: ${errorMessage(reason)}`);
        void vscode.window.showErrorMessage(errorMessage(reason));
      }
      if (session.hunks.length === 0) void box.ask(t('That changed nothing. In other words?'));
      else box.answered(changesInWords(session.hunks.length));
    } finally {
      edit.running = undefined;
      session.isBusy = false;
    }
    await showFirstHunk(session);
    await session.joined();
  }

  /** Carries out one instruction; returns what to tell of it. Where it fails the part is as it was. */
  async #answer({ session, history }: Edit, instruction: string, signal: AbortSignal): Promise<string> {
    const { document } = session;
    const rows = { startRow: session.startRow, endRow: session.endRow };
    const part = partOf(document, rows);
    const model = await this.#dependencies.openModel();
    const context = await gatherEditContext(document, rows, instruction, this.#dependencies.contextSource(), signal);
    const request = editPrompt({ ...context, instruction, history });
    const incoming = new IncomingEdit(session, part, signal);
    try {
      const reason = await incoming.read(model, request);
      const told = await this.#conclude(incoming, session, part, reason, signal);
      history.push({ role: 'user', text: instruction }, { role: 'assistant', text: incoming.answer });
      return told;
    } catch (error) {
      incoming.stop();
      const isIntruded = signal.aborted && errorMessage(signal.reason) === intruded();
      // What the user has typed into the part must not be taken away with it.
      if (!isIntruded) await session.show(part.lines);
      throw error;
    }
  }

  async #conclude(
    incoming: IncomingEdit,
    session: EditSession,
    part: EditedPart,
    reason: FinishReason,
    signal: AbortSignal,
  ): Promise<string> {
    const { answer } = incoming;
    const read = readEditAnswer(answer, part, true);
    let target: readonly string[];
    let remark = '';
    switch (read.kind) {
      case 'none':
        throw new SextantError('invalid', withoutCode(answer));
      case 'patch':
        target = await this.#patched(answer, part);
        break;
      case 'lines': {
        const isCut = reason === 'length';
        target = isCut ? partWhileComing(part.lines, read.lines) : read.lines;
        if (isCut) remark = ` ${t('The model reached its length limit: what comes after is as it was.')}`;
      }
    }
    await visible(session);
    signal.throwIfAborted();
    if (!(await session.show(target))) throw changedMeanwhile();
    return changesInWords(session.hunks.length) + remark;
  }

  async #patched(answer: string, { path, lines }: EditedPart): Promise<readonly string[]> {
    const text = lines.join('\n');
    const resolved = await this.#dependencies.resolveEdit({ answer, path, text });
    switch (resolved.kind) {
      case 'edits':
        return applyTextEdits(text, resolved.edits).split('\n');
      case 'nothing to do':
        return lines;
      case 'refused':
        throw new SextantError('conflict', t('Nothing was changed. {0}', resolved.message));
    }
  }
}

function changedMeanwhile(): SextantError {
  return new SextantError('conflict', t('The file was closed or changed just then. Nothing was changed.'));
}

function changesInWords(count: number): string {
  if (count === 0) return t('The model changed nothing.');
  return plural(count, '{0} change to accept or reject.', '{0} changes to accept or reject.');
}

/** Puts the cursor to the first change, where the keys that decide it work. Somebody who went elsewhere stays there. */
async function showFirstHunk({ document, hunks }: EditSession): Promise<void> {
  const [first] = hunks;
  const editor = vscode.window.activeTextEditor;
  if (first === undefined || editor?.document !== document) return;
  const row = Math.min(first.startRow, document.lineCount - 1);
  editor.selection = new vscode.Selection(row, 0, row, 0);
  const { viewColumn } = editor;
  await showEditor(document, viewColumn === undefined ? {} : { viewColumn });
}

const intruded = (): string =>
  t(
    'You changed these lines while the answer was being written, so it stopped. What it has changed so far is marked; what you typed is yours.',
  );

/** An answer on its way into the part that it is for. */
class IncomingEdit {
  answer = '';
  readonly #session: EditSession;
  readonly #part: EditedPart;
  readonly #signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDrawing = false;

  constructor(session: EditSession, part: EditedPart, signal: AbortSignal) {
    this.#session = session;
    this.#part = part;
    this.#signal = signal;
  }

  /** Reads it to its end, and shows what has come in between. */
  async read(model: ChatModel, request: ChatRequest): Promise<FinishReason> {
    const most = MOST_CHARACTERS + 4 * this.#part.lines.join('\n').length;
    let reason: FinishReason = 'other';
    for await (const part of model.stream(request, this.#signal)) {
      this.#signal.throwIfAborted();
      if (part.type === 'finish') reason = part.reason;
      if (part.type !== 'text-delta') continue;
      this.answer += part.text;
      if (this.answer.length > most) {
        throw new SextantError(
          'unsupported',
          t('The model’s answer does not come to an end. It was stopped, and nothing was changed.'),
        );
      }
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#draw().catch(() => undefined);
      }, DRAW_MS);
    }
    this.stop();
    return reason;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isDrawing = true;
  }

  async #draw(): Promise<void> {
    if (this.#isDrawing || this.#signal.aborted) return;
    const read = readEditAnswer(this.answer, this.#part, false);
    if (read.kind !== 'lines' || read.lines.length === 0) return;
    this.#isDrawing = true;
    try {
      await this.#session.show(partWhileComing(this.#part.lines, read.lines));
    } finally {
      this.#isDrawing = false;
    }
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
}

async function showRequested(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.TextEditor> {
  const editor = await showEditor(document);
  editor.selection = new vscode.Selection(range.start, range.end);
  return editor;
}

/** Resolves when an editor shows the document: only there an edit can be part of one undo step. */
async function visible({ document, onDidDispose }: EditSession): Promise<void> {
  if (editorOf(document) !== undefined) return;
  await new Promise<void>((resolve) => {
    const watch = vscode.window.onDidChangeVisibleTextEditors(() => {
      if (editorOf(document) === undefined) return;
      watch.dispose();
      resolve();
    });
    onDidDispose(() => {
      watch.dispose();
      resolve();
    });
  });
}

function withoutCode(answer: string): string {
  const said = answer.trim().replaceAll(/\s+/g, ' ');
  if (said === '') return t('The model answered nothing. Nothing was changed.');
  return t(
    'The model answered without code, so nothing was changed. It said: “{0}”',
    said.length > 400 ? `${said.slice(0, 400)}…` : said,
  );
}
