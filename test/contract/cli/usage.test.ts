import assert from 'node:assert/strict';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { type ModelUse, type UsageDimension, dayOf } from '../../../src/protocol/usage.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { projectRoot } from '../../harness/project.ts';
import { CliSandbox } from './runCli.ts';

interface PrintedSum {
  readonly name: string | null;
  readonly uses: number;
  readonly unpriced: number;
  readonly costUsd: number | null;
}

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
    const sums = JSON.parse(json.out) as readonly PrintedSum[];
    assert.deepEqual(
      sums.map(({ name, uses, costUsd }) => [name, uses, costUsd]),
      [
        ['openai', 2, 0.0065],
        ['ollama', 1, null],
      ],
    );
    assert.equal((await sandbox.run(['usage', '--by', 'mood'])).code, 2);
  });

  describe('of the command line', () => {
    let server: ModelServer;
    const code = 'function sum(a, b) {\n  return \n}\n';

    before(async () => {
      server = await startModelServer();
      await sandbox.write({ 'sum.js': code });
    });
    after(() => server.close());

    const at = (...args: readonly string[]): string[] => [...args, '--base-url', server.address, '--store', 'cli'];
    const ask = (model: string): ReturnType<CliSandbox['run']> =>
      sandbox.run(at('ask', 'project', 'What is summed up?', '--provider', 'anthropic', '--model', model), {
        env: { ANTHROPIC_API_KEY: 'test-key-1a2b3c4d' },
      });
    async function used(by: UsageDimension): Promise<readonly PrintedSum[]> {
      return JSON.parse((await sandbox.run(['usage', '--json', '--by', by, '--store', 'cli'])).out) as PrintedSum[];
    }

    it('has a row for each answer with what it cost, one that was stopped among them, and none for a refusal', async () => {
      assert.equal((await ask('claude-sonnet-4-5')).code, 0);
      assert.equal((await ask('status-401')).code, 1);
      server.enqueue({ type: 'stall', text: 'The first words ' });
      const stopped = ask('of-no-price');
      await stopped.hasPrinted('The first words');
      stopped.child.kill('SIGINT');
      assert.equal((await stopped).code, 130);
      const sums = await used('model');
      assert.deepEqual(sums.map(({ name, uses, unpriced }) => [name, uses, unpriced]).sort(), [
        ['anthropic/claude-sonnet-4-5', 1, 0],
        ['anthropic/of-no-price', 1, 0],
      ]);
      assert.ok((sums.find(({ name }) => name?.includes('sonnet'))?.costUsd ?? 0) > 0);
      assert.match((await used('workspace'))[0]?.name ?? '', /^file:.*\/project$/);
    });

    it('has a row for each completion, also of a model that would have gone on', async () => {
      server.enqueue({ type: 'stall', text: 'a + b;\n}\n\nfunction other() {}\n' });
      const place = ['project/sum.js', '--line', '2', '--column', '10'];
      assert.equal((await sandbox.run(at('complete', ...place, '--model', 'coder'))).out, 'a + b;\n');
      const sums = await used('purpose');
      assert.deepEqual(sums.map(({ name, uses }) => [name, uses]).sort(), [
        ['chat', 2],
        ['completion', 1],
      ]);
    });
  });
});
