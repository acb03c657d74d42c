import * as vscode from 'vscode';
import type { PassagePlace } from '../protocol/searchView.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** As the view finds them: a path, and the lines where they are told. */
const place = /^(?:\.\/)?([\w@.+~/-]+?)(?:(?::|#L)(\d{1,7})(?:(?:-L?|:)(\d{1,7}))?)?$/u;
const PATIENCE_MS = 3_000;
const HITS = 5;

/** What names in an answer stand for in the workspace, in their order; null for what it does not have. */
export function resolvePlaces(
  names: readonly string[],
  index: Pick<WorkspaceIndex, 'search' | 'hasFolders'>,
): Promise<readonly (PassagePlace | null)[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return Promise.all(
    names.map(async (name) => {
      if (!index.hasFolders) return null;
      return (await filePlace(name)) ?? (await symbolPlace(name, index, signal).catch(() => null));
    }),
  );
}

/** The file of that path in a folder, or the only one whose path ends so. */
async function filePlace(name: string): Promise<PassagePlace | null> {
  const [, path, first, last] = place.exec(name) ?? [];
  if (path === undefined || !/[./]/u.test(path) || path.split('/').includes('..')) return null;
  const startLine = Math.max(1, Number(first ?? 1));
  const lines = { startLine, endLine: Math.max(startLine, Number(last ?? startLine)) };
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const stat = await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder.uri, path)).then(
      ({ type }) => type,
      () => null,
    );
    if (stat !== null && (stat & vscode.FileType.File) !== 0) return { folder: folder.uri.fsPath, path, ...lines };
  }
  const [found, another] = await vscode.workspace.findFiles(`**/${path}`, undefined, 2);
  const folder = found === undefined ? undefined : vscode.workspace.getWorkspaceFolder(found);
  if (found === undefined || folder === undefined || another !== undefined) return null;
  return { folder: folder.uri.fsPath, path: found.path.slice(folder.uri.path.length + 1), ...lines };
}

/** Where the index has a symbol of exactly that name. */
async function symbolPlace(
  name: string,
  index: Pick<WorkspaceIndex, 'search'>,
  signal: AbortSignal,
): Promise<PassagePlace | null> {
  const parts = name
    .replace(/\(\)$/u, '')
    .split(/\.|::|#/u)
    .filter((part) => part !== '');
  const hits = await index.search(parts.join(' '), HITS, signal);
  const hit = hits.find(({ symbol }) => `.${symbol}`.endsWith(`.${parts.join('.')}`));
  return hit === undefined
    ? null
    : { folder: hit.folder, path: hit.path, startLine: hit.startLine, endLine: hit.endLine };
}
