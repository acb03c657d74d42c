import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { PassagePlace } from '../protocol/searchView.ts';

/** Opens the file of a passage and shows its lines. Only files inside the workspace's folders are opened. */
export async function openPassage(passage: PassagePlace, how: vscode.TextDocumentShowOptions = {}): Promise<void> {
  const uri = workspaceFile(passage.folder, passage.path);
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    throw new SextantError('not-found', t('{0} is no longer there, or cannot be opened as text.', passage.path));
  }
  const range = passageRange(document, passage);
  const editor = await vscode.window.showTextDocument(document, { preview: true, ...how });
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The lines of a passage, as far as the document still has them. */
export function passageRange(document: vscode.TextDocument, { startLine, endLine }: PassagePlace): vscode.Range {
  const last = Math.max(0, document.lineCount - 1);
  const start = Math.min(startLine - 1, last);
  const end = Math.min(Math.max(endLine - 1, start), last);
  return new vscode.Range(start, 0, end, document.lineAt(end).text.length);
}

/** The file of a workspace folder, which is named by its path. Throws for one that lies outside of it. */
export function workspaceFile(folderPath: string, path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === folderPath);
  if (folder === undefined) {
    throw new SextantError('not-found', t('The folder of {0} is not open in this window.', path));
  }
  const uri = vscode.Uri.joinPath(folder.uri, path);
  if (!uri.path.startsWith(folder.uri.path.replace(/\/?$/, '/'))) {
    throw new SextantError('invalid', t('{0} lies outside the workspace.', path));
  }
  return uri;
}

/** Where a passage stands: `src/a.ts:3–9`, with the folder's name before it where there are several. */
export function passageLabel({ folder, path, startLine, endLine }: PassagePlace): string {
  const file = vscode.workspace.asRelativePath(vscode.Uri.joinPath(vscode.Uri.file(folder), path));
  return `${file}:${startLine === endLine ? startLine : `${startLine}–${endLine}`}`;
}

/** Opens a web address in the browser; VS Code asks the user about hosts it does not know. */
export async function openLink(url: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}

/** Puts text in place of the selection of the editor used last, as one undo step. */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) {
    throw new SextantError('not-found', t('No editor is open. Open the file that the code belongs in, and try again.'));
  }
  const inserted = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  if (!inserted) throw new SextantError('read-only', t('The editor did not take the text. The file may be read-only.'));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/** Opens text as a file that has no name yet, in a language by its usual name where VS Code knows that. */
export async function openAsNewFile(content: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const id = known.includes(language) ? language : languageIds.get(language);
  const document = await vscode.workspace.openTextDocument(
    id === undefined || !known.includes(id) ? { content } : { content, language: id },
  );
  await vscode.window.showTextDocument(document, { preview: false });
}

/** What models call languages, by VS Code's identifiers. */
const languageIds = new Map<string, string>(
  Object.entries({
    ...{ ts: 'typescript', tsx: 'typescriptreact', js: 'javascript', jsx: 'javascriptreact', py: 'python' },
    ...{ rb: 'ruby', rs: 'rust', cs: 'csharp', 'c++': 'cpp', sh: 'shellscript', bash: 'shellscript', md: 'markdown' },
    ...{ yml: 'yaml', zsh: 'shellscript', shell: 'shellscript', ps1: 'powershell', kt: 'kotlin', golang: 'go' },
  }),
);
