import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { symbolIcon } from '../../base/symbolIcon.ts';
import { t } from '../../base/texts.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { textLimit } from '../../chat/attach/attachmentSource.ts';
import type { ContextChoice } from '../../protocol/chatContext.ts';
import type { FoundNameKind, NameHit } from '../../protocol/contextIndex.ts';
import { openPassage, workspaceFile } from '../editorActions.ts';
import type { IndexAsker } from '../readPermission.ts';
import { isSecretUri } from '../secretUris.ts';
import {
  type WorkspaceText,
  directoryOf,
  nameOf,
  placeName,
  placeValue,
  requirePlace,
  workspacePlace,
} from './workspaceText.ts';

const FOUND = 50;
/** Of a folder’s files. */
const FOLDER_FILES = 200;

/** Files, folders and symbols, found by their names in the index. */
export function fileSources(index: IndexAsker, texts: WorkspaceText): readonly AttachmentSource[] {
  const find = (kind: FoundNameKind) => (typed: string, signal: AbortSignal) => findNames(index, typed, [kind], signal);
  const readLines: AttachmentSource['read'] = async (value) => {
    const asked = requirePlace(value);
    const { text, place } = await texts.lines(asked);
    const isWhole = asked.startLine === undefined;
    const lines = isWhole ? '' : `:${place.startLine}-${place.endLine}`;
    return {
      label: nameOf(place.path) + lines,
      detail: directoryOf(place),
      place,
      content: { type: 'text', text },
      value: placeValue(isWhole ? asked : place),
    };
  };
  const open = async (value: string): Promise<void> => {
    const place = requirePlace(value);
    await openPassage({ startLine: 1, endLine: 1, ...place });
  };
  const choice = (id: string, label: string, detail: string, icon: string) => {
    return { id, label, detail, icon, isSearched: true };
  };
  return [
    {
      choice: choice('file', t('File'), t('A file of the workspace'), 'file'),
      isFrozen: false,
      find: find('file'),
      labelOf: placeName,
      read: readLines,
      open,
    },
    {
      choice: choice('folder', t('Folder'), t('What is in a folder'), 'folder'),
      isFrozen: false,
      find: find('folder'),
      labelOf: placeName,
      read: (value) => readFolder(value, texts),
      open: async (value) => {
        const { folder, path } = requirePlace(value);
        await vscode.commands.executeCommand('revealInExplorer', workspaceFile(folder, path));
      },
    },
    {
      choice: choice('symbol', t('Symbol'), t('A function, class or other part of a file'), 'symbol-method'),
      isFrozen: false,
      find: find('symbol'),
      labelOf: placeName,
      read: readLines,
      open,
    },
  ];
}

/** Files, folders and symbols together: what is typed after `@` without naming a source. */
export async function findNames(
  index: IndexAsker,
  typed: string,
  kinds: readonly FoundNameKind[],
  signal: AbortSignal,
): Promise<readonly ContextChoice[]> {
  if (typed.trim() === '' && kinds.includes('file')) return openFirst(index, kinds, signal);
  const hits = await index.ask('names', { typed, kinds, limit: FOUND }, signal).catch(() => []);
  const ranked = kinds.length === 1 ? hits : hits.toSorted((a, b) => rankOf(b) - rankOf(a));
  if (ranked.length > 0 || !kinds.includes('file')) return ranked.slice(0, FOUND).map(toChoice);
  return await findUnindexed(typed);
}

/** Files that are open come first while nothing is typed. */
async function openFirst(
  index: IndexAsker,
  kinds: readonly FoundNameKind[],
  signal: AbortSignal,
): Promise<readonly ContextChoice[]> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const open = tabs.flatMap(({ input }) => {
    return input instanceof vscode.TabInputText ? unlessSecret(input.uri) : [];
  });
  const all =
    kinds.length > 1 ? [] : await index.ask('names', { typed: '', kinds, limit: FOUND }, signal).catch(() => []);
  const choices = new Map([...open, ...all.map(toChoice)].map((choice) => [choice.value, choice]));
  return [...choices.values()].slice(0, kinds.length > 1 ? 8 : FOUND);
}

/** A symbol or a folder has to fit better than a file to come before it. */
function rankOf({ kind, score }: NameHit): number {
  return kind === 'file' ? score + 60 : kind === 'folder' ? score - 60 : score;
}

/** Where nothing is indexed, VS Code looks for the file. */
async function findUnindexed(typed: string): Promise<readonly ContextChoice[]> {
  const word = typed.trim().replaceAll(/[[\]{}*?\\]/gu, '?');
  const found = await vscode.workspace.findFiles(`**/*${word}*`, '**/{node_modules,.git}/**', FOUND);
  return found.flatMap(unlessSecret);
}

function unlessSecret(uri: vscode.Uri): readonly ContextChoice[] {
  const place = workspacePlace(uri);
  return place === null || isSecretUri(uri) ? [] : [fileChoice(place)];
}

function fileChoice({ folder, path }: { readonly folder: string; readonly path: string }): ContextChoice {
  const place = { folder, path };
  return {
    source: 'file',
    value: placeValue(place),
    label: nameOf(place.path),
    detail: directoryOf(place),
    icon: 'file',
  };
}

function toChoice(hit: NameHit): ContextChoice {
  const { kind, folder, path, symbol, symbolKind, startLine, endLine } = hit;
  switch (kind) {
    case 'file':
      return fileChoice(hit);
    case 'folder':
      return { ...fileChoice(hit), source: 'folder', icon: 'folder' };
    case 'symbol':
      return {
        source: 'symbol',
        value: placeValue({ folder, path, startLine, endLine }),
        label: symbol,
        detail: `${path}:${startLine}`,
        icon: symbolIcon(symbolKind),
      };
  }
}

/** The files below a folder, as many as fit, the others by name. */
async function readFolder(value: string, texts: WorkspaceText): ReturnType<AttachmentSource['read']> {
  const place = requirePlace(value);
  const { folder, path } = place;
  const pattern = new vscode.RelativePattern(workspaceFile(folder, path), '**/*');
  const uris = await vscode.workspace.findFiles(pattern, '**/{node_modules,.git}/**', FOLDER_FILES + 1);
  const parts: string[] = [];
  let left = textLimit / 4;
  for (const uri of uris.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, FOLDER_FILES)) {
    const file = workspacePlace(uri);
    if (file === null || !(await texts.mayRead(uri))) continue;
    const read = await texts.lines(file).catch(() => null);
    if (read === null) continue;
    left -= read.text.length;
    parts.push(left < 0 ? `--- ${file.path} (left out: too much)` : `--- ${file.path}\n${read.text}`);
  }
  if (parts.length === 0) throw new SextantError('not-found', t('{0} holds no file that can go along.', path));
  if (uris.length > FOLDER_FILES) parts.push('--- and more files, which are left out');
  const isCut = left < 0 || uris.length > FOLDER_FILES;
  const cut = isCut ? t('Not all of its files fit: the others are left out.') : '';
  return {
    label: `${nameOf(path)}/`,
    detail: [directoryOf(place), cut].filter((part) => part !== '').join('\n'),
    place: null,
    content: { type: 'text', text: parts.join('\n') },
    value: placeValue({ folder, path }),
  };
}
