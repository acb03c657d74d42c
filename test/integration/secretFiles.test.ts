import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { errorMessage } from '../../src/base/errors.ts';
import { droppedFile } from '../../src/chat/attach/droppedFile.ts';
import { settings } from '../../src/manifest.ts';
import { findNames } from '../../src/vscode/attach/fileSources.ts';
import { WorkspaceText, workspacePlace } from '../../src/vscode/attach/workspaceText.ts';
import { namedPlace } from '../../src/vscode/editPlaces.ts';
import { type GitRepository, stagedChanges, workingChanges } from '../../src/vscode/gitRepositories.ts';
import { ReadPermission } from '../../src/vscode/readPermission.ts';
import { isSecretName, isSecretUri } from '../../src/vscode/secretUris.ts';
import { EditBench } from './editFixture.ts';

/** Each is secret by something else. */
const secretFiles = [
  ['what usually is secret', 'strongroom/.env'],
  ['the user’s list', 'strongroom/harbour.cipher'],
  ['the workspace’s list', 'strongroom/sealed/plan.txt'],
] as const;

const SECRET = 'LANTERN_OIL=forty-barrels';

/** Everything that would let a file be read: it is the file that is refused. */
const willing = { ask: (): Promise<never> => Promise.resolve([true] as never) };

/** The ways in, each of which gives what it would let through. */
const ways: Readonly<Record<string, (uri: vscode.Uri) => Promise<string>>> = {
  'as an attached file': async (uri) => {
    const place = workspacePlace(uri);
    assert.ok(place);
    return (await new WorkspaceText({ refusal: () => Promise.resolve(null) }).lines(place)).text;
  },
  'along with a completion': async (uri) => {
    const permission = new ReadPermission(willing);
    const refusal = await permission.refusal(uri);
    permission.dispose();
    return refusal === null ? 'may be read' : '';
  },
  'from the menu of @': async (uri) => {
    const typed = path.basename(uri.path);
    const nowhere = { ask: (): Promise<never> => Promise.reject(new Error('no index')) };
    const { signal } = new AbortController();
    await vscode.window.showTextDocument(uri);
    const choices = [
      ...(await findNames(nowhere, typed, ['file'], signal)),
      ...(await findNames(nowhere, '', ['file'], signal)),
    ];
    return choices.some(({ label }) => label === typed) ? 'is offered' : '';
  },
  'when it is dropped': (uri) =>
    Promise.resolve().then(() => droppedFile(path.basename(uri.path), Buffer.from(SECRET), isSecretName).label),
  'by Edit Here': async (uri) => {
    const bench = new EditBench();
    try {
      await bench.start(await vscode.workspace.openTextDocument(uri), 0, 0);
      return 'was edited';
    } finally {
      bench.dispose();
    }
  },
  'as the place of a change': async (uri) => {
    await namedPlace(vscode.workspace.asRelativePath(uri));
    return 'would be changed';
  },
};

describe('A secret file goes nowhere', () => {
  let root: string;
  const at = (name: string): string => path.join(root, name);

  before(async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    root = folder.uri.fsPath;
    for (const name of ['strongroom/open.txt', ...secretFiles.map(([, secret]) => secret)]) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), SECRET);
    }
    await list(['*.cipher'], vscode.ConfigurationTarget.Global);
    // It has what would take the user’s list away, were it read so.
    await list(['strongroom/sealed', '!*.cipher', '!.env'], vscode.ConfigurationTarget.Workspace);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await list(undefined, vscode.ConfigurationTarget.Workspace);
    await list(undefined, vscode.ConfigurationTarget.Global);
    await rm(at('strongroom'), { recursive: true, maxRetries: 10 });
  });

  for (const [way, take] of Object.entries(ways)) {
    it(way, async () => {
      for (const [reason, name] of secretFiles) {
        // What was dropped has no folder that it could be in.
        if (way === 'when it is dropped' && name.includes('sealed')) continue;
        const taken = await take(vscode.Uri.file(at(name))).catch(errorMessage);
        assert.match(taken, /^$|keys or passwords|holds secrets/, reason);
      }
      const open = vscode.Uri.file(at('strongroom/open.txt'));
      // *Edit Here* would ask a model, which nobody answers for.
      if (way !== 'by Edit Here') assert.notEqual(await take(open), '', 'another file goes');
    });
  }

  it('from the moment in which a list names it, until none does', async () => {
    const uri = vscode.Uri.file(at('strongroom/open.txt'));
    const policy = at('strongroom/policy.json');
    const before = process.env['SEXTANT_POLICY_FILE'];
    process.env['SEXTANT_POLICY_FILE'] = policy;
    try {
      assert.deepEqual([isSecretUri(uri), isSecretName('open.txt')], [false, false]);
      await list(['*.cipher', 'open.*'], vscode.ConfigurationTarget.Global);
      assert.deepEqual([isSecretUri(uri), isSecretName('open.txt')], [true, true]);
      await list(['*.cipher'], vscode.ConfigurationTarget.Global);
      assert.equal(isSecretUri(uri), false);
      await writeFile(policy, '{"secretFiles": ["strongroom/open.txt"]}');
      assert.equal(isSecretUri(uri), true);
      await writeFile(policy, '{"secretFiles": ["strongroom/shut.txt"]}');
      assert.equal(isSecretUri(uri), false);
    } finally {
      if (before === undefined) delete process.env['SEXTANT_POLICY_FILE'];
      else process.env['SEXTANT_POLICY_FILE'] = before;
      await rm(policy, { force: true });
    }
  });

  it('in the diff of what was changed, staged or not', async () => {
    const git = (...values: string[]): string =>
      execFileSync('git', values, { cwd: at('strongroom'), encoding: 'utf8' });
    git('init', '--quiet');
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    const repository = await (await extension?.activate())?.getAPI(1).openRepository(vscode.Uri.file(at('strongroom')));
    assert.ok(repository);
    try {
      await repository.status();
      const paths = async (changes: Promise<readonly { readonly path: string }[]>): Promise<string[]> =>
        (await changes).map((file) => file.path);
      assert.deepEqual(await paths(workingChanges(repository)), ['open.txt']);
      git('add', '--all');
      await repository.status();
      assert.deepEqual(await paths(stagedChanges(repository)), ['open.txt']);
    } finally {
      await vscode.commands.executeCommand('git.close', repository);
    }
  });
});

interface GitExtension {
  getAPI(version: 1): {
    openRepository(root: vscode.Uri): Promise<(GitRepository & { status(): Promise<void> }) | null>;
  };
}

async function list(globs: readonly string[] | undefined, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration().update(settings.secretFiles, globs, target);
}
