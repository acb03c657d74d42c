import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { Turns } from '../base/turns.ts';
import { EditReview, type ReviewHunk } from '../edits/review/editReview.ts';
import type { RowsEdit } from '../edits/textLines.ts';

/** Who holds the text while it is written: with its author gone or busy elsewhere nothing is forced. */
const ATTEMPTS = 5;
/** More than an answer can have been saved on its way. */
const MOST_STEPS = 200;

/**
 * A part of an open document that is changed under the user’s eyes, as one undo step, and decided hunk by hunk.
 * What the user types meanwhile is never overwritten.
 */
export class EditSession implements vscode.Disposable {
  readonly document: vscode.TextDocument;
  readonly #review: EditReview;
  readonly #parts = new DisposableStore();
  readonly #changed = this.#parts.add(new Emitter<null>());
  readonly #intruded = this.#parts.add(new Emitter<null>());
  readonly #disposed = new Emitter<null>();
  readonly #writes = new Turns();
  /** The changes that VS Code has told of since an edit of our own is on its way. */
  #arrived: vscode.TextDocumentChangeEvent[] | undefined;
  #intrusions = 0;
  /** The lines before the first change, and how many there were in the document. */
  readonly #first: { readonly lines: readonly string[]; readonly count: number };
  /** It was saved between two changes, which makes VS Code begin another undo step. */
  #isSplit = false;
  #isForeign = false;
  #isDisposed = false;
  #hasWritten = false;
  #isBusy = false;
  #isToDecide = false;

  /** The hunks, or where they stand, have changed. */
  readonly onDidChange = this.#changed.event;
  /** Somebody else has changed the part. */
  readonly onDidIntrude = this.#intruded.event;
  readonly onDidDispose = this.#disposed.event;

