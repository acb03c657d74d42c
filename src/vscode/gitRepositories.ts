import * as vscode from 'vscode';
import { SextantError } from '../base/errors.ts';
import { type FileDiff, splitDiff } from '../edits/instruct/commitMessage.ts';
import { isSecretFile } from '../privacy/secretFiles.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';

/** What is used of a repository, as VS Code's git extension offers it (its `api/git.d.ts`, version 1). */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  diff(cached?: boolean): Promise<string>;
  log(options: { readonly maxEntries: number }): Promise<readonly { readonly message: string }[]>;
}

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly GitRepository[] };
}

/** The repository that a command means: the one it was run on, else that of the active editor, else the only one. */
export async function gitRepository(argument: unknown): Promise<GitRepository> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined)
    throw new SextantError('unsupported', 'VS Code’s git extension is not there or switched off.');
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
  if (repository === undefined) throw new SextantError('not-found', 'There is no git repository in the open folders.');
  return repository;
}

/** A diff by its files, without those that usually hold secrets, and without what looks like one. */
export function withoutSecrets(diff: string): FileDiff[] {
  return splitDiff(diff)
    .filter(({ path }) => !isSecretFile(path))
    .map((file) => ({ ...file, diff: redactSecrets(file.diff) }));
}

async function pick(repositories: readonly GitRepository[]): Promise<GitRepository | undefined> {
  const items = repositories.map((repository) => ({
    label: vscode.workspace.asRelativePath(repository.rootUri),
    repository,
  }));
  if (items.length === 0) return undefined;
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which repository?' });
  if (picked === undefined) throw new SextantError('aborted', 'Cancelled.');
  return picked.repository;
}
