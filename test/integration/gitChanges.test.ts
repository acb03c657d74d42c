import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { isAbort } from '../../src/base/errors.ts';
import { generateCommitMessage } from '../../src/vscode/commitMessage.ts';
import type { GitRepository } from '../../src/vscode/gitRepositories.ts';
import { ChangeReview } from '../../src/vscode/reviewChanges.ts';
import { TestModel, until } from './editFixture.ts';

interface GitApi {
  openRepository(root: vscode.Uri): Promise<(GitRepository & { status(): Promise<void> }) | null>;
}

describe('Changes under git', () => {
  let folder: string;
  let repository: GitRepository & { status(): Promise<void> };
  let model: TestModel;
  const git = (...values: string[]): string => execFileSync('git', values, { cwd: folder, encoding: 'utf8' });
  const openModel = (): Promise<TestModel> => Promise.resolve(model);
  const asked = (): string => model.requests.at(-1)?.messages.at(-1)?.text ?? '';

  before(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'sextant-git-')));
    git('init', '--quiet');
    git('config', 'user.name', 'Test');
    git('config', 'user.email', 'test@example.invalid');
    git('config', 'diff.mnemonicPrefix', 'true');
    await writeFile(path.join(folder, 'tide.ts'), 'export const high = 1;\nexport const low = 2;\n');
    await writeFile(path.join(folder, '.env'), 'PASSWORD=old-lantern\n');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Keep the tides');
    const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
    const opened = await (await extension?.activate())?.getAPI(1).openRepository(vscode.Uri.file(folder));
    assert.ok(opened);
    repository = opened;
  });
  beforeEach(() => {
    model = new TestModel();
  });
  after(async () => {
    await vscode.commands.executeCommand('git.close', repository);
    await rm(folder, { recursive: true, maxRetries: 10 });
  });

  it('get a message for what is staged, in the box, without a word of a secret file', async () => {
    await writeFile(path.join(folder, 'tide.ts'), 'export const high = 3;\nexport const low = 2;\n');
    await writeFile(path.join(folder, '.env'), 'PASSWORD=new-lantern\n');
    git('add', '--all');
    await writeFile(path.join(folder, 'tide.ts'), 'export const high = 3;\nexport const low = 4;\n');
    model.answer('```\nRaise the high tide\n```');
    await generateCommitMessage(repository, openModel);
    assert.equal(repository.inputBox.value, 'Raise the high tide');
    assert.match(asked(), /\+export const high = 3;/);
    assert.match(asked(), /Keep the tides/);
    assert.doesNotMatch(asked(), /low = 4|lantern/);
  });

  it('leave the box as it was when the model fails', async () => {
    repository.inputBox.value = 'mine';
    const failing = generateCommitMessage(repository, openModel);
    model.say('Raise');
    await until(() => repository.inputBox.value === 'Raise');
    model.fail(new Error('The server went away.'));
    await assert.rejects(failing, /went away/);
    await until(() => repository.inputBox.value === 'mine');
    repository.inputBox.value = '';
  });

  it('are reviewed with the lines of the file as it is, new files and no secret ones', async () => {
    await writeFile(path.join(folder, 'new.ts'), 'export const neap = 5;\n');
    await repository.status();
    const review = new ChangeReview(openModel);
    model.answer('{"path": "tide.ts", "line": 2, "kind": "bug", "comment": "The low tide is higher."}\n{"ok": true}');
    await review.run(repository);
    assert.match(asked(), /^1 \+export const high = 3;$/m);
    assert.match(asked(), /^2 \+export const low = 4;$/m);
    assert.match(asked(), /^File new\.ts$[^]*^1 \+export const neap = 5;$/m);
    assert.doesNotMatch(asked(), /lantern/);
    model.answer('I like it.');
    await assert.rejects(review.run(repository), (error) => !isAbort(error) && String(error).includes('is no review'));
    review.dispose();
  });

  it('are none when nothing has changed, and that is said', async () => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'All');
    await repository.status();
    await assert.rejects(generateCommitMessage(repository, openModel), /no changes to describe/);
    await assert.rejects(new ChangeReview(openModel).run(repository), /no changes to review/);
    assert.deepEqual(model.requests, []);
  });
});