  /** Rows `startRow` to before `endRow` are to be changed. */
  constructor(document: vscode.TextDocument, startRow: number, endRow: number) {
    this.document = document;
    this.#first = { lines: linesOf(document, startRow, endRow), count: document.lineCount };
    this.#review = new EditReview(startRow, this.#first.lines);
    this.#parts.add(
      vscode.workspace.onDidSaveTextDocument((saved) => {
        this.#isSplit ||= saved === document && this.#hasWritten;
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || event.contentChanges.length === 0) return;
        if (this.#arrived === undefined) this.#othersChanged(event);
        else this.#arrived.push(event);
      }),
    );
  }

  get hunks(): readonly ReviewHunk[] {
    return this.#review.hunks;
  }

  /** True while new lines are still coming. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  set isBusy(isBusy: boolean) {
    this.#isBusy = isBusy;
    this.#isToDecide = !isBusy && this.hunks.length > 0;
    this.#settled();
  }

  /** The lines as they were, with what was accepted since. */
  get base(): readonly string[] {
    return this.#review.base;
  }

  /** The lines as they are. */
  get lines(): readonly string[] {
    return linesOf(this.document, this.#review.startRow, this.#review.endRow);
  }

  get startRow(): number {
    return this.#review.startRow;
  }

  get endRow(): number {
    return this.#review.endRow;
  }

  /**
   * Makes the part these lines. Nothing is done, and false is returned, without an editor that shows the document,
   * when somebody else has changed the part since, and when all has been decided.
   */
  show(target: readonly string[]): Promise<boolean> {
    const seen = this.#intrusions;
    return this.#writes.run(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const editor = editorOf(this.document);
        // Lines that somebody else has changed since this was made for them are not overwritten.
        if (editor === undefined || this.#intrusions !== seen || this.#isDisposed) return false;
        const proposal = this.#review.propose(this.lines, target);
        const made = (): void => {
          this.#review.adopt(proposal);
        };
        if (!(await this.#edit(editor, proposal.edits, made))) continue;
        this.#changed.fire(null);
        return true;
      }
      throw notTaken();
    });
  }

  accept(id: number): void {
    this.#review.accept(id);
    this.#settled();
  }

  acceptAll(): void {
    for (const { id } of this.#review.hunks) this.#review.accept(id);
    this.#settled();
  }

  reject(id: number): Promise<void> {
    return this.#restore(id);
  }

  /** All has been written: makes it one undo step, also where it was saved on the way. */
  async joined(): Promise<void> {
    const editor = editorOf(this.document);
    if (editor === undefined) return;
    await this.#writes.run(() => this.#joinSteps(editor));
    this.#changed.fire(null);
  }

  /** Gives back what is undecided, and ends what is still being written. */
  rejectAll(): Promise<void> {
    this.#isBusy = false;
    this.#isToDecide = true;
    return this.#restore();
  }

  /** Takes the lines as they are, but for what is undecided, for what they were. */
  rebase(): void {
    this.#review.rebase(this.lines);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#parts.dispose();
    this.#disposed.fire(null);
    this.#disposed.dispose();
  }

  /** Tells of a change, and ends when nothing is left to decide. */
  #settled(): void {
    this.#changed.fire(null);
    if (this.#isToDecide && this.hunks.length === 0) this.dispose();
  }

  #restore(id?: number): Promise<void> {
    return this.#writes.run(async () => {
      const editor = editorOf(this.document) ?? (await showEditor(this.document));
      let attempt = 1;
      // Somebody who types just then may have made the hunk theirs.
      const made = (): void => {
        this.#review.restored(id);
      };
      while (!(await this.#edit(editor, this.#review.restoring(id), made))) {
        if (attempt++ === ATTEMPTS) throw notTaken();
      }
      await this.#joinSteps(editor);
      this.#settled();
    });
  }

  /** Makes one undo step of several: takes them back, and makes what they came to at once. */
  async #joinSteps(editor: vscode.TextEditor): Promise<void> {
    const { document, startRow, lines: target } = this;
    if (!this.#isSplit || this.#isForeign || vscode.window.activeTextEditor !== editor) return;
    const { lines, count } = this.#first;
    const rowsBelow = count - startRow - lines.length;
    const part = (): string[] => linesOf(document, startRow, document.lineCount - rowsBelow);
    const arrived: vscode.TextDocumentChangeEvent[] = [];
    this.#arrived = arrived;
    try {
      for (let step = 1; step <= MOST_STEPS && !isSame(part(), lines); step++) {
        await vscode.commands.executeCommand('undo');
        if (arrived.length === step) continue;
        if (arrived.length > step) throw tooBusy();
        // Somebody types elsewhere, and it was that which was taken back.
        await vscode.commands.executeCommand('redo');
        break;
      }
    } finally {
      this.#arrived = undefined;
    }
    this.#hasWritten = false;
    if (!(await this.#edit(editor, this.#review.propose(part(), target).edits, () => undefined))) throw tooBusy();
    this.#isSplit = false;
  }

  /**
   * False when VS Code did not take them, for the text was not the one that they were made for any more. `made` is
   * called once they are, before the review is told of what others have changed since.
   */
  async #edit(editor: vscode.TextEditor, edits: readonly RowsEdit[], made: () => void): Promise<boolean> {
    if (edits.length === 0) {
      made();
      return true;
    }
    const options = { undoStopBefore: !this.#hasWritten, undoStopAfter: false };
    const replacements = edits.map((edit) => replacementOf(this.document, edit));
    const arrived: vscode.TextDocumentChangeEvent[] = [];
    this.#arrived = arrived;
    let isTaken = false;
    try {
      isTaken = await editor.edit((builder) => {
        for (const { range, text } of replacements) builder.replace(range, text);
      }, options);
    } finally {
      this.#arrived = undefined;
      if (!isTaken) for (const event of arrived) this.#othersChanged(event);
    }
    if (!isTaken) return false;
    // Of an editor that is read-only VS Code says that it has taken everything.
    if (arrived.length === 0) throw readOnly();
    this.#hasWritten = true;
    made();
    // It is taken only where nobody else was first; what comes along with the answer was changed after it.
    for (const event of arrived.slice(1)) this.#othersChanged(event);
    return true;
  }

  #othersChanged({ contentChanges }: vscode.TextDocumentChangeEvent): void {
    this.#isForeign ||= this.#hasWritten;
    let isInside = false;
    for (const change of contentChanges) isInside = this.#review.changed(rowsOf(change)) || isInside;
    if (isInside) {
      this.#intrusions++;
      this.#intruded.fire(null);
    }
    this.#settled();
  }
}

