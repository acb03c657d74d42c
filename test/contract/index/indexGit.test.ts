import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import type { Service } from '../../../src/base/service.ts';
import type { ContextIndexContract } from '../../../src/protocol/contextIndex.ts';
import { IndexFixture, moduleText, paths, until } from './indexFixture.ts';

describe('An index of a folder whose branches are switched', function () {
  this.timeout(30_000);
  let fixture: IndexFixture;

  const git = (...parameters: string[]): void => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'core.autocrlf=false'];
    execFileSync('git', [...identity, ...parameters], { cwd: fixture.root, stdio: 'ignore' });
  };
  const embedded = async (index: Service<ContextIndexContract>): Promise<number> =>
    (await index.call('work', null)).chunksEmbedded;
  const find = async (index: Service<ContextIndexContract>, query: string): Promise<string[]> =>
    paths(await index.call('search', { query, limit: 3 }));
  /** Tells the paths, as a watcher would, and waits until a search finds what it should. */
  const settled = async (index: Service<ContextIndexContract>, query: string, path: string): Promise<void> => {
    await until(
      () => find(index, query),
      ([first]) => first === path,
    );
  };

  beforeEach(() => {
    fixture = new IndexFixture();
    git('init', '-q', '-b', 'main');
    fixture.write(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('checkout', '-q', '-b', 'other');
    fixture.write({ 'm0.ts': moduleText('changedword'), 'added.ts': moduleText('addedword') });
    rmSync(fixture.at('m1.ts'));
    git('add', '-A');
    git('commit', '-q', '-m', 'second');
    git('checkout', '-q', 'main');
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('is as the files are on each branch, and embeds nothing twice, also when it is opened again', async () => {
    const index = await fixture.open();
    await index.call('update', null);
    const first = await embedded(index);
    assert.ok(first > 30);
    const touched = { paths: ['m0.ts', 'm1.ts', 'added.ts'].map((name) => fixture.at(name)) };
    git('checkout', '-q', 'other');
    await index.call('pathsChanged', touched);
    await settled(index, 'changedwordOf', 'm0.ts');
    await settled(index, 'addedwordOf', 'added.ts');
    assert.ok(!(await find(index, 'word1xOf')).includes('m1.ts'));
    const second = await embedded(index);
    assert.ok(second > first);
    for (const branch of ['main', 'other', 'main']) {
      git('checkout', '-q', branch);
      await index.call('pathsChanged', touched);
      await settled(index, branch === 'main' ? 'word1xOf' : 'addedwordOf', branch === 'main' ? 'm1.ts' : 'added.ts');
    }
    assert.equal(await embedded(index), second);
    await index.call('close', null);

    git('checkout', '-q', 'other');
    const again = await fixture.open();
    await again.call('update', null);
    await settled(again, 'addedwordOf', 'added.ts');
    assert.equal(await embedded(again), 0, 'what was changed while it was closed is known from before');
  });

  it('embeds nothing for a rebase', async () => {
    const index = await fixture.open();
    git('checkout', '-q', 'other');
    await index.call('update', null);
    git('checkout', '-q', 'main');
    fixture.write({ 'late.ts': moduleText('lateword') });
    git('add', 'late.ts');
    git('commit', '-q', '-m', 'third');
    await index.call('update', null);
    const before = await embedded(index);
    git('checkout', '-q', 'other');
    git('rebase', '-q', 'main');
    await index.call('update', null);
    assert.deepEqual((await find(index, 'addedwordOf')).slice(0, 1), ['added.ts']);
    assert.deepEqual((await find(index, 'latewordOf')).slice(0, 1), ['late.ts']);
    assert.equal(await embedded(index), before);
  });

  it('embeds nothing for a stash, or a folder that is moved', async () => {
    const index = await fixture.open();
    await index.call('update', null);
    fixture.write({ 'm2.ts': moduleText('stashedword') });
    await index.call('pathsChanged', { paths: [fixture.at('m2.ts')] });
    await settled(index, 'stashedwordOf', 'm2.ts');
    const before = await embedded(index);
    git('stash', '-q');
    await index.call('update', null);
    assert.deepEqual((await find(index, 'word2xOf')).slice(0, 1), ['m2.ts']);
    git('stash', 'pop', '-q');
    await index.call('update', null);
    assert.deepEqual((await find(index, 'stashedwordOf')).slice(0, 1), ['m2.ts']);
    git('checkout', '-q', '.');
    mkdirSync(fixture.at('moved'));
    for (const name of ['m3.ts', 'm4.ts', 'm5.ts']) renameSync(fixture.at(name), fixture.at(`moved/${name}`));
    await index.call('update', null);
    assert.deepEqual((await find(index, 'word4xOf')).slice(0, 1), ['moved/m4.ts']);
    assert.equal(await embedded(index), before);
  });

  it('takes ten thousand events at once as one change', async () => {
    const index = await fixture.open();
    await index.call('update', null);
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`new/n${i}.ts`, `export const n${i} = ${i};\n`]),
    );
    fixture.write(many);
    const names = [...Object.keys(many), ...Array.from({ length: 9600 }, (_, i) => `nowhere/f${i}.ts`)];
    for (let at = 0; at < names.length; at += 500) {
      await index.call('pathsChanged', { paths: names.slice(at, at + 500).map((name) => fixture.at(name)) });
    }
    await until(
      () => index.call('status', null),
      ({ phase, filesDone }) => phase === 'ready' && filesDone === 430,
    );
    assert.equal((await index.call('work', null)).filesParsed, 430);
  });
});
