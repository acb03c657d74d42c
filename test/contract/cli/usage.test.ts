import assert from 'node:assert/strict';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { type ModelUse, dayOf } from '../../../src/protocol/usage.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { projectRoot } from '../../harness/project.ts';
import { CliSandbox } from './runCli.ts';

describe('sextant usage', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create({});
  });
  after(() => sandbox.remove());

  it('says that there was none', async () => {
    assert.equal((await sandbox.run(['usage', '--store', 'store'])).err, 'No model was asked in this time.\n');
  });

  it('sums up what was recorded in VS Code', async () => {
    const at = Date.now();
    const paid: ModelUse = {
      ...{ id: 'use-1', at, day: dayOf(at), purpose: 'chat', provider: 'openai', model: 'gpt-5' },
      ...{ workspaceUri: null, persona: null, inputTokens: 1_000, cachedTokens: 0, outputTokens: 200 },
      ...{ isEstimate: false, costMicrousd: 3_250, isBilled: false, savedMicrousd: 0, isCached: false },
      ...{ firstTokenMs: 400, durationMs: 2_400 },
    };
    const old = { ...paid, id: 'use-2', day: dayOf(at - 40 * 86_400_000) };
    const free = { ...paid, id: 'use-3', provider: 'ollama', model: 'qwen3', costMicrousd: null };
    const store = new Service<StoreContract>('store', () =>
      startStoreWorker(
        {
          directory: path.join(sandbox.directory, 'store', 'database'),
          assetDirectory: path.join(projectRoot, 'dist'),
        },
        () => Promise.resolve(null),
      ),
    );
    await store.call('modelUsage.record', { uses: [paid, old, free] });
    await store.call('close', null);
    store.dispose();

    const { out } = await sandbox.run(['usage', '--store', 'store']);
    assert.deepEqual(
      out.split('\n').map((line) => line.replaceAll(/ +/g, ' ')),
      [
        'openai/gpt-5 ≈ $0.0033 1 request, 1000 tokens in, 200 out',
        'ollama/qwen3 no price 1 request, 1000 tokens in, 200 out',
        'all ≈ $0.0033 2 requests, 2000 tokens in, 400 out',
        '',
      ],
    );
    const json = await sandbox.run(['usage', '--by', 'provider', '--days', '90', '--json', '--store', 'store']);
    const sums = JSON.parse(json.out) as readonly { name: string; uses: number; costUsd: number | null }[];
    assert.deepEqual(
      sums.map(({ name, uses, costUsd }) => [name, uses, costUsd]),
      [
        ['openai', 2, 0.0065],
        ['ollama', 1, null],
      ],
    );
    assert.equal((await sandbox.run(['usage', '--by', 'mood'])).code, 2);
  });
});