function readOnly(): SextantError {
  return new SextantError('read-only', t('The file is read-only. Nothing was changed.'));
}

function notTaken(): SextantError {
  return new SextantError('conflict', t('The text was being changed all the time, so this was not done. Try again.'));
}

function tooBusy(): SextantError {
  const message = t(
    'You typed just when the change was being finished, so a part of it may be missing. Undo takes it back.',
  );
  return new SextantError('conflict', message);
}

function isSame(lines: readonly string[], others: readonly string[]): boolean {
  return lines.length === others.length && lines.every((line, at) => line === others[at]);
}

/** The editor that shows a document; the active one where there are several. */
export function editorOf(document: vscode.TextDocument): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  if (activeTextEditor?.document === document) return activeTextEditor;
  return visibleTextEditors.find((editor) => editor.document === document);
}

/** Brings a document to the front. A cell is shown with its notebook: alone it would open read-only. */
export async function showEditor(
  document: vscode.TextDocument,
  options: vscode.TextDocumentShowOptions = {},
): Promise<vscode.TextEditor> {
  const notebook = vscode.workspace.notebookDocuments.find((each) => cellIndex(each, document) >= 0);
  if (notebook === undefined) return await vscode.window.showTextDocument(document, options);
  const at = cellIndex(notebook, document);
  await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(at, at + 1)] });
  await vscode.commands.executeCommand('notebook.cell.edit');
  const editor = editorOf(document);
  if (editor === undefined)
    throw new SextantError('not-found', t('The cell is not visible. Click into it and try again.'));
  return editor;
}

/** Which cell of a notebook a document is; -1 when it is none of them. */
export function cellIndex(notebook: vscode.NotebookDocument, document: vscode.TextDocument): number {
  return notebook.getCells().findIndex((cell) => cell.document === document);
}

/** Rows `startRow` to before `endRow`. The row after a final line end counts, as it does in VS Code. */
export function linesOf(document: vscode.TextDocument, startRow: number, endRow: number): string[] {
  const end = Math.min(endRow, document.lineCount);
  if (end <= startRow) return [];
  return document.getText(new vscode.Range(startRow, 0, end - 1, Number.MAX_SAFE_INTEGER)).split(/\r\n|\n|\r/);
}

function replacementOf(
  document: vscode.TextDocument,
  { startRow, endRow, newLines }: RowsEdit,
): { readonly range: vscode.Range; readonly text: string } {
  const text = newLines.join('\n');
  const isEmpty = newLines.length === 0;
  if (endRow < document.lineCount)
    return { range: new vscode.Range(startRow, 0, endRow, 0), text: isEmpty ? '' : `${text}\n` };
  const end = document.lineAt(document.lineCount - 1).range.end;
  if (startRow === 0) return { range: new vscode.Range(0, 0, end.line, end.character), text };
  const start = document.lineAt(startRow - 1).range.end;
  return { range: new vscode.Range(start, end), text: isEmpty ? '' : `\n${text}` };
}

/** What a change of a document does to its rows. Whole rows that come or go leave those beside them alone. */
function rowsOf({ range, text }: vscode.TextDocumentContentChangeEvent): {
  readonly startRow: number;
  readonly endRow: number;
  readonly rowCount: number;
} {
  const breaks = text.split(/\r\n|\n|\r/).length - 1;
  const { start, end } = range;
  const isWholeRows = start.character === 0 && end.character === 0 && (text === '' || /[\r\n]$/.test(text));
  if (isWholeRows) return { startRow: start.line, endRow: end.line, rowCount: breaks };
  return { startRow: start.line, endRow: end.line + 1, rowCount: breaks + 1 };
}
