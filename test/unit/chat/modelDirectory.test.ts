import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import { RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import { ModelDirectory, type ModelSource } from '../../../src/chat/modelDirectory.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';

/** What a directory reads of the store. */
interface ReadContract {
  readonly requests: Pick<StoreContract['requests'], 'user.get' | 'providers.list' | 'providerConfigs.list'>;
  readonly events: Record<never, never>;
}

const preferredModel = { provider: 'ollama', model: 'qwen3' };

const source: ModelSource = {
  name: 'ollama',
  displayName: 'Ollama',
  protocol: 'ollama',
  isAmbient: true,
  list: () => Promise.resolve([{ id: 'qwen3' }]),
  open: () => Promise.reject(new Error('not asked for here')),
  prepare: () => Promise.resolve(),
};

describe('the directory of models', () => {
  let isStoreWell: boolean;
  let directory: ModelDirectory;

  beforeEach(() => {
    isStoreWell = true;
    const [here, there] = channelPair();
    new RpcPeer<ReadContract, Silent>(there, {
      handlers: {
        'user.get': () => {
          if (!isStoreWell) throw new SextantError('disk-full', 'The disk is full.');
          return { id: 'user', preferredModel, activeConversationId: null };
        },
        'providers.list': () => [],
        'providerConfigs.list': () => [],
      },
    });
    const store = new RpcPeer<Silent, StoreContract>(here, { handlers: {} });
    directory = new ModelDirectory(store, [source], { find: () => Promise.resolve([]) });
  });

  it('reads the store again after it could not be read', async () => {
    isStoreWell = false;
    await assert.rejects(directory.load(), /disk is full/);
    await directory.refresh();
    isStoreWell = true;
    await directory.load();
    assert.deepEqual(directory.state().model, preferredModel);
  });

  it('offers another model where the provider of one that was picked is gone', async () => {
    await assert.rejects(directory.open({ provider: 'gone', model: 'x' }), {
      code: 'model',
      message: /no provider “gone”/,
      data: { kind: 'not-found', actions: ['pick-model', 'use-offline'] },
    });
  });
});
