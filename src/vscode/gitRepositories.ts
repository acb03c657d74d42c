import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { type FileDiff, splitDiff } from '../edits/instruct/fileDiffs.ts';
import { unifiedDiff } from '../edits/unifiedDiff.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import { isSecretUri } from './secretUris.ts';

/** What is used of a repository, as VS Code's git extension offers it (its `api/git.d.ts`, version 1). */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: {
    readonly workingTreeChanges: readonly GitChange[];
    readonly untrackedChanges: readonly GitChange[];
  };
  diff(cached?: boolean): Promise<string>;
  diffWith(ref: string, path: string): Promise<string>;
  log(options: { readonly maxEntries: number }): Promise<readonly GitCommit[]>;
  getCommit(ref: string): Promise<GitCommit>;
  getBranches(query: { readonly remote?: boolean }): Promise<readonly { readonly name?: string }[]>;
  getMergeBase(ref: string, other: string): Promise<string | undefined>;
  diffBetween(ref: string, other: string): Promise<readonly { readonly uri: vscode.Uri }[]>;
  diffBetween(ref: string, other: string, path: string): Promise<string>;
}

/** A commit, as far as it is used. */
export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly parents: readonly string[];
}

interface GitChange {
  readonly uri: vscode.Uri;
  readonly status: number;
}

/** Its `Status.UNTRACKED`. */
const UNTRACKED = 7;
const MOST_FILES = 100;
const LARGEST_NEW_FILE_BYTES = 200_000;

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly GitRepository[] };
}

/** The repository that a command means: the one it was run on, else that of the active editor, else the only one. */
export async function gitRepository(argument: unknown): Promise<GitRepository> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined)
    throw new SextantError('unsupported', t('VS Code’s git extension is not there or switched off.'));
  const { repositories } = (await extension.activate()).getAPI(1);
  const asked =
    typeof argument === 'object' && argument !== null && 'rootUri' in argument ? argument.rootUri : undefined;
  const named = repositories.find(
    ({ rootUri }) => asked instanceof vscode.Uri && rootUri.toString() === asked.toString(),
  );
  const active = vscode.window.activeTextEditor?.document.uri.path ?? '';
  const around = repositories
    .filter(({ rootUri }) => active.startsWith(`${rootUri.path}/`))
    .sort((one, other) => other.rootUri.path.length - one.rootUri.path.length);
  const repository = named ?? around[0] ?? (repositories.length === 1 ? repositories[0] : await pick(repositories));
  if (repository === undefined)
    throw new SextantError('not-found', t('There is no git repository in the open folders.'));
  return repository;
}

/** What is staged, or, where nothing is, what is changed; see {@link withoutSecrets}. */
export async function stagedChanges(repository: GitRepository): Promise<FileDiff[]> {
  const staged = await repository.diff(true);
  return withoutSecrets(repository, splitDiff(staged.trim() === '' ? await repository.diff(false) : staged));
}

/** How the files differ from the last commit, staged or not, with those that are new; see {@link withoutSecrets}. */
export async function workingChanges(repository: GitRepository): Promise<FileDiff[]> {
  const { rootUri, state } = repository;
  const [unstaged, staged] = (await Promise.all([repository.diff(false), repository.diff(true)])).map(splitDiff);
  const known = new Map([...(staged ?? []), ...(unstaged ?? [])].map((file) => [file.path, file]));
  const isStaged = new Set(staged?.map(({ path }) => path));
  for (const { path } of unstaged?.filter((file) => isStaged.has(file.path)).slice(0, MOST_FILES) ?? []) {
    // Lines are numbered as the file is now only in a diff of both; before the first commit there is none.
    const file = vscode.Uri.joinPath(rootUri, path).fsPath;
    const [whole] = splitDiff(await repository.diffWith('HEAD', file).catch(() => ''));
    if (whole !== undefined) known.set(path, { ...whole, path });
  }
  const untracked = [...state.workingTreeChanges, ...state.untrackedChanges]
    .filter(({ status }) => status === UNTRACKED)
    .slice(0, MOST_FILES);
  const added = await Promise.all(untracked.map(({ uri }) => newFile(uri, uri.path.slice(rootUri.path.length + 1))));
  return withoutSecrets(repository, [...known.values(), ...added.flatMap((file) => file ?? [])]);
}

/** Nothing of a file that may hold secrets is read; null also for what is no text. */
async function newFile(uri: vscode.Uri, path: string): Promise<FileDiff | null> {
  if (isSecretUri(uri)) return null;
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > LARGEST_NEW_FILE_BYTES || type !== vscode.FileType.File) return null;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return text.includes('\0') ? null : { path, diff: unifiedDiff(path, '', text) };
  } catch {
    return null;
  }
}

/** Without files that usually hold secrets, and without what looks like one. */
export function withoutSecrets({ rootUri }: Pick<GitRepository, 'rootUri'>, files: readonly FileDiff[]): FileDiff[] {
  const shown = files.filter(({ path }) => !isSecretUri(vscode.Uri.joinPath(rootUri, path)));
  return shown.map((file) => ({ ...file, diff: redactSecrets(file.diff) }));
}

async function pick(repositories: readonly GitRepository[]): Promise<GitRepository | undefined> {
  const items = repositories.map((repository) => ({
    label: vscode.workspace.asRelativePath(repository.rootUri),
    repository,
  }));
  if (items.length === 0) return undefined;
  const picked = await vscode.window.showQuickPick(items, { placeHolder: t('Which repository?') });
  if (picked === undefined) throw new SextantError('aborted', t('Cancelled.'));
  return picked.repository;
}
