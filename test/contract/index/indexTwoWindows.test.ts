import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { processChannel } from '../../../src/base/channels.node.ts';
import type { Service, StartedService } from '../../../src/base/service.ts';
import { forkIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { ContextIndexContract } from '../../../src/protocol/contextIndex.ts';
import { IndexFixture, assetDirectory, moduleText, paths, until } from './indexFixture.ts';

describe('Two windows on a folder', function () {
  this.timeout(60_000);
  let fixture: IndexFixture;
  let children: ChildProcess[];
  let first: Service<ContextIndexContract>;
  let second: Service<ContextIndexContract>;

  const start = (): StartedService => {
    const child = forkIndexProcess(assetDirectory);
    children.push(child);
    return { channel: processChannel(child), stop: () => child.kill() };
  };
  const find = async (index: Service<ContextIndexContract>, query: string): Promise<string[]> =>
    paths(await index.call('search', { query, limit: 5 }));
  const seen = async (index: Service<ContextIndexContract>, query: string, path: string): Promise<void> => {
    await until(
      () => find(index, query),
      ([hit]) => hit === path,
    );
  };
  const save = async (name: string, word: string, ...told: Service<ContextIndexContract>[]): Promise<void> => {
    fixture.write({ [name]: moduleText(word) });
    for (const index of told) await index.call('pathsChanged', { paths: [fixture.at(name)] });
  };

  beforeEach(async () => {
    fixture = new IndexFixture();
    children = [];
    fixture.write(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
    first = await fixture.open({ start, autoIndex: true });
    await until(
      () => first.call('status', null),
      ({ phase, filesDone }) => phase === 'ready' && filesDone === 40,
    );
    second = await fixture.open({ start, autoIndex: true });
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('both find what the first indexes, though nothing of it was saved for searching yet', async () => {
    await seen(second, 'word7xOf', 'm7.ts');
    await save('m7.ts', 'rewritten', first, second);
    await save('new.ts', 'brandnew', first, second);
    rmSync(fixture.at('m8.ts'));
    await first.call('pathsChanged', { paths: [fixture.at('m8.ts')] });
    await seen(second, 'rewrittenOf', 'm7.ts');
    await seen(second, 'brandnewOf', 'new.ts');
    await until(
      () => find(second, 'word8xOf'),
      (found) => !found.includes('m8.ts'),
    );
    assert.equal((await second.call('work', null)).chunksEmbedded, 0, 'it takes what the first has embedded');
    assert.equal((await second.call('status', null)).filesDone, 40);
  });

  it('the second says that the first indexes instead of pretending to', async () => {
    await assert.rejects(second.call('update', null), { code: 'conflict' });
    await assert.rejects(second.call('rebuild', null), { code: 'conflict' });
  });

  it('the second begins anew when the first does', async () => {
    await seen(second, 'word7xOf', 'm7.ts');
    await first.call('rebuild', null);
    await save('new.ts', 'brandnew', first);
    await seen(second, 'brandnewOf', 'new.ts');
    await until(
      () => second.call('status', null),
      ({ filesDone }) => filesDone === 41,
    );
    await seen(second, 'word7xOf', 'm7.ts');
  });

  it('the second takes over when the first is killed, with nothing lost and nothing twice', async () => {
    await save('before.ts', 'beforehand', first);
    await seen(second, 'beforehandOf', 'before.ts');
    const [owner] = children;
    const ended = new Promise((resolve) => owner?.on('exit', resolve));
    owner?.kill('SIGKILL');
    await ended;
    await save('after.ts', 'afterwards', second);
    await seen(second, 'afterwardsOf', 'after.ts');
    const status = await second.call('update', null);
    assert.deepEqual([status.phase, status.filesDone], ['ready', 42]);
    const hits = await second.call('search', { query: 'computes the total of all values', limit: 1000 });
    assert.equal(new Set(hits.map((hit) => `${hit.path}:${hit.startLine}`)).size, hits.length);
    await second.call('close', null);
    const third = await fixture.open({ start });
    assert.equal((await third.call('update', null)).filesDone, 42);
    assert.equal((await third.call('work', null)).filesParsed, 0, 'what the second saved is whole');
  });

  it('the second goes on when the first closes', async () => {
    await first.call('close', null);
    await save('after.ts', 'afterwards', second);
    assert.equal((await second.call('update', null)).filesDone, 41);
    await seen(second, 'afterwardsOf', 'after.ts');
  });
});
