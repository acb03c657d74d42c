import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';

const assetDirectory = path.resolve(import.meta.dirname, '../../../dist');

describe('The store worker', () => {
  let directory: string;
  let services: Service<StoreContract>[];
  /** The keys of this machine. */
  let vault: Map<string, Uint8Array>;
  const findKey = (keyId: string): Promise<Uint8Array | null> => Promise.resolve(vault.get(keyId) ?? null);

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-store-'));
    services = [];
    vault = new Map();
  });

  afterEach(() => {
    for (const service of services) service.dispose();
    rmSync(directory, { recursive: true });
  });

  function start(): Service<StoreContract> {
    const service = new Service<StoreContract>('store', () => startStoreWorker({ directory, assetDirectory }, findKey));
    services.push(service);
    return service;
  }

  const turn = {
    conversationId: 'conversation-1',
    title: 'Question',
    workspaceUri: null,
    clientMessageId: 'client-1',
    model: { provider: 'ollama', model: 'qwen3' },
    parentId: null,
    owner: 'window-1',
    leaseUntil: Date.now() + 60_000,
  };

  it('serves the store from a thread of its own, with a message of a megabyte', async () => {
    const store = start();
    const text = 'line of text\n'.repeat(80_000);
    await store.call('turns.start', { ...turn, text });
    const conversation = await start().call('conversations.get', { id: 'conversation-1' });
    assert.equal(conversation?.messages[0]?.content, text);
  });

  it('has what was acknowledged after its thread was ended', async () => {
    const store = start();
    const { assistant } = await store.call('turns.start', { ...turn, text: 'Question' });
    for (let piece = 0, offset = 0; piece < 20; piece++) {
      const text = `${piece} `;
      await store.call('turns.append', { messageId: assistant.id, offset, text, reasoningOffset: 0, reasoning: '' });
      offset += text.length;
    }
    store.stop();
    const conversation = await store.call('conversations.get', { id: 'conversation-1' });
    assert.equal(conversation?.messages[1]?.content, Array.from({ length: 20 }, (_, piece) => `${piece} `).join(''));
  });

  it('tells one window what another has written', async () => {
    const [one, other] = [start(), start()];
    await other.call('user.get', null);
    const changed = new Promise((resolve) => other.on('changed', resolve));
    await one.call('turns.start', { ...turn, text: 'Question' });
    const own = await changed;
    assert.ok(typeof own === 'object');
    assert.equal((await other.call('conversations.list', { limit: 1 }))[0]?.title, 'Question');
  });

  it('lets go of the folder when it is closed', async () => {
    const store = start();
    await store.call('user.get', null);
    await store.call('close', null);
    await assert.rejects(store.call('user.get', null), { code: 'closed' });
  });

  it('says why the folder cannot be used', async () => {
    const store = start();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    await assert.rejects(store.call('user.get', null), { code: 'invalid', message: /storage folder/ });
  });
}).timeout(30_000);
