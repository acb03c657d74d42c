import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { diffFiles } from '../../../../src/index/files/diffFiles.ts';
import { FileQueue } from '../../../../src/index/folder/fileQueue.ts';
import { Lease } from '../../../../src/index/folder/lease.node.ts';
import { type FolderStatus, overallStatus } from '../../../../src/index/overallStatus.ts';
import { Turns } from '../../../../src/base/turns.ts';

describe('diffFiles', () => {
  const known = [
    { path: 'same', sizeBytes: 1, modifiedUs: 1 },
    { path: 'longer', sizeBytes: 1, modifiedUs: 1 },
    { path: 'touched', sizeBytes: 1, modifiedUs: 1 },
    { path: 'gone', sizeBytes: 1, modifiedUs: 1 },
  ];

  it('tells changed, new and removed files', () => {
    const listed = [
      { path: 'same', sizeBytes: 1, modifiedUs: 1 },
      { path: 'longer', sizeBytes: 2, modifiedUs: 1 },
      { path: 'touched', sizeBytes: 1, modifiedUs: 2 },
      { path: 'new', sizeBytes: 1, modifiedUs: 1 },
    ];
    assert.deepEqual(diffFiles(known, listed), { changed: ['longer', 'touched', 'new'], removed: ['gone'] });
    assert.deepEqual(diffFiles([], []), { changed: [], removed: [] });
  });
});

describe('FileQueue', () => {
  it('hands out each path once, what was just saved first', () => {
    const queue = new FileQueue();
    for (const path of ['a', 'b', 'c', 'a']) queue.add(path, { urgent: false, isNew: true });
    queue.add('c', { urgent: true, isNew: false });
    queue.add('d', { urgent: true, isNew: false });
    assert.deepEqual(queue.take(3), ['c', 'd', 'a']);
    assert.deepEqual(queue.take(3), ['b']);
    assert.deepEqual(queue.take(3), []);
  });

  it('keeps a path back that is being worked on, and does not lose it', () => {
    const queue = new FileQueue();
    queue.add('a', { urgent: false, isNew: true });
    assert.deepEqual(queue.take(1), ['a']);
    queue.add('a', { urgent: true, isNew: false });
    assert.deepEqual(queue.take(1), []);
    assert.equal(queue.newCount, 1);
    queue.done(['a']);
    assert.deepEqual([queue.size, queue.newCount], [1, 1]);
    assert.deepEqual(queue.take(1), ['a']);
    queue.done(['a']);
    assert.deepEqual([queue.size, queue.newCount], [0, 0]);
  });

  it('forgets what waits, not what is in work', () => {
    const queue = new FileQueue();
    for (const path of ['a', 'b']) queue.add(path, { urgent: false, isNew: true });
    queue.take(1);
    queue.clear();
    assert.deepEqual([queue.size, queue.newCount], [1, 1]);
    queue.done(['a']);
    assert.deepEqual([queue.size, queue.newCount], [0, 0]);
  });
});

describe('Turns', () => {
  it('lets one work at a time, in order, and goes on after a failure', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const slow = turns.run(async () => {
      seen.push('slow begins');
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push('slow ends');
      throw new Error('no');
    });
    const quick = turns.run(async () => {
      seen.push('quick');
      return 7;
    });
    await assert.rejects(slow, /no/);
    assert.equal(await quick, 7);
    assert.deepEqual(seen, ['slow begins', 'slow ends', 'quick']);
  });
});

describe('Lease', () => {
  let directory = '';
  let file = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-lease-'));
    file = path.join(directory, 'owner');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('has one owner at a time', () => {
    const first = new Lease(file);
    const second = new Lease(file);
    assert.equal(first.tryAcquire(), true);
    assert.equal(second.tryAcquire(), false);
    assert.deepEqual([first.renew(), second.renew()], [true, false]);
    second.release();
    assert.equal(first.renew(), true, 'releasing what one does not have changes nothing');
    first.release();
    assert.equal(second.tryAcquire(), true);
  });

  it('is taken over from a process that has died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('exit', resolve));
    writeFileSync(file, `${child.pid} ${os.hostname()} x`);
    assert.equal(new Lease(file).tryAcquire(), true);
  });

  it('is taken over from one that does not renew it, who then notices', () => {
    const first = new Lease(file);
    first.tryAcquire();
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    const second = new Lease(file);
    assert.equal(second.tryAcquire(), true);
    assert.equal(first.renew(), false);
    first.release();
    assert.ok(existsSync(file));
  });

  for (const [what, mark] of [
    ['garbage', '\0\0'],
    ['nothing', ''],
  ] as const) {
    it(`is not blocked for ever by ${what}`, () => {
      writeFileSync(file, mark);
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(file, longAgo, longAgo);
      assert.equal(new Lease(file).tryAcquire(), true);
    });
  }
});

describe('overallStatus', () => {
  const ready: FolderStatus = { phase: 'ready', filesDone: 3, filesTotal: 3, chunks: 9, skipped: { binary: 1 } };

  it('adds up', () => {
    const indexing: FolderStatus = {
      phase: 'indexing',
      filesDone: 1,
      filesTotal: 4,
      chunks: 2,
      skipped: { binary: 2, secret: 1 },
    };
    assert.deepEqual(overallStatus([ready, indexing]), {
      phase: 'indexing',
      filesDone: 4,
      filesTotal: 7,
      chunks: 11,
      skipped: { binary: 3, secret: 1 },
    });
  });

  it('says first what the user has to know', () => {
    const failed: FolderStatus = { ...ready, phase: 'failed', message: 'The disk is full.' };
    const limited: FolderStatus = { ...ready, message: 'Too many files.' };
    assert.equal(overallStatus([limited, failed]).phase, 'failed');
    assert.equal(overallStatus([limited, failed]).message, 'Too many files. The disk is full.');
  });

  it('is “none” without folders', () => {
    assert.deepEqual(overallStatus([]), { phase: 'none', filesDone: 0, filesTotal: 0, chunks: 0, skipped: {} });
  });
});
