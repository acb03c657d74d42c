import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { plural, t } from '../../base/texts.ts';
import { type Attached, type AttachmentSource, textLimit } from '../../chat/attach/attachmentSource.ts';
import { splitDiff } from '../../edits/instruct/fileDiffs.ts';
import type { ContextChoice } from '../../protocol/chatContext.ts';
import {
  type GitCommit,
  type GitRepository,
  gitRepository,
  withoutSecrets,
  workingChanges,
} from '../gitRepositories.ts';
import { isSecretUri } from '../secretUris.ts';

const COMMITS = 200;
const CHANGED_FILES = 100;
/** What git compares a first commit with. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
/** A name of a branch or commit from the view goes to git as an argument: it must not be an option, or a range. */
const REFERENCE = /^(?!-)(?!.*\.\.)[\w./@#+-]{1,250}$/u;

/** What is changed and not committed, a commit, a branch against the one that is checked out. */
export const gitSources: readonly AttachmentSource[] = [
  {
    choice: {
      id: 'changes',
      get label() {
        return t('Git changes');
      },
      get detail() {
        return t('What is not committed yet');
      },
      icon: 'diff',
      isSearched: false,
    },
    isFrozen: false,
    find: () => Promise.resolve([]),
    read: readChanges,
    open: () => show('workbench.view.scm'),
  },
  {
    choice: {
      id: 'commit',
      get label() {
        return t('Commit');
      },
      get detail() {
        return t('What a commit has changed');
      },
      icon: 'git-commit',
      isSearched: true,
    },
    isFrozen: true,
    find: findCommits,
    read: readCommit,
    open: () => show('workbench.view.scm'),
  },
  {
    choice: {
      id: 'branch',
      get label() {
        return t('Branch comparison');
      },
      get detail() {
        return t('What this branch has that another has not');
      },
      icon: 'git-compare',
      isSearched: true,
    },
    isFrozen: false,
    find: findBranches,
    read: readBranch,
    open: () => show('workbench.view.scm'),
  },
];

async function show(command: string): Promise<void> {
  await vscode.commands.executeCommand(command);
}

async function readChanges(): Promise<Attached> {
  const repository = await gitRepository(undefined);
  const files = await workingChanges(repository);
  if (files.length === 0) throw new SextantError('not-found', t('There are no uncommitted changes.'));
  return attached(t('Git changes'), filesIn(files.length), files.map(({ diff }) => diff).join('\n'));
}

async function findCommits(typed: string): Promise<readonly ContextChoice[]> {
  const repository = await gitRepository(undefined);
  const commits = await repository.log({ maxEntries: COMMITS });
  return commits
    .map(({ hash, message }): ContextChoice => {
      const detail = hash.slice(0, 8);
      return { source: 'commit', value: hash, label: subjectOf(message), detail, icon: 'git-commit' };
    })
    .filter(hasWords(typed))
    .slice(0, 50);
}

async function readCommit(value: string): Promise<Attached> {
  const repository = await gitRepository(undefined);
  const commit: GitCommit = await repository.getCommit(checked(value));
  const diff = await diffBetween(repository, commit.parents[0] ?? EMPTY_TREE, commit.hash);
  const text = `commit ${commit.hash}\n\n${commit.message}\n\n${diff.text}`;
  return { ...attached(subjectOf(commit.message), commit.hash.slice(0, 8), text), value: commit.hash };
}

async function findBranches(typed: string): Promise<readonly ContextChoice[]> {
  const repository = await gitRepository(undefined);
  const all = [
    ...(await repository.getBranches({ remote: false })),
    ...(await repository.getBranches({ remote: true })),
  ];
  return [...new Set(all.flatMap(({ name }) => name ?? []))]
    .map((name): ContextChoice => ({ source: 'branch', value: name, label: name, detail: '', icon: 'git-branch' }))
    .filter(hasWords(typed))
    .slice(0, 50);
}

async function readBranch(value: string): Promise<Attached> {
  const repository = await gitRepository(undefined);
  const base = await repository.getMergeBase('HEAD', checked(value));
  if (base === undefined) throw new SextantError('not-found', t('{0} and this branch have nothing in common.', value));
  const { text, files } = await diffBetween(repository, base, 'HEAD');
  if (files === 0) throw new SextantError('not-found', t('This branch has nothing that {0} has not.', value));
  return attached(t('Compared with {0}', value), filesIn(files), text);
}

async function diffBetween(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<{ text: string; files: number }> {
  const changes = await repository.diffBetween(from, to);
  const parts: string[] = [];
  for (const { uri } of changes.slice(0, CHANGED_FILES)) {
    if (isSecretUri(uri)) continue;
    const diff = await repository.diffBetween(from, to, uri.fsPath);
    parts.push(...withoutSecrets(repository, splitDiff(diff)).map((file) => file.diff));
  }
  if (changes.length > CHANGED_FILES) parts.push(`… and ${changes.length - CHANGED_FILES} more files`);
  return { text: parts.join('\n'), files: changes.length };
}

function attached(label: string, detail: string, text: string): Attached {
  const cut = text.length > textLimit ? `${text.slice(0, textLimit)}\n… the rest is left out` : text;
  return { label, detail, place: null, content: { type: 'text', text: cut } };
}

function checked(reference: string): string {
  if (!REFERENCE.test(reference)) throw new SextantError('invalid', t('This names no commit and no branch.'));
  return reference;
}

function subjectOf(message: string): string {
  return (message.split('\n')[0] ?? '').slice(0, 200);
}

function filesIn(count: number): string {
  return plural(count, '{0} file', '{0} files');
}

function hasWords(typed: string): (choice: ContextChoice) => boolean {
  const words = typed.toLowerCase().split(/\s+/u);
  return ({ label, detail }) => words.every((word) => `${label} ${detail}`.toLowerCase().includes(word));
}
