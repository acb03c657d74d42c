import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import type { ModelCorrection } from '../../../src/protocol/modelInfo.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, model } from './storeFixture.ts';

describe('The store', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });

  afterEach(() => folder.dispose());

  describe('has one user', () => {
    it('who is made once, also by windows that open together', async () => {
      const others = [folder.open(), folder.open()];
      const users = await Promise.all([store, ...others].map((each) => each.call('user.get', null)));
      assert.equal(new Set(users.map(({ id }) => id)).size, 1);
      assert.match(users[0]!.id, /^[\da-f]{8}-[\da-f]{4}-7/);
      assert.deepEqual([users[0]!.preferredModel, users[0]!.activeConversationId], [null, null]);
    });

    it('whose model and conversation are remembered', async () => {
      await store.call('turns.start', folder.turn());
      await store.call('user.setPreferredModel', { model });
      await store.call('user.setActiveConversation', { conversationId: 'conversation-1' });
      const { preferredModel, activeConversationId } = await folder.open().call('user.get', null);
      assert.deepEqual([preferredModel, activeConversationId], [model, 'conversation-1']);
      await store.call('user.setPreferredModel', { model: null });
      await store.call('user.setActiveConversation', { conversationId: 'never there' });
      const user = await store.call('user.get', null);
      assert.deepEqual([user.preferredModel, user.activeConversationId], [null, null]);
    });

    it('with settings of any JSON', async () => {
      for (const value of [1, 'text', [1, { a: null }], true, null, { nested: { é: '\u{1F9ED}' } }]) {
        await store.call('settings.set', { key: 'a setting', value });
        assert.deepEqual(await store.call('settings.get', { key: 'a setting' }), value);
      }
      assert.equal(await store.call('settings.get', { key: 'another' }), null);
    });
  });

  describe('writes use down', () => {
    const event = {
      type: 'completionShown',
      payload: { model: 'ollama/coder', latencyMs: 120 },
      at: 1_700_000_000_000,
    } as const;
    const stored = (): Promise<unknown> => folder.rows('SELECT event_type, payload, event_time FROM usage_events');

    it('only while the user has opted in', async () => {
      assert.equal(await store.call('usage.add', { events: [event] }), 0);
      await store.call('user.setTelemetryOptIn', { optIn: true });
      assert.equal(await folder.open().call('usage.add', { events: [event] }), 1);
      await store.call('user.setTelemetryOptIn', { optIn: false });
      assert.equal(await store.call('usage.add', { events: [event] }), 0);
      assert.deepEqual(await stored(), [['completionShown', '{"model":"ollama/coder","latencyMs":120}', event.at]]);
    });

    it('but nothing that is too large to be counts and times', async () => {
      await store.call('user.setTelemetryOptIn', { optIn: true });
      const large = { ...event, payload: { model: 'x'.repeat(2_000) } };
      assert.equal(await store.call('usage.add', { events: [large, event] }), 1);
    });
  });

  describe('keeps providers', () => {
    const ollama = {
      name: 'ollama',
      displayName: 'Ollama',
      protocol: 'ollama',
      baseUrl: 'http://127.0.0.1:11434',
      models: [{ id: 'qwen3', contextWindow: 32_768 }],
    };
    const config = { provider: 'ollama', enabled: true, model: 'qwen3', endpoint: null, keyRef: 'sextant/ollama' };

    it('with their models, the last saving wins', async () => {
      await store.call('providers.save', { ...ollama, models: [] });
      await store.call('providers.save', ollama);
      await store.call('providers.save', { ...ollama, name: 'anthropic', baseUrl: null });
      const providers = await store.call('providers.list', null);
      assert.deepEqual(providers, [{ ...ollama, name: 'anthropic', baseUrl: null }, ollama]);
    });

    it('and the user’s settings for those that are known', async () => {
      await assert.rejects(store.call('providerConfigs.save', config), { code: 'not-found' });
      await store.call('providers.save', ollama);
      await store.call('providerConfigs.save', { ...config, enabled: false });
      await store.call('providerConfigs.save', config);
      assert.deepEqual(await store.call('providerConfigs.list', null), [{ ...config, corrections: {} }]);
      const correct = (model: string, correction: ModelCorrection | null): Promise<void> =>
        store.call('providerConfigs.correctModel', { provider: 'ollama', model, correction });
      await correct('qwen3', { contextWindow: 1_000 });
      await correct('__proto__', { displayName: 'Mine' });
      await correct('qwen3', { contextWindow: 2_000, outputLimit: 500 });
      await store.call('providerConfigs.save', config);
      const [kept] = await store.call('providerConfigs.list', null);
      assert.deepEqual(Object.entries(kept?.corrections ?? {}).sort(), [
        ['__proto__', { displayName: 'Mine' }],
        ['qwen3', { contextWindow: 2_000, outputLimit: 500 }],
      ]);
      await correct('qwen3', null);
      await correct('__proto__', null);
      assert.deepEqual(await store.call('providerConfigs.list', null), [{ ...config, corrections: {} }]);
      await store.call('providerConfigs.delete', { provider: 'ollama' });
      await store.call('providerConfigs.delete', { provider: 'ollama' });
      assert.deepEqual(await store.call('providerConfigs.list', null), []);
    });
  });
}).timeout(20_000);
