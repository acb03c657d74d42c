import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { LeftOutFile, RelatedFile } from '../protocol/contextIndex.ts';
import { leftOutReason } from '../protocol/leftOutReason.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** Lists of more would not be read. */
const MOST_LEFT_OUT = 2000;
const MOST_RELATED = 40;

/** Lists what is not in the index, with the reason; choosing one opens it. */
export async function showLeftOut(index: Pick<WorkspaceIndex, 'ask'>): Promise<void> {
  const items = index
    .ask('leftOut', { limit: MOST_LEFT_OUT })
    .then((files) => files.map((file): LeftOutItem => ({ ...describe(file), file })));
  const chosen = await vscode.window.showQuickPick<LeftOutItem>(items, {
    title: t('Files Left Out of the Index'),
    placeHolder: t('What git or .sextantignore leaves out is not listed'),
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(chosen.file.folder), chosen.file.path);
  await vscode.commands.executeCommand('revealInExplorer', uri);
}

/**
 * Lists the files that have to do with one, or else with the one in the editor, nearest first; choosing one opens it.
 */
export async function showRelatedFiles(index: Pick<WorkspaceIndex, 'ask'>, file?: vscode.Uri): Promise<void> {
  const uri = file ?? vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== 'file') {
    throw new SextantError('not-found', t('No file is open. Open one first; Sextant then lists what belongs to it.'));
  }
  const found = await index.ask('related', { path: uri.fsPath, limit: MOST_RELATED });
  const name = vscode.workspace.asRelativePath(uri, false);
  if (found.length === 0) {
    throw new SextantError('not-found', t('Nothing in the index is related to {0}, or it is not indexed yet.', name));
  }
  const items = found.map((file): RelatedItem => ({ label: file.path, description: file.reasons.join(' · '), file }));
  const chosen = await vscode.window.showQuickPick<RelatedItem>(items, {
    title: t('Files Related to {0}', name),
    placeHolder: t('Nearest first'),
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(chosen.file.folder), chosen.file.path));
}

interface RelatedItem extends vscode.QuickPickItem {
  readonly file: RelatedFile;
}

interface LeftOutItem extends vscode.QuickPickItem {
  readonly file: LeftOutFile;
}

function describe({ folder, path, reason }: LeftOutFile): vscode.QuickPickItem {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const name = folders.length > 1 ? folders.find(({ uri }) => uri.fsPath === folder)?.name : undefined;
  return { label: name === undefined ? path : `${name}/${path}`, description: leftOutReason(reason) };
}
