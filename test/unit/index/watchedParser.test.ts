import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unpackChunks } from '../../../src/index/chunks/packChunks.ts';
import { WatchedParser } from '../../../src/index/watchedParser.node.ts';
import { assetDirectory } from './assets.ts';

/**
 * The real worker, with a trap before it: a text that says so makes the thread hang or die, as a
 * grammar gone wrong would.
 */
const trapped = `
const { parentPort } = require('node:worker_threads');
const on = parentPort.on.bind(parentPort);
parentPort.on = (name, listener) => on(name, name !== 'message' ? listener : (frame) => {
  const { text, by } = frame.params ?? {};
  if (text?.includes('HANG') && (by === 'language' || text.includes('ALWAYS'))) for (;;);
  if (text?.includes('CRASH') && by === 'language') process.exit(3);
  listener(frame);
});
require('./realWorker.js');
`;

describe('WatchedParser', function () {
  this.timeout(60_000);
  let directory = '';
  let restarts: string[];
  let parser: WatchedParser;
  let data: ConstructorParameters<typeof WatchedParser>[0];
  const onRestart = (message: string): void => void restarts.push(message);

  before(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-parser-'));
    for (const name of readdirSync(assetDirectory)) {
      if (/^(web-tree-sitter|tree-sitter-typescript|tiktoken_bg)\.wasm$|^package\.json$/.test(name)) {
        copyFileSync(path.join(assetDirectory, name), path.join(directory, name));
      }
    }
    copyFileSync(path.join(assetDirectory, 'parseWorker.js'), path.join(directory, 'realWorker.js'));
    writeFileSync(path.join(directory, 'parseWorker.js'), trapped);
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(() => {
    const model = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));
    data = { assetDirectory: directory, model };
    restarts = [];
    parser = new WatchedParser(data, onRestart, undefined, { patienceMs: 1000 });
  });

  afterEach(() => {
    parser.dispose();
  });

  const chunk = (text: string, name = 'a.ts'): Promise<string[]> =>
    parser.parse({ path: name, text }).then(({ chunks }) => unpackChunks(chunks).map(({ kind }) => kind));

  it('chunks, embeds and counts', async () => {
    assert.deepEqual(await chunk('class A {}\n'), ['class']);
    assert.equal((await parser.embed(['read a file', 'write'])).length, 512);
    assert.deepEqual(await parser.countTokens({ texts: ['hello world'] }), [2]);
    assert.deepEqual(restarts, []);
  });

  it('chunks a file by lines over which the worker hangs, and the others as they are', async () => {
    await chunk('class Warm {}');
    const jobs = ['class A {}', 'class HANG {}', 'class B {}', 'class C {}'].map((text) => chunk(text));
    assert.deepEqual(await Promise.all(jobs), [['class'], ['text'], ['class'], ['class']]);
    assert.equal(restarts.length, 1);
  });

  it('chunks a file by lines over which the worker dies', async () => {
    assert.deepEqual(await Promise.all([chunk('class CRASH {}'), chunk('class B {}')]), [['text'], ['class']]);
  });

  it('leaves a worker alone whose answer this thread was too busy to take', async () => {
    const eager = new WatchedParser(data, onRestart, undefined, { patienceMs: 300 });
    const chunks = () =>
      eager.parse({ path: 'a.txt', text: 'some words' }).then(({ chunks }) => unpackChunks(chunks).length);
    await chunks();
    restarts.length = 0;
    const parsing = chunks();
    // Longer than its patience, of processor time as well.
    for (const start = process.cpuUsage().user; process.cpuUsage().user - start < 400_000;);
    assert.equal(await parsing, 1);
    assert.deepEqual(restarts, []);
    eager.dispose();
  });

  it('gives a file up that hangs either way, and goes on', async () => {
    const hanging = chunk('class HANG ALWAYS {}');
    const other = chunk('class B {}');
    await assert.rejects(hanging, { name: 'SextantError' });
    assert.deepEqual(await other, ['class']);
  });

  it('ends the thread when it has nothing to do, and starts another for the next file', async () => {
    const brief = new WatchedParser(data, onRestart, undefined, { restMs: 1 });
    for (let round = 0; round < 2; round++) {
      const { chunks } = await brief.parse({ path: 'a.ts', text: 'class A {}' });
      assert.deepEqual(
        unpackChunks(chunks).map(({ kind }) => kind),
        ['class'],
      );
      while (brief.isRunning) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(restarts, []);
    brief.dispose();
  });

  it('reads what it is warmed up with once for each language, also when the thread dies over it', async () => {
    const read: string[] = [];
    const warmUp = (language: string): void => {
      parser.warmUp(language, () => {
        read.push(language);
        return { path: 'a.ts', text: language === 'broken' ? 'class CRASH {}' : 'class A {}' };
      });
    };
    for (const language of ['typescript', 'typescript', 'tsx', 'typescript']) warmUp(language);
    await chunk('class B {}');
    assert.deepEqual(read, ['typescript', 'tsx']);
    warmUp('broken');
    await chunk('class B {}');
    for (const language of ['broken', 'typescript']) warmUp(language);
    assert.deepEqual(read, ['typescript', 'tsx', 'broken']);
  });

  it('refuses what waits when it is closed', async () => {
    const waiting = chunk('class HANG {}');
    parser.dispose();
    await assert.rejects(waiting, { code: 'closed' });
    await assert.rejects(chunk('class A {}'), { code: 'closed' });
  });
});
