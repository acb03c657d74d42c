import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fileLock } from '../../../src/storage/engine/fileLock.node.ts';

const source = pathToFileURL(path.join(import.meta.dirname, '../../../src/storage/engine/fileLock.node.ts')).href;

describe('The lock of the store between the threads of a process', () => {
  let directory: string;
  let thread: Worker;

  beforeEach(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-lock-'));
    thread = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.source).then(({ fileLock }) => {
        const lock = fileLock(workerData.directory);
        parentPort.postMessage(lock.tryAcquire());
        parentPort.on('message', () => { lock.release(); parentPort.postMessage('released'); });
      });`,
      { eval: true, workerData: { source, directory } },
    );
    assert.equal(await message(), true);
  });

  afterEach(async () => {
    await thread.terminate();
    rmSync(directory, { recursive: true });
  });

  const message = (): Promise<unknown> => new Promise((resolve) => thread.once('message', resolve));
  const age = (seconds: number): void => {
    const then = Date.now() / 1_000 - seconds;
    utimesSync(path.join(directory, 'lock'), then, then);
  };

  it('stays with a thread that lives, however busy that is', () => {
    age(10);
    assert.equal(fileLock(directory).tryAcquire(), false);
  });

  it('goes over when that thread releases it', async () => {
    thread.postMessage('release');
    assert.equal(await message(), 'released');
    const lock = fileLock(directory);
    assert.equal(lock.tryAcquire(), true);
    lock.release();
    assert.equal(lock.isTaken(), false);
  });

  it('is taken over at once from a thread that has ended', async () => {
    await thread.terminate();
    const lock = fileLock(directory);
    assert.equal(lock.isTaken(), true);
    assert.equal(lock.tryAcquire(), true);
    lock.release();
  });

  it('is taken over from a thread that has not renewed it for a minute', () => {
    age(61);
    const lock = fileLock(directory);
    assert.equal(lock.tryAcquire(), true);
    lock.release();
  });
});
