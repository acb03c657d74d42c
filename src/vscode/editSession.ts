import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError } from '../base/errors.ts';
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
  /** What an edit that is on its way makes of the part. */
  #expected: readonly string[] | undefined;
  #isOwn = false;
  #intrusions = 0;
  /** The lines before the first change, and how many there were in the document. */
  readonly #first: { readonly lines: readonly string[]; readonly count: number };
  /** It was saved between two changes, which makes VS Code begin another undo step. */
  #isSplit = false;
  #isForeign = false;
  #isJoining = false;
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
        if (event.document === document && event.contentChanges.length > 0) this.#documentChanged(event);
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
   * and when somebody else has changed the part since.
   */
  show(target: readonly string[]): Promise<boolean> {
    const seen = this.#intrusions;
    return this.#writes.run(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const editor = editorOf(this.document);
        // Lines that somebody else has changed since this was made for them are not overwritten.
        if (editor === undefined || this.#intrusions !== seen) return false;
        const proposal = this.#review.propose(this.lines, target);
        if (proposal.edits.length > 0) {
          this.#expected = target;
          const isTaken = await this.#edit(editor, proposal.edits);
          this.#expected = undefined;
          // VS Code takes no edit that was made for an older text.
          if (!isTaken) continue;
        }
        this.#review.adopt(proposal);
        this.#changed.fire(null);
        return true;
      }
      throw new SextantError('read-only', 'The editor did not take the change. The file may be read-only.');
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
    return this.#restore(() => this.#review.reject(id));
  }

  /** All has been written: makes it one undo step, also where it was saved on the way. */
  async joined(): Promise<void> {
    const editor = editorOf(this.document);
    if (editor !== undefined) await this.#writes.run(() => this.#joinSteps(editor));
  }

  /** Gives back what is undecided, and ends what is still being written. */
  rejectAll(): Promise<void> {
    this.#isBusy = false;
    this.#isToDecide = true;
    return this.#restore(() => this.#review.rejectAll());
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

  #restore(decide: () => readonly RowsEdit[]): Promise<void> {
    return this.#writes.run(async () => {
      const editor = editorOf(this.document) ?? (await vscode.window.showTextDocument(this.document));
      const edits = decide();
      if (edits.length > 0 && !(await this.#edit(editor, edits))) {
        throw new SextantError('conflict', 'The text was being changed just then. Undo gives back what was there.');
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
    this.#isJoining = true;
    try {
      for (let step = 0; step < MOST_STEPS; step++) {
        const { version } = document;
        await vscode.commands.executeCommand('undo');
        if (document.version === version) {
          // Somebody types elsewhere, and it was that which was taken back.
          await vscode.commands.executeCommand('redo');
          return;
        }
        if (document.lineCount === count && isSame(linesOf(document, startRow, startRow + lines.length), lines)) break;
      }
      this.#hasWritten = false;
      const edit = { startRow, endRow: startRow + this.#first.lines.length, newLines: target };
      if (!isSame(lines, target)) await this.#edit(editor, [edit]);
      this.#isSplit = false;
    } finally {
      this.#isJoining = false;
    }
  }

  #shows(target: readonly string[]): boolean {
    return isSame(linesOf(this.document, this.startRow, this.startRow + target.length), target);
  }

  async #edit(editor: vscode.TextEditor, edits: readonly RowsEdit[]): Promise<boolean> {
    const options = { undoStopBefore: !this.#hasWritten, undoStopAfter: false };
    const replacements = edits.map((edit) => replacementOf(this.document, edit));
    this.#isOwn = true;
    try {
      const isTaken = await editor.edit((builder) => {
        for (const { range, text } of replacements) builder.replace(range, text);
      }, options);
      this.#hasWritten ||= isTaken;
      return isTaken;
    } finally {
      this.#isOwn = false;
    }
  }

  #documentChanged({ contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.#isJoining) return;
    if (this.#expected !== undefined && this.#shows(this.#expected)) {
      this.#expected = undefined;
      return;
    }
    this.#isForeign ||= !this.#isOwn && this.#hasWritten;
    let isInside = false;
    for (const change of contentChanges) isInside = this.#review.changed(rowsOf(change)) || isInside;
    if (isInside && !this.#isOwn) {
      this.#intrusions++;
      this.#intruded.fire(null);
    }
    this.#settled();
  }
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
