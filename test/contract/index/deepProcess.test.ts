import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import { startDeepProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { DeepModelContract } from '../../../src/protocol/deepModel.ts';
import { randomModel } from '../../unit/index/deep/randomModel.ts';
import { assetDirectory } from './indexFixture.ts';

describe('The process of the deep model', function () {
  this.timeout(30_000);
  let folder: string;
  let service: Service<DeepModelContract>;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-deep-'));
    symlinkSync(path.join(assetDirectory, 'deepProcess.js'), path.join(folder, 'deepProcess.js'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }');
    service = new Service('deep model', () => startDeepProcess(folder));
  });

  afterEach(() => {
    service.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function putModel(): void {
    writeFileSync(path.join(folder, 'deep-code.bin'), randomModel());
  }

  it('says what the model is, and embeds questions and passages alike', async () => {
    putModel();
    const { id, dimensions } = await service.call('facts', null);
    assert.deepEqual({ id, dimensions }, { id: 'random', dimensions: 32 });
    const question = await service.call('embedQuery', { text: 'open the file' });
    const passages = await service.call('embedPassages', { texts: ['open the file', '', 'close'] });
    assert.equal(passages.length, 3 * dimensions);
    const cosine =
      question.reduce((sum, value, i) => sum + value * passages[i]!, 0) / length(passages.slice(0, dimensions));
    assert.ok(cosine > 0.999, `the same text, as int8: ${cosine}`);
    assert.ok(Math.abs(length(question) - 1) < 1e-5);
  });

  it('stops between two passages when nobody wants them any more, and answers questions in between', async () => {
    putModel();
    await service.call('limitCpu', { percent: 1 });
    const stop = new AbortController();
    const texts = Array.from({ length: 1024 }, (_, i) => `passage ${i} `.repeat(60));
    const running = service.call('embedPassages', { texts }, stop.signal);
    const refused = assert.rejects(running, { code: 'aborted' });
    // The passages would take many seconds.
    await service.call('embedQuery', { text: 'open' });
    stop.abort();
    await refused;
    const use = await service.call('use', null);
    assert.ok(use.memoryBytes > 0 && use.processorMs > 0);
  });

  it('takes less of the processor when it is told to, and still comes to an end', async () => {
    putModel();
    await service.call('limitCpu', { percent: 5 });
    await service.call('userActive', null);
    assert.equal((await service.call('embedPassages', { texts: ['one', 'two'] })).length, 64);
  });

  it('says where there is no model, or a broken one', async () => {
    await assert.rejects(service.call('facts', null), { code: 'not-found', message: /embedding model is missing/ });
    service.stop();
    writeFileSync(path.join(folder, 'deep-code.bin'), randomModel().subarray(0, 5000));
    await assert.rejects(service.call('embedQuery', { text: 'x' }), {
      code: 'damaged',
      message: /Install Sextant again/,
    });
  });

  it('refuses what is not a list of texts', async () => {
    putModel();
    const call = service.call as (method: string, params: unknown) => Promise<unknown>;
    for (const params of [null, {}, { texts: 'abc' }, { texts: [1] }, { texts: new Array(5000).fill('') }])
      await assert.rejects(call('embedPassages', params), { code: 'invalid' });
    await assert.rejects(call('embedQuery', { text: 7 }), { code: 'invalid' });
    await assert.rejects(call('limitCpu', { percent: Number.NaN }), { code: 'invalid' });
    assert.equal((await service.call('embedPassages', { texts: [] })).length, 0);
  });
});

function length(vector: Iterable<number>): number {
  return Math.sqrt([...vector].reduce((sum, value) => sum + value * value, 0));
}
