import * as vscode from 'vscode';
import { SextantError, errorCode, errorMessage } from '../base/errors.ts';
import { listed, t } from '../base/texts.ts';
import { parseAnswer } from '../edits/answer/parseAnswer.ts';
import { type EditTarget, editTarget, namedPath } from '../edits/editTarget.node.ts';
import { rebaseEdits } from '../edits/rebaseEdits.ts';
import { type TextEdit, applyTextEdits } from '../edits/textEdit.ts';
import { WorkBudget } from '../edits/workBudget.ts';
import type { EditToResolve, ResolvedEdit } from '../protocol/contextIndex.ts';
import { checkEncoding } from './checkEncoding.ts';
import { cellIndex, showEditor } from './editSession.ts';
import type { PendingEdits } from './pendingEdits.ts';

export interface ApplyDependencies {
  readonly pending: PendingEdits;
  /** Finds the place of the code, away from the extension host. */
  readonly resolveEdit: (edit: EditToResolve) => Promise<ResolvedEdit>;
}

/** A file that code is for: one that is there, or the place of one that the code is to be. */
interface Target {
  readonly target: EditTarget;
  readonly document: vscode.TextDocument | null;
}

/** One that found its place. */
interface Resolved extends Target {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Only this much of an answer is searched for names of files before its place is looked for. */
const MOST_CHARACTERS = 200_000;
const MOST_FILES_FOUND = 20;

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
      await show(each, pending);
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

/** Throws a sentence where a file was not changed. */
async function show({ target, document, text, edits }: Resolved, pending: PendingEdits): Promise<void> {
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

async function targetsOf(answer: string): Promise<Target[]> {
  const changes = answer.length > MOST_CHARACTERS ? [] : parseAnswer(answer);
  const names = [...new Set(changes.flatMap((change) => change.path ?? []))];
  if (names.length > 0 && changes.every((change) => change.path !== null)) {
    return Promise.all(names.map((name) => namedTarget(namedPath(name))));
  }
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const [name] = names;
  if (editor === undefined && name !== undefined) return [await namedTarget(namedPath(name))];
  if (editor === undefined) {
    throw new SextantError(
      'not-found',
      t('The code names no file, and no editor is open. Open the file that it is for, and try again.'),
    );
  }
  return [await openTarget(editor.document)];
}

async function openTarget(document: vscode.TextDocument): Promise<Target> {
  const notebook = vscode.workspace.notebookDocuments.find((each) => cellIndex(each, document) >= 0);
  const { uri, isUntitled } = notebook ?? document;
  if (isUntitled) return { target: { file: uri.path, workspace: '', name: uri.path, exists: true }, document };
  if (notebook !== undefined) return { target: checked(vscode.workspace.getWorkspaceFolder(uri), uri), document };
  return await onDisk(vscode.workspace.getWorkspaceFolder(uri), uri);
}

/** The file of that name, or, where only one file ends so, that one; else the place of a new one. */
async function namedTarget(name: string): Promise<Target> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [first] = folders;
  if (first === undefined)
    throw new SextantError('not-found', t('No folder is open, so there is no file that the code could be for.'));
  for (const folder of folders) {
    const inside = name.startsWith(`${folder.name}/`) ? [name, name.slice(folder.name.length + 1)] : [name];
    for (const each of inside) {
      const target = await onDisk(folder, vscode.Uri.joinPath(folder.uri, each));
      if (target.target.exists) return target;
    }
  }
  const pattern = `**/${name.replaceAll(/[[\]{}*?!]/g, '?')}`;
  const [uri, another] = await vscode.workspace.findFiles(pattern, undefined, MOST_FILES_FOUND);
  if (another !== undefined) {
    throw new SextantError(
      'conflict',
      t(
        'Nothing was changed: several files are called {0}. Open the one that is meant, and copy the code there.',
        name,
      ),
    );
  }
  if (uri !== undefined) return await onDisk(vscode.workspace.getWorkspaceFolder(uri), uri);
  return await onDisk(first, vscode.Uri.joinPath(first.uri, name));
}

async function onDisk(folder: vscode.WorkspaceFolder | undefined, uri: vscode.Uri): Promise<Target> {
  const target = checked(folder, uri);
  const notebook = vscode.workspace.notebookDocuments.find((each) => each.uri.toString() === uri.toString());
  if (notebook !== undefined) {
    const document = vscode.window.activeTextEditor?.document;
    if (document !== undefined && cellIndex(notebook, document) >= 0) return { target, document };
    throw new SextantError(
      'unsupported',
      t('Nothing was changed: click into the cell of {0} that is meant.', target.name),
    );
  }
  if (!target.exists) {
    // One that is open and was never saved, or was deleted below it.
    const unsaved = vscode.workspace.textDocuments.find(
      (each) => each.uri.fsPath === target.file && (each.isUntitled || (each.isDirty && each.uri.scheme === 'file')),
    );
    return { target, document: unsaved ?? null };
  }
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    throw new SextantError('unsupported', t('Nothing was changed: {0} cannot be opened as text.', target.name));
  }
  await checkEncoding(document);
  return { target, document };
}

function checked(folder: vscode.WorkspaceFolder | undefined, uri: vscode.Uri): EditTarget {
  if (folder?.uri.scheme === 'file') return editTarget(folder.uri.fsPath, uri.fsPath);
  throw new SextantError(
    'invalid',
    t('Nothing was changed: {0} is outside of the workspace.', vscode.workspace.asRelativePath(uri)),
  );
}
