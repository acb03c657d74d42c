import * as vscode from 'vscode';
import type { LeftOutFile } from '../protocol/contextIndex.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** A list of more would not be read. */
const MOST_LEFT_OUT = 2000;

/** Lists what is not in the index, with the reason; choosing one opens it. */
export async function showLeftOut(index: Pick<WorkspaceIndex, 'leftOut'>): Promise<void> {
  const items = index
    .leftOut(MOST_LEFT_OUT)
    .then((files) => files.map((file): LeftOutItem => ({ ...describe(file), file })));
  const chosen = await vscode.window.showQuickPick<LeftOutItem>(items, {
    title: 'Files Left Out of the Index',
    placeHolder: 'What git or .sextantignore leaves out is not listed',
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(chosen.file.folder), chosen.file.path);
  await vscode.commands.executeCommand('revealInExplorer', uri);
}

interface LeftOutItem extends vscode.QuickPickItem {
  readonly file: LeftOutFile;
}

function describe({ folder, path, reason }: LeftOutFile): vscode.QuickPickItem {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const name = folders.length > 1 ? folders.find(({ uri }) => uri.fsPath === folder)?.name : undefined;
  return { label: name === undefined ? path : `${name}/${path}`, description: reason };
}
