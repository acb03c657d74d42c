import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { processChannel } from '../../../src/base/channels.node.ts';
import { Service, type StartedService } from '../../../src/base/service.ts';
import { forkIndexProcess, startIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { ContextIndexContract } from '../../../src/protocol/contextIndex.ts';
import { assetDirectory, IndexFixture, moduleText, paths, until } from './indexFixture.ts';

const KILLS = process.env['SEXTANT_CAMPAIGN'] === '1' ? 60 : 4;

describe('An index that was interrupted', function () {
  this.timeout(60_000);
  let fixture: IndexFixture;
  let children: ChildProcess[];

  beforeEach(() => {
    fixture = new IndexFixture();
    children = [];
  });

  afterEach(() => {
    fixture.dispose();
  });

  /** As `startIndexProcess` does it, with a hand on the child. */
  const start = (): StartedService => {
    const child = forkIndexProcess(assetDirectory);
    children.push(child);
    return { channel: processChannel(child), stop: () => child.kill() };
  };

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };

  const storeFolder = (): string => path.join(fixture.store, readdirSync(fixture.store)[0]!);

  async function assertComplete(files: number): Promise<void> {
    const index = await fixture.open({ start });
    const status = await index.call('update', null);
    assert.deepEqual([status.phase, status.filesDone, status.filesTotal], ['ready', files, files]);
    for (const number of [0, 7, files - 1]) {
      const hits = await index.call('search', { query: `word${number}x`, limit: 1 });
      assert.deepEqual(paths(hits), [`m${number}.ts`]);
    }
    const all = await index.call('search', { query: 'computes the total of all values', limit: 1000 });
    assert.equal(new Set(all.map((hit) => `${hit.path}:${hit.startLine}`)).size, all.length, 'no chunk is there twice');
    await index.call('close', null);
  }

  function manyFiles(count: number): void {
    fixture.write(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
  }

  for (const share of [0.1, 0.5, 0.9]) {
    it(`by a kill at ${share * 100} % is whole after the next start`, async () => {
      manyFiles(200);
      const index = await fixture.open({ start });
      const update = index.call('update', null).catch(() => 'interrupted');
      await until(
        () => index.call('status', null),
        ({ filesDone }) => filesDone >= share * 200,
      );
      await kill(children[0]!);
      await update;
      await assertComplete(200);
    });
  }

  it('by kills at any moment, again and again, is whole in the end', async () => {
    manyFiles(60);
    for (let round = 0; round < KILLS; round++) {
      const index = await fixture.open({ start });
      fixture.write({
        [`m${round % 60}.ts`]: moduleText(`word${round % 60}x`),
        'late.ts': moduleText(`late${round}x`),
      });
      const working = index.call('update', null).then(() => index.call('close', null));
      const child = children.at(-1)!;
      await Promise.race([working, new Promise((resolve) => setTimeout(resolve, Math.random() * 700))]).catch(() => 0);
      await kill(child);
      await working.catch(() => 'interrupted');
    }
    rmSync(fixture.at('late.ts'));
    await assertComplete(60);
  });

  it('by a kill right after it was done has lost nothing', async () => {
    manyFiles(50);
    const index = await fixture.open({ start });
    await index.call('update', null);
    await kill(children[0]!);
    await assertComplete(50);
  });

  it('by a kill after changes to what was saved is as the files are', async () => {
    manyFiles(50);
    const first = await fixture.open({ start });
    await first.call('update', null);
    await first.call('close', null);
    const second = await fixture.open({ start });
    fixture.write({ 'm0.ts': moduleText('word0x another'), 'm50.ts': moduleText('word50x') });
    rmSync(fixture.at('m1.ts'));
    await second.call('update', null);
    await kill(children[1]!);
    const third = await fixture.open({ start });
    await third.call('update', null);
    assert.deepEqual(paths(await third.call('search', { query: 'word50xOf', limit: 1 })), ['m50.ts']);
    assert.equal((await third.call('status', null)).filesDone, 50);
    assert.ok(!paths(await third.call('search', { query: 'word1xOf', limit: 20 })).includes('m1.ts'));
  });

  for (const [what, damage] of Object.entries<(folder: string) => void>({
    'search.bin cut in half': (folder) => {
      truncateSync(path.join(folder, 'search.bin'), 5000);
    },
    'search.bin full of garbage': (folder) => {
      writeFileSync(path.join(folder, 'search.bin'), 'garbage');
    },
    'search.bin with one wrong byte': (folder) => {
      flip(path.join(folder, 'search.bin'));
    },
    'search.bin gone': (folder) => {
      rmSync(path.join(folder, 'search.bin'));
    },
    'rows gone': (folder) => {
      rmSync(path.join(folder, 'rows'), { recursive: true });
    },
    'rows full of garbage': (folder) => {
      for (const name of readdirSync(path.join(folder, 'rows')))
        writeFileSync(path.join(folder, 'rows', name), 'garbage');
    },
    'vectors gone': (folder) => {
      rmSync(path.join(folder, 'vectors'), { recursive: true });
      rmSync(path.join(folder, 'search.bin'));
    },
    'vectors full of garbage': (folder) => {
      for (const name of readdirSync(path.join(folder, 'vectors')))
        writeFileSync(path.join(folder, 'vectors', name), 'garbage'.repeat(1000));
      rmSync(path.join(folder, 'search.bin'));
    },
    'everything gone': (folder) => {
      rmSync(folder, { recursive: true });
    },
  })) {
    it(`is whole again with ${what}`, async () => {
      manyFiles(30);
      const index = await fixture.open({ start });
      await index.call('update', null);
      await index.call('close', null);
      damage(storeFolder());
      await assertComplete(30);
    });
  }

  it('of another window is taken over, and searched until then', async () => {
    manyFiles(30);
    const first = await fixture.open({ start });
    await first.call('update', null);
    await first.call('close', null);
    const owner = await fixture.open({ start, autoIndex: true });
    await until(
      () => owner.call('status', null),
      ({ phase }) => phase === 'ready',
    );
    const reader = await fixture.open({ start, autoIndex: true });
    assert.deepEqual(paths(await reader.call('search', { query: 'word7x', limit: 1 })), ['m7.ts']);
    await assert.rejects(reader.call('rebuild', null), { code: 'conflict' });
    fixture.write({ 'new.ts': moduleText('brandnew') });
    await kill(children[1]!);
    const hits = await until(
      () => reader.call('search', { query: 'brandnewOf', limit: 1 }),
      ([hit]) => hit?.path === 'new.ts',
    );
    assert.equal(hits.length, 1);
    await reader.call('close', null);
  });

  it('rejects calls, and harms nobody, where the process cannot be started', async () => {
    const { execPath } = process;
    process.execPath = path.join(fixture.store, 'gone');
    const service = new Service<ContextIndexContract>('index process', () => startIndexProcess(assetDirectory));
    try {
      await assert.rejects(service.call('status', null), { code: 'closed' });
    } finally {
      process.execPath = execPath;
      service.dispose();
    }
  });

  it('is given no key of the environment', async function () {
    if (process.platform !== 'linux') this.skip();
    process.env['LM_API_TOKEN'] = 'a-key-of-a-test';
    try {
      const index = await fixture.open({ start });
      await index.call('status', null);
      const environment = readFileSync(`/proc/${String(children[0]?.pid)}/environ`, 'utf8');
      assert.match(environment, /(?:^|\0)PATH=/);
      assert.doesNotMatch(environment, /a-key-of-a-test/);
    } finally {
      delete process.env['LM_API_TOKEN'];
    }
  });

  it('ends with the process that started it', async () => {
    manyFiles(10);
    const index = await fixture.open({ start });
    await index.call('update', null);
    const ended = new Promise((resolve) => children[0]!.on('exit', resolve));
    children[0]!.disconnect();
    await ended;
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 16;
  writeFileSync(file, bytes);
}
