import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';

/** Opens the file of a passage and shows its lines. Only files inside the workspace's folders are opened. */
export async function openPassage(passage: {
  readonly folder: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === passage.folder);
  if (folder === undefined) {
    throw new SextantError('not-found', `The folder of ${passage.path} is not open in this window.`);
  }
  const uri = vscode.Uri.joinPath(folder.uri, passage.path);
  if (!uri.path.startsWith(folder.uri.path.replace(/\/?$/, '/'))) {
    throw new SextantError('invalid', 'The passage points outside the workspace.');
  }
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    throw new SextantError('not-found', `${passage.path} is no longer there, or cannot be opened as text.`);
  }
  const last = Math.max(0, document.lineCount - 1);
  const start = Math.min(passage.startLine - 1, last);
  const end = Math.min(Math.max(passage.endLine - 1, start), last);
  const range = new vscode.Range(start, 0, end, document.lineAt(end).text.length);
  const editor = await vscode.window.showTextDocument(document, { preview: true });
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens a web address in the browser; VS Code asks the user about hosts it does not know. */
export async function openLink(url: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** Puts text in place of the selection of the editor used last, as one undo step. */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) {
    throw new SextantError('not-found', 'No editor is open. Open the file that the code belongs in, and try again.');
  }
  const inserted = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!inserted) throw new SextantError('read-only', 'The editor did not take the text. The file may be read-only.');
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}
