import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DeepQuestions } from '../../../src/index/deep/deepQuestions.ts';
import { DeepService } from '../../../src/index/deep/deepService.node.ts';
import { randomModel } from '../../unit/index/deep/randomModel.ts';
import { childrenOf } from './childrenOf.ts';
import { assetDirectory, until } from './indexFixture.ts';

/** A busy machine must not be taken for a process that hangs. */
const SILENCE_MS = 2000;

describe('A process of the deep model that hangs', function () {
  this.timeout(120_000);
  let folder: string;
  let service: DeepService;
  const { signal } = new AbortController();

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-hang-'));
    symlinkSync(path.join(assetDirectory, 'deepProcess.js'), path.join(folder, 'deepProcess.js'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }');
    writeFileSync(path.join(folder, 'deep-code.bin'), randomModel());
    service = new DeepService(folder, SILENCE_MS);
  });

  afterEach(() => {
    service.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The process, once it answers, is stopped. */
  async function hang(): Promise<number> {
    const before = childrenOf(process.pid);
    await answered();
    const [child = 0] = childrenOf(process.pid).filter((each) => !before.includes(each));
    assert.ok(child > 0);
    process.kill(child, 'SIGSTOP');
    return child;
  }

  async function answered(): Promise<void> {
    await until(
      () => service.embedPassages(['open the file'], signal).catch(() => []),
      (vectors) => vectors.length === 1,
    );
  }

  it('is ended, and another takes its place', async () => {
    const child = await hang();
    await assert.rejects(service.embedPassages(['open', 'the', 'file'], signal), { code: 'closed' });
    await until(
      () => Promise.resolve(childrenOf(process.pid)),
      (left) => !left.includes(child),
    );
    await answered();
  });

  it('holds up no search, and the question has its vector from the next one', async () => {
    await hang();
    const questions = new DeepQuestions(service);
    assert.equal(await questions.vectorOf('open the file', 'short', signal), undefined);
    const vector = await until(
      () => questions.vectorOf('open the file', 'short', signal),
      (found) => found !== undefined,
    );
    assert.equal(vector?.length, service.facts?.dimensions);
    questions.dispose();
  });

  it('is not taken for one that has much to do', async () => {
    await answered();
    service.limitCpu(1);
    const texts = Array.from({ length: 60 }, (_, i) => `passage ${i} `.repeat(60));
    assert.equal((await service.embedPassages(texts, signal)).length, texts.length);
  });
});
