import * as vscode from 'vscode';
import { SextantError, errorCode, errorMessage } from '../base/errors.ts';
import { listed, t } from '../base/texts.ts';
import { parseAnswer } from '../edits/answer/parseAnswer.ts';
import { namedPath } from '../edits/editTarget.node.ts';
import { rebaseEdits } from '../edits/rebaseEdits.ts';
import { type TextEdit, applyTextEdits } from '../edits/textEdit.ts';
import { WorkBudget } from '../edits/workBudget.ts';
import type { EditToResolve, ResolvedEdit } from '../protocol/contextIndex.ts';
import { type EditPlace, namedPlace, openPlace } from './editPlaces.ts';
import { showEditor } from './editSession.ts';
import type { PendingEdits } from './pendingEdits.ts';

export interface ApplyDependencies {
  readonly pending: PendingEdits;
  /** Finds the place of the code, away from the extension host. */
  readonly resolveEdit: (edit: EditToResolve) => Promise<ResolvedEdit>;
}

/** One that found its place. */
export interface Resolved extends EditPlace {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Only this much of an answer is searched for names of files before its place is looked for. */
const MOST_CHARACTERS = 200_000;

/**
 * Shows what a code block of the chat comes to in its file, as changes to accept or reject: the file that the block
 * names, else the one that is open. Where the place is not certain, or the file may not be written, a sentence is
 * thrown and nothing has changed. `answer` is the block with its fence and what stands right above it.
 */
export async function applyFromChat(answer: string, { pending, resolveEdit }: ApplyDependencies): Promise<void> {
  const found = await targetsOf(answer);
  const resolved: Resolved[] = [];
  for (const each of found) {
    const text = each.document?.getText() ?? '';
    const made = await resolveEdit({ answer, path: each.target.name, text });
    if (made.kind === 'refused') {
      const what =
        found.length > 1
          ? t('Nothing was changed in {0}. {1}', each.target.name, made.message)
          : t('Nothing was changed. {0}', made.message);
      throw new SextantError('conflict', what);
    }
    if (made.kind === 'edits') resolved.push({ ...each, text, edits: made.edits });
  }
  if (resolved.length === 0) {
    void vscode.window.showInformationMessage(t('The file is already as the code wants it.'));
    return;
  }
  // All that are in the way say so before the first file is touched.
  for (const { document } of resolved) if (document !== null) pending.check(document);
  const shown: string[] = [];
  // The first one is in front in the end.
  for (const each of resolved.toReversed()) {
    try {
      await showChange(each, pending);
    } catch (error) {
      if (shown.length === 0) throw error;
      const message = t('{0} The changes of {1} are there to accept or reject.', errorMessage(error), inWords(shown));
      throw new SextantError(errorCode(error), message, { cause: error });
    }
    shown.unshift(each.target.name);
  }
  if (shown.length > 1)
    void vscode.window.showInformationMessage(t('Changed, to accept or reject: {0}.', inWords(shown)));
}

function inWords(names: readonly string[]): string {
  return listed(names);
}

/** Puts a change into its file, to be accepted or rejected; a new file is opened unsaved. Throws a sentence where a file was not changed. */
export async function showChange({ target, document, text, edits }: Resolved, pending: PendingEdits): Promise<void> {
  if (document === null) {
    const uri = vscode.Uri.file(target.file).with({ scheme: 'untitled' });
    const created = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(created, { preview: false });
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), applyTextEdits(text, edits));
    });
    return;
  }
  const editor = await showEditor(document, { preview: false });
  const current = document.getText();
  const rebased = rebaseEdits(text, edits, current, new WorkBudget());
  const [first, last] = [rebased?.[0], rebased?.at(-1)];
  if (rebased === null || first === undefined || last === undefined) {
    throw new SextantError(
      'conflict',
      t('{0} was not changed: the lines that the code is for were changed just then.', target.name),
    );
  }
  const rows = { startRow: document.positionAt(first.start).line, endRow: document.positionAt(last.end).line + 1 };
  const start = document.offsetAt(new vscode.Position(rows.startRow, 0));
  const end = document.offsetAt(document.lineAt(rows.endRow - 1).range.end);
  const moved = rebased.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const session = pending.open(document, rows);
  session.isBusy = true;
  let isShown = false;
  try {
    isShown = await session.show(applyTextEdits(current.slice(start, end), moved).split(/\r\n|\n|\r/));
  } finally {
    session.isBusy = false;
    if (!isShown) session.dispose();
  }
  if (!isShown) {
    throw new SextantError('conflict', t('{0} was not changed: it was closed or changed just then.', target.name));
  }
  const row = session.hunks[0]?.startRow ?? rows.startRow;
  editor.selection = new vscode.Selection(row, 0, row, 0);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function targetsOf(answer: string): Promise<EditPlace[]> {
  const changes = answer.length > MOST_CHARACTERS ? [] : parseAnswer(answer);
  const names = [...new Set(changes.flatMap((change) => change.path ?? []))];
  if (names.length > 0 && changes.every((change) => change.path !== null)) {
    return Promise.all(names.map((name) => namedPlace(namedPath(name))));
  }
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const [name] = names;
  if (editor === undefined && name !== undefined) return [await namedPlace(namedPath(name))];
  if (editor === undefined) {
    throw new SextantError(
      'not-found',
      t('The code names no file, and no editor is open. Open the file that it is for, and try again.'),
    );
  }
  return [await openPlace(editor.document)];
}
