import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { textLimit } from '../../chat/attach/attachmentSource.ts';
import type { FileLines } from '../../protocol/sentContext.ts';
import { workspaceFile } from '../editorActions.ts';
import type { ReadPermission } from '../readPermission.ts';
import { isSecretUri } from '../secretUris.ts';

/** Where a file lies in the workspace. */
export interface WorkspacePlace {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Relative to it, with `/`. */
  readonly path: string;
}

/** Reads files of the workspace that may be sent, as they stand in the editor. */
export class WorkspaceText {
  readonly #permission: Pick<ReadPermission, 'refusal'>;

  constructor(permission: Pick<ReadPermission, 'refusal'>) {
    this.#permission = permission;
  }

  /** Throws a sentence for a file that may not go along, or is none. */
  async document(place: WorkspacePlace): Promise<vscode.TextDocument> {
    const uri = workspaceFile(place.folder, place.path);
    await this.#allow(uri, place.path);
    try {
      return await vscode.workspace.openTextDocument(uri);
    } catch {
      throw new SextantError('not-found', t('{0} is not there any more, or is no text.', place.path));
    }
  }

  /** The lines, as far as they are still there; all of them without lines. */
  async lines(place: WorkspacePlace & Partial<FileLines>): Promise<{ text: string; place: FileLines }> {
    const document = await this.document(place);
    const last = document.lineCount;
    const startLine = Math.min(Math.max(1, place.startLine ?? 1), last);
    const endLine = Math.min(Math.max(startLine, place.endLine ?? last), last);
    const end = document.lineAt(endLine - 1).range.end;
    const text = document.getText(new vscode.Range(new vscode.Position(startLine - 1, 0), end));
    if (text.length > textLimit) throw tooLong(place.path);
    return { text, place: { folder: place.folder, path: place.path, startLine, endLine } };
  }

  /** Whether a file may go along. */
  async mayRead(uri: vscode.Uri): Promise<boolean> {
    return (await this.#permission.refusal(uri)) === null;
  }

  async #allow(uri: vscode.Uri, path: string): Promise<void> {
    if (isSecretUri(uri)) {
      throw new SextantError('invalid', t('{0} usually holds keys or passwords, so it is never sent.', path));
    }
    const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => null);
    if (stat === null) throw new SextantError('not-found', t('{0} is not there any more.', path));
    if (stat.size > textLimit) throw tooLong(path);
    const refusal = await this.#permission.refusal(uri);
    if (refusal === 'ignored file') {
      throw new SextantError('invalid', t('{0} is ignored by git, hidden, or no text, so it is not sent.', path));
    }
    if (refusal !== null) throw new SextantError('invalid', t('{0} is not sent: {1}.', path, refusal));
  }
}

/** Where a file of this machine lies in the workspace; null for one that lies outside. */
export function workspacePlace(uri: vscode.Uri): WorkspacePlace | null {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder === undefined || uri.scheme !== 'file' || folder.uri.scheme !== 'file') return null;
  const path = uri.path.slice(folder.uri.path.replace(/\/$/u, '').length + 1);
  return path === '' ? null : { folder: folder.uri.fsPath, path };
}

/** Reads what {@link placeValue} has written; null for anything else. */
export function readPlace(value: string): (WorkspacePlace & Partial<FileLines>) | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  const [folder, path, startLine, endLine] = parsed as unknown[];
  if (typeof folder !== 'string' || typeof path !== 'string') return null;
  if (typeof startLine !== 'number' || typeof endLine !== 'number') return { folder, path };
  return { folder, path, startLine, endLine };
}

/** What a file, a folder or lines are known by to their source. */
export function placeValue({ folder, path, startLine, endLine }: WorkspacePlace & Partial<FileLines>): string {
  return JSON.stringify(startLine === undefined ? [folder, path] : [folder, path, startLine, endLine]);
}

/** The place of a value that came from the view; throws where it is none. */
export function requirePlace(value: string): WorkspacePlace & Partial<FileLines> {
  const place = readPlace(value);
  if (place === null) throw new SextantError('invalid', t('This names no file of the workspace.'));
  return place;
}

/** The folder above, with the workspace folder’s name where there are several. */
export function directoryOf({ folder, path }: WorkspacePlace): string {
  const directory = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const hasSeveral = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const name = hasSeveral ? (/[^/\\]*$/u.exec(folder)?.[0] ?? '') : '';
  return [name, directory].filter((part) => part !== '').join('/');
}

/** What a place is called while it is not read yet; empty for what names none. */
export function placeName(value: string): string {
  return nameOf(readPlace(value)?.path ?? '');
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tooLong(path: string): SextantError {
  return new SextantError('invalid', t('{0} is too large to go along as a whole. Attach a selection of it.', path));
}
