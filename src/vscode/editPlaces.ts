import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { type EditTarget, editTarget } from '../edits/editTarget.node.ts';
import { checkEncoding } from './checkEncoding.ts';
import { cellIndex } from './editSession.ts';
import { isSecretUri } from './secretUris.ts';

const MOST_FILES_FOUND = 20;

/** A file that code is for: one that is there, or the place of one that the code is to be. */
export interface EditPlace {
  readonly target: EditTarget;
  readonly document: vscode.TextDocument | null;
}

/** The document of an editor, or the cell of a notebook. */
export async function openPlace(document: vscode.TextDocument): Promise<EditPlace> {
  const notebook = vscode.workspace.notebookDocuments.find((each) => cellIndex(each, document) >= 0);
  const { uri, isUntitled } = notebook ?? document;
  if (isUntitled) return { target: { file: uri.path, workspace: '', name: uri.path, exists: true }, document };
  if (notebook !== undefined) return { target: checked(vscode.workspace.getWorkspaceFolder(uri), uri), document };
  return await onDisk(vscode.workspace.getWorkspaceFolder(uri), uri);
}

/** The file of that name, or, where only one file ends so, that one; else the place of a new one. */
export async function namedPlace(name: string): Promise<EditPlace> {
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

async function onDisk(folder: vscode.WorkspaceFolder | undefined, uri: vscode.Uri): Promise<EditPlace> {
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
  if (isSecretUri(uri))
    throw new SextantError(
      'invalid',
      t(
        'Nothing was changed: {0} is a file that usually holds secrets, which Sextant does not change.',
        vscode.workspace.asRelativePath(uri),
      ),
    );
  if (folder?.uri.scheme === 'file') return editTarget(folder.uri.fsPath, uri.fsPath);
  throw new SextantError(
    'invalid',
    t('Nothing was changed: {0} is outside of the workspace.', vscode.workspace.asRelativePath(uri)),
  );
}
