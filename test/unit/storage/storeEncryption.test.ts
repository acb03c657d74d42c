import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { findPlaintext, readFolder } from './plaintextSearch.ts';
import { StoreFolder } from './storeFixture.ts';

const MARKERS = ['marker-of-a-message', 'marker-of-a-title', 'file:///marker-of-a-folder'];

describe('Encryption of the store', () => {
  const secret = newStoreSecret();
  const key = openStoreKey(secret);
  let folder: StoreFolder;

  beforeEach(() => {
    folder = new StoreFolder();
  });

  afterEach(() => folder.dispose());

  const [text = '', title = '', workspaceUri = ''] = MARKERS;
  const turn = () => folder.turn({ text, title, workspaceUri });

  it('is off at first', async () => {
    assert.deepEqual(await folder.open().call('encryption.get', null), { state: 'off' });
  });

  it('hides all that was stored from who has no key, and nothing from who has', async () => {
    folder.vault.set(key.id, key);
    const [store, other] = [folder.open(), folder.open()];
    await store.call('turns.start', turn());
    const before = await other.call('conversations.get', { id: 'conversation-1' });
    assert.ok(findPlaintext(folder.directory, MARKERS).length > 0);
    await store.call('encryption.turnOn', { secret });
    assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
    for (const each of [store, other, folder.open()]) {
      assert.deepEqual(await each.call('conversations.get', { id: 'conversation-1' }), before);
      assert.deepEqual(await each.call('encryption.get', null), { state: 'on', keyId: key.id });
      assert.equal((await each.call('status', null)).keyId, key.id);
    }
    await other.call('encryption.turnOff', null);
    assert.deepEqual(await store.call('encryption.get', null), { state: 'off' });
    assert.deepEqual(await folder.open().call('conversations.get', { id: 'conversation-1' }), before);
    assert.ok(findPlaintext(folder.directory, MARKERS).length > 0);
  });

  for (const isOpen of [true, false]) {
    it(`says what is wrong without the key, until that is there${isOpen ? '; in a window that was open before, too' : ''}`, async () => {
      const store = folder.open();
      await store.call('turns.start', turn());
      const other = folder.open();
      if (isOpen) await other.call('user.get', null);
      const reasons: (string | null)[] = [];
      other.on('locked', ({ reason }) => reasons.push(reason));
      await store.call('encryption.turnOn', { secret });
      const files = readFolder(folder.directory);
      for (let round = 0; round < 2; round++) {
        await assert.rejects(other.call('conversations.list', { view: 'recent', limit: 5 } as never), {
          code: 'locked',
        });
        await assert.rejects(other.call('turns.start', folder.turn({ clientMessageId: 'other' })), { code: 'locked' });
        assert.deepEqual(await other.call('encryption.get', null), { state: 'locked', keyId: key.id });
      }
      assert.deepEqual(readFolder(folder.directory), files);
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? '', /encrypted.*recovery code/);
      const changed = new Promise((resolve) => other.on('changed', resolve));
      folder.vault.set(key.id, key);
      assert.deepEqual(await other.call('encryption.get', null), { state: 'on', keyId: key.id });
      await changed;
      assert.equal((await other.call('conversations.get', { id: 'conversation-1' }))?.title, title);
      assert.deepEqual(reasons.slice(1), [null]);
    });
  }

  it('seals the backups that were made before, and opens them again', async () => {
    folder.vault.set(key.id, key);
    const store = folder.open();
    await store.call('turns.start', turn());
    await store.call('backups.create', { file: null });
    const { backups: before, directory } = await store.call('backups.list', null);
    writeFileSync(`${before[0]?.file ?? ''}.part`, 'half of one');
    const names = (): string[] => readdirSync(directory);
    assert.deepEqual(await store.call('encryption.turnOn', { secret }), { left: 0 });
    await store.call('backups.create', { file: null });
    assert.deepEqual(
      names().map((name) => name.endsWith('.tar.gz.sealed')),
      [true, true],
    );
    const { backups } = await store.call('backups.list', null);
    assert.deepEqual(
      backups.map(({ isSealed, counts }) => [isSealed, counts]),
      [before[0], before[0]].map((backup) => [true, backup?.counts]),
    );
    const [damaged = ''] = names();
    const bytes = readFileSync(path.join(directory, damaged));
    bytes[200] = ~(bytes[200] ?? 0);
    writeFileSync(path.join(directory, damaged), bytes);
    assert.deepEqual(await store.call('encryption.turnOff', null), { left: 0 });
    const stillSealed = names().filter((name) => name.endsWith('.sealed'));
    assert.deepEqual([names().length, stillSealed], [2, [damaged]]);
  });

  it('takes no key that is none', async () => {
    const store = folder.open();
    await assert.rejects(store.call('encryption.turnOn', { secret: new Uint8Array(31) }), { code: 'invalid' });
    assert.deepEqual(await store.call('encryption.get', null), { state: 'off' });
  });
});
