import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import { RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import { ModelDirectory, type ModelSource } from '../../../src/chat/modelDirectory.ts';
import { offlineModel } from '../../../src/chat/offlineModel.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder } from '../storage/storeFixture.ts';

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
  isAddressed: () => false,
  list: () => Promise.resolve([{ id: 'qwen3' }]),
  open: () => Promise.reject(new Error('not asked for here')),
  prepare: () => Promise.resolve(),
};

const noRoles = { model: () => null, fallbacks: () => [] };

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
    directory = new ModelDirectory(store, [source], { find: () => Promise.resolve([]) }, noRoles);
  });

  it('reads the store again after it could not be read', async () => {
    isStoreWell = false;
    await assert.rejects(directory.load(), /disk is full/);
    await directory.refresh();
    isStoreWell = true;
    await directory.load();
    assert.deepEqual(directory.state().model, preferredModel);
  });

  it('offers in every window what one has set up', async () => {
    const folder = new StoreFolder();
    const other: ModelSource = { ...source, name: 'mistral', displayName: 'Mistral', isAmbient: false };
    const [here, there] = [folder.open(), folder.open()].map(
      (store) => new ModelDirectory(store, [other], { find: () => Promise.resolve([]) }, noRoles),
    );
    assert.ok(here !== undefined && there !== undefined);
    const offered = (): string[] => there.state().providers.map(({ displayName }) => displayName);
    await there.load();
    assert.deepEqual(offered(), ['Offline']);
    await here.enable('mistral');
    await here.refreshProvider('mistral');
    await folder.until(() =>
      Promise.resolve(
        there.state().providers.some(({ provider, models }) => provider === 'mistral' && models.length > 0),
      ),
    );
    assert.deepEqual(offered(), ['Offline', 'Mistral']);
    assert.deepEqual(there.state().model, offlineModel, 'what is picked stays each window’s own');

    const models = (of: ModelDirectory): string[] =>
      of
        .state()
        .providers.flatMap(({ provider, models }) =>
          provider === 'mistral' ? models.map(({ ref }) => ref.model) : [],
        );
    await here.addModel({ provider: 'mistral', model: 'my-own' });
    await here.addModel({ provider: 'mistral', model: 'my-own' });
    await here.refreshProvider('mistral');
    assert.deepEqual(models(here), ['qwen3', 'my-own'], 'what the user named outlives a new list');
    await folder.until(() => Promise.resolve(models(there).length === 2));
    assert.deepEqual(models(there), ['qwen3', 'my-own']);
    here.dispose();
    there.dispose();
    await folder.dispose();
  });

  it('offers a provider whose address the user has written down', async () => {
    const folder = new StoreFolder();
    let isAddressed = false;
    const addressed: ModelSource = { ...source, isAmbient: false, isAddressed: () => isAddressed };
    const servers = [{ provider: 'ollama', displayName: 'Ollama', address: 'http://127.0.0.1:11434' }];
    const store = folder.open();
    const here = new ModelDirectory(store, [addressed], { find: () => Promise.resolve(servers) }, noRoles);
    const names = (): string[] => here.state().providers.map(({ displayName }) => displayName);
    await here.refresh();
    assert.deepEqual([names(), here.state().offers.length], [['Offline'], 1]);
    isAddressed = true;
    await here.refresh();
    assert.deepEqual([names(), here.state().offers.length], [['Offline', 'Ollama'], 0]);
    assert.deepEqual(
      here
        .state()
        .providers.at(-1)
        ?.models.map(({ ref }) => ref.model),
      ['qwen3'],
    );
    here.dispose();
    await folder.dispose();
  });

  it('offers another model where the provider of one that was picked is gone', async () => {
    await assert.rejects(directory.open({ provider: 'gone', model: 'x' }, 'chat'), {
      code: 'model',
      message: /no provider “gone”/,
      data: { kind: 'not-found', actions: ['pick-model', 'use-offline'] },
    });
  });
});
