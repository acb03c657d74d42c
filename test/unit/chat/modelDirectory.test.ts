import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import { RpcPeer, type Silent, channelPair } from '../../../src/base/rpc.ts';
import { ModelDirectory, type ModelSource } from '../../../src/chat/modelDirectory.ts';
import { offlineModel } from '../../../src/chat/offlineModel.ts';
import { modelError } from '../../../src/models/modelError.ts';
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

  it('keeps what the user says of a model over every new list, in every window, until it is taken back', async () => {
    const folder = new StoreFolder();
    let contextWindow = 8_000;
    const own: ModelSource = {
      ...source,
      isAmbient: false,
      isAddressed: () => true,
      list: () => Promise.resolve([{ id: 'qwen3', displayName: 'Qwen 3', contextWindow, outputLimit: 100 }]),
    };
    const [here, there] = [folder.open(), folder.open()].map(
      (store) => new ModelDirectory(store, [own], { find: () => Promise.resolve([]) }, noRoles),
    );
    assert.ok(here !== undefined && there !== undefined);
    const ref = { provider: 'ollama', model: 'qwen3' };
    await Promise.all([here.refresh(), there.load()]);
    await here.correctModel(ref, { displayName: 'Mine', contextWindow: 4_000 });
    contextWindow = 16_000;
    await here.refreshProvider('ollama');
    const mine = { id: 'qwen3', displayName: 'Mine', contextWindow: 4_000, outputLimit: 100 };
    assert.deepEqual(here.infoOf(ref), mine);
    assert.deepEqual(here.known()[0]?.models[0]?.listed.contextWindow, 16_000);
    assert.equal(here.state().providers.at(-1)?.models[0]?.displayName, 'Mine');
    await folder.until(() => Promise.resolve(there.infoOf(ref)?.displayName === 'Mine'));
    await here.correctModel(ref, null);
    assert.deepEqual(here.infoOf(ref), { ...mine, displayName: 'Qwen 3', contextWindow });
    await folder.until(() => Promise.resolve(there.infoOf(ref)?.displayName === 'Qwen 3'));
    await assert.rejects(here.correctModel({ provider: 'ollama', model: 'gone' }, {}), { code: 'not-found' });
    here.dispose();
    there.dispose();
    await folder.dispose();
  });

  it('asks nothing of a provider that is disabled or removed, and lets Offline answer in its place', async () => {
    const folder = new StoreFolder();
    let asked = 0;
    const counted: ModelSource = {
      ...source,
      isAmbient: false,
      list: () => Promise.resolve([{ id: `listed ${asked++}` }]),
    };
    const here = new ModelDirectory(folder.open(), [counted], { find: () => Promise.resolve([]) }, noRoles);
    const state = (): unknown => here.known().map((each) => [each.state, each.models.length]);
    assert.deepEqual((await here.load(), state()), [['not set up', 0]]);
    await here.enable('ollama');
    await here.refreshProvider('ollama');
    await here.pick({ provider: 'ollama', model: 'listed 0' });
    await here.addModel({ provider: 'ollama', model: 'named' });
    await here.correctModel({ provider: 'ollama', model: 'named' }, { displayName: 'Mine' });
    assert.deepEqual(state(), [['set up', 2]]);
    await here.disable('ollama');
    await here.refresh();
    assert.deepEqual(state(), [['disabled', 2]]);
    assert.deepEqual(here.state().model, offlineModel);
    assert.equal(asked, 1);
    await here.enable('ollama');
    assert.equal(here.infoOf({ provider: 'ollama', model: 'named' })?.displayName, 'Mine');
    await here.remove('ollama');
    await here.refresh();
    assert.deepEqual(state(), [['not set up', 0]]);
    await here.enable('ollama');
    assert.deepEqual(state(), [['set up', 0]]);
    assert.equal(asked, 1);
    here.dispose();
    await folder.dispose();
  });

  it('tells a server that is not there from one that refuses', async () => {
    const folder = new StoreFolder();
    for (const kind of ['network', 'auth'] as const) {
      const failing: ModelSource = {
        ...source,
        isAmbient: false,
        isAddressed: () => true,
        list: () => Promise.reject(modelError({ kind, actions: [] }, 'Not now.')),
      };
      const here = new ModelDirectory(folder.open(), [failing], { find: () => Promise.resolve([]) }, noRoles);
      await here.refresh();
      assert.deepEqual(here.known()[0]?.problem, { message: 'Not now.', isUnreachable: kind === 'network' });
      here.dispose();
    }
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
