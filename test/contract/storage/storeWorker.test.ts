import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';

const assetDirectory = path.resolve(import.meta.dirname, '../../../dist');

describe('The store worker', () => {
  let directory: string;
  let services: Service<StoreContract>[];
  /** The keys of this machine. */
  let vault: Map<string, Uint8Array>;
  const findKey = (keyId: string): Promise<Uint8Array | null> => Promise.resolve(vault.get(keyId) ?? null);

  beforeEach(() => {
    directory = path.join(mkdtempSync(path.join(os.tmpdir(), 'sextant-store-')), 'store');
    services = [];
    vault = new Map();
  });

  afterEach(() => {
    for (const service of services) service.dispose();
    rmSync(path.dirname(directory), { recursive: true });
  });

  function start(): Service<StoreContract> {
    const service = new Service<StoreContract>('store', () => startStoreWorker({ directory, assetDirectory }, findKey));
    services.push(service);
    return service;
  }

  /** What `work` gives, during which the store answers something else. */
  async function answering<T>(store: Service<StoreContract>, work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    await store.call('settings.get', { key: 'key' });
    assert.equal(isDone, false);
    return done;
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

  it('answers while a backup is written, restored and tidied up after, and goes on with what was restored', async () => {
    const store = start();
    const leaseUntil = 0;
    await store.call('turns.start', { ...turn, leaseUntil, text: 'line of text\n'.repeat(4_000) });
    const file = path.join(directory, 'backup.tar.gz');
    await answering(store, store.call('backups.create', { file }));
    await store.call('turns.start', { ...turn, leaseUntil, conversationId: 'conversation-2', text: 'Later' });
    const changed = new Promise((resolve) => store.on('changed', resolve));
    await answering(store, store.call('backups.restore', { file, dryRun: false }));
    const titles = await store.call('conversations.list', { limit: 10 });
    assert.deepEqual(
      titles.map(({ id }) => id),
      ['conversation-1'],
    );
    await changed;
    const options = { retentionDays: 0, backsUp: true, occasion: 'asked' } as const;
    const report = await answering(store, store.call('maintenance.run', options));
    assert.ok(report.steps.every(({ outcome }) => outcome !== 'failed'));
    await assert.rejects(store.call('backups.restore', { file: `${file}.gz`, dryRun: true }), { code: 'not-found' });
  });

  it('fetches the key of an encrypted store for a backup, too', async () => {
    const store = start();
    const secret = newStoreSecret();
    vault.set(openStoreKey(secret).id, secret);
    await store.call('encryption.turnOn', { secret });
    const file = path.join(directory, 'backup.tar.gz.sealed');
    assert.equal((await store.call('backups.create', { file })).isSealed, true);
  });

  it('says why the folder cannot be used', async () => {
    const store = start();
    writeFileSync(directory, '');
    await assert.rejects(store.call('user.get', null), { code: 'invalid', message: /storage folder/ });
  });
}).timeout(30_000);
