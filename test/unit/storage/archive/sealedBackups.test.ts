import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { newStoreSecret, openStoreKey } from '../../../../src/storage/seal/storeKey.node.ts';
import { LibraryFolder, type StoreCaller } from './libraryFixture.ts';

describe('Backups of an encrypted store', function () {
  this.timeout(30_000);
  let folder: LibraryFolder;
  let store: StoreCaller;

  beforeEach(async () => {
    folder = new LibraryFolder();
    store = folder.open();
    await folder.ask(store, 'chat-1', 'The word is xyzzyplugh');
  });

  afterEach(() => folder.dispose());

  const encrypt = async (): Promise<void> => {
    const secret = newStoreSecret();
    const key = openStoreKey(secret);
    folder.vault.set(key.id, key);
    await store.call('encryption.turnOn', { secret });
  };
  const titles = async (caller: StoreCaller): Promise<string[]> =>
    (await caller.call('conversations.list', { limit: 10 })).map(({ title }) => title);

  it('are encrypted, listed, and give everything back', async () => {
    await encrypt();
    const backup = await store.call('backups.create', { file: null });
    assert.ok(backup.isSealed);
    const bytes = readFileSync(backup.file);
    assert.ok(!bytes.includes('xyzzyplugh') && !bytes.includes('manifest') && !bytes.includes('SQLite'));
    assert.deepEqual((await store.call('backups.list', null)).backups, [backup]);
    await folder.ask(store, 'chat-2', 'Since then');
    await store.call('backups.restore', { file: backup.file, dryRun: false });
    assert.deepEqual(await titles(folder.open()), ['The word is xyzzyplugh']);
  });

  it('cannot be read without the key, and say so', async () => {
    await encrypt();
    const { file } = await store.call('backups.create', { file: folder.path('mine.tar.gz.sealed') });
    const elsewhere = new LibraryFolder();
    try {
      const other = elsewhere.open();
      const refused = other.call('backups.restore', { file, dryRun: true });
      await assert.rejects(refused, { code: 'locked', message: /cannot be restored.*recovery code/ });
      // Nothing is wrong with that store itself.
      assert.deepEqual(await other.call('encryption.get', null), { state: 'off' });
      for (const [id, key] of folder.vault) elsewhere.vault.set(id, key);
      await other.call('backups.restore', { file, dryRun: false });
      assert.deepEqual(await titles(other), ['The word is xyzzyplugh']);
    } finally {
      await elsewhere.dispose();
    }
  });

  it('that are changed, cut off or put together anew are refused', async () => {
    const noise = new Uint8Array(3_000_000).map(() => Math.floor(Math.random() * 256));
    const chat = await store.call('conversations.get', { id: 'chat-1' });
    const id = chat?.messages[0]?.id ?? '';
    await folder.attach(id, 'noise.bin', noise);
    await encrypt();
    const { file } = await store.call('backups.create', { file: folder.path('mine.tar.gz.sealed') });
    const whole = readFileSync(file);
    const firstPart = 4 + whole.readUInt32LE(24);
    const swapped = Buffer.concat([
      whole.subarray(0, 24),
      whole.subarray(24 + firstPart, 24 + 2 * firstPart),
      whole.subarray(24, 24 + firstPart),
      whole.subarray(24 + 2 * firstPart),
    ]);
    const flipped = Buffer.from(whole);
    flipped[1_500_000] = (flipped[1_500_000] ?? 0) ^ 1;
    for (const bad of [swapped, flipped, whole.subarray(0, 24 + firstPart), whole.subarray(0, -1)]) {
      writeFileSync(folder.path('bad'), bad);
      await assert.rejects(store.call('backups.restore', { file: folder.path('bad'), dryRun: false }), {
        code: 'damaged',
      });
    }
    assert.equal((await store.call('backups.restore', { file, dryRun: true })).backup.file, file);
  });

  it('are encrypted when the store is, and no longer when it is not', async () => {
    const plain = await store.call('backups.create', { file: null });
    const text = (): string[] =>
      folder.backupFiles().filter((file) => readFileSync(file).subarray(0, 8).toString() !== 'SXTBAK01');
    assert.equal(text().length, 1);
    await encrypt();
    assert.deepEqual([text().length, folder.backupFiles().length], [0, 1]);
    const [sealed] = (await store.call('backups.list', null)).backups;
    assert.deepEqual(sealed?.counts, plain.counts);
    await store.call('backups.restore', { file: sealed?.file ?? '', dryRun: false });
    await store.call('encryption.turnOff', null);
    const { backups, unreadable } = await store.call('backups.list', null);
    assert.deepEqual([backups.map(({ isSealed }) => isSealed), unreadable], [[false, false], []]);
    const entries = await store.call('audit.list', { limit: 10 });
    const switched = entries.filter(({ action }) => action === 'encryption switched').map(({ subject }) => subject);
    assert.deepEqual(switched.sort(), ['the stored chats, off', 'the stored chats, on']);
  });
});
