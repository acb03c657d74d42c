import * as vscode from 'vscode';
import { settings } from '../manifest.ts';
import { secretFilesWith } from '../privacy/ownSecretFiles.ts';
import { ruledSecretFiles } from '../privacy/policyFiles.node.ts';

/** True for a file that is never read into anything that is sent: by its name, or by the lists of user and workspace. */
export function isSecretUri(uri: vscode.Uri): boolean {
  // The cells of a notebook are in it.
  const folder =
    vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(uri.path));
  const isSecret = secretFilesOf(folder);
  return isSecret(uri.path) || (folder !== undefined && isSecret(uri.path.slice(folder.uri.path.length)));
}

/** The same for a file of which only the name is known. */
export function isSecretName(name: string): boolean {
  return secretFilesOf(undefined)(name);
}

type IsSecret = ReturnType<typeof secretFilesWith>;

/** By their lists: a completion asks at every pause in typing, and the lists hardly ever change. */
const compiled = new Map<string, IsSecret>();
/** More than the folders of most windows. */
const MOST_COMPILED = 20;

function secretFilesOf(folder: vscode.WorkspaceFolder | undefined): IsSecret {
  const globs = secretGlobs(folder);
  const lists = JSON.stringify(globs);
  let isSecret = compiled.get(lists);
  if (isSecret === undefined) {
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    isSecret = secretFilesWith(globs);
    compiled.set(lists, isSecret);
  }
  return isSecret;
}

/**
 * What is listed for a folder as secret besides what usually is: by the organisation, the user, the workspace and the
 * folder. Each can only add: a repository takes nothing away from what the user says.
 */
export function secretGlobs(folder: vscode.WorkspaceFolder | undefined): readonly string[] {
  return [...ruledSecretFiles(), ...ownSecretGlobs(folder)];
}

/** How many different ones the settings list: of the user, the workspace and its folders. */
export function countOwnSecretGlobs(): number {
  return new Set([undefined, ...(vscode.workspace.workspaceFolders ?? [])].flatMap(ownSecretGlobs)).size;
}

function ownSecretGlobs(folder: vscode.WorkspaceFolder | undefined): readonly string[] {
  const found = vscode.workspace.getConfiguration(undefined, folder ?? null).inspect<unknown>(settings.secretFiles);
  const lists = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
  const listed = lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  return listed.filter((glob) => typeof glob === 'string');
}
