import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileFolder } from '../../../src/storage/files/fileFolder.node.ts';
import { FILE_LIMIT_BYTES, FileStore } from '../../../src/storage/files/fileStore.ts';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';

const text = new TextEncoder().encode('the marker of this file');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

for (const isSealed of [false, true]) {
  describe(`The file store${isSealed ? ', sealed' : ''}`, () => {
    let directory: string;
    let keys: StoreKeys;
    let store: FileStore;

    beforeEach(() => {
      directory = path.join(mkdtempSync(path.join(os.tmpdir(), 'sextant-files-')), 'store', 'files');
      keys = new StoreKeys();
      if (isSealed) keys.add((keys.current = openStoreKey(newStoreSecret())));
      store = open();
    });

    afterEach(() => {
      rmSync(path.dirname(path.dirname(directory)), { recursive: true });
    });

    const open = (known = keys): FileStore => new FileStore({ folder: fileFolder(directory), sha256, keys: known });
    /** Every file, with its path below the folder. */
    const files = (): string[] =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(path.join(directory, name)).isFile())
        .sort();
    const onlyFile = (): string => {
      const [name, ...others] = files();
      assert.ok(name !== undefined && others.length === 0, 'there is one file');
      return path.join(directory, name);
    };

    for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000]) {
      it(`gives back ${size} bytes as they were put, also to another window`, async () => {
        const bytes = randomBytes(size);
        const stored = await store.put(bytes);
        assert.deepEqual(stored, { sha256: sha256(bytes), size });
        assert.deepEqual(Buffer.from(await open().get(stored.sha256)), bytes);
        assert.deepEqual(
          (await store.list()).map(({ putAt: _, ...file }) => file),
          [stored],
        );
      });
    }

    it('stores equal files once, however many are put at the same time', async () => {
      const put = await Promise.all(Array.from({ length: 8 }, () => open().put(text)));
      assert.equal(new Set(put.map((file) => file.sha256)).size, 1);
      assert.match(onlyFile(), /\/[0-9a-f]{2}\/[0-9a-f]{64}(\.sealed)?$/);
    });

    it('stores what a buffer held when it was given', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      const putting = store.put(bytes);
      bytes.fill(9);
      assert.deepEqual(await store.get((await putting).sha256), Uint8Array.of(1, 2, 3));
    });

    it('refuses more than 64 MB, and takes nothing of it', async () => {
      await assert.rejects(store.put(new Uint8Array(FILE_LIMIT_BYTES + 1)), {
        code: 'invalid',
        message: 'This file has 65 MB. Sextant keeps files of at most 64 MB.',
      });
      assert.deepEqual(await store.list(), []);
    });

    it('knows no file that was never put, and no path for a hash', async () => {
      await assert.rejects(store.get(sha256(text)), { code: 'not-found' });
      assert.equal(await store.remove(sha256(text)), false);
      for (const name of ['', '..', '../../CURRENT', sha256(text).toUpperCase(), `${sha256(text)}/x`]) {
        await assert.rejects(store.get(name), { code: 'invalid' });
        await assert.rejects(store.remove(name), { code: 'invalid' });
      }
    });

    it('removes a file, unless it was put again since', async () => {
      const { sha256: hash } = await store.put(text);
      const hourAgo = Date.now() - 3_600_000;
      assert.equal(await store.remove(hash, hourAgo), false);
      utimesSync(onlyFile(), hourAgo / 1000 - 1, hourAgo / 1000 - 1);
      assert.equal(await store.remove(hash, hourAgo), true);
      assert.deepEqual(files(), []);
      await store.put(text);
      utimesSync(onlyFile(), hourAgo / 1000 - 1, hourAgo / 1000 - 1);
      await open().put(text);
      assert.equal(await store.remove(hash, hourAgo), false);
      assert.equal(await store.remove(hash), true);
      await assert.rejects(store.get(hash), { code: 'not-found' });
    });

    it('loses no file that is put while others remove it', async () => {
      const old = Date.now() / 1000 - 3_600;
      for (let round = 0; round < 40; round++) {
        const { sha256: hash } = await store.put(text);
        utimesSync(onlyFile(), old, old);
        const since = Date.now() - 60_000;
        await Promise.all([open().remove(hash, since), open().put(text), open().remove(hash, since)]);
        assert.deepEqual(await store.get(hash), text);
      }
    });

    it('says of every damaged byte that the file is damaged, and is whole again when it is put again', async () => {
      const { sha256: hash } = await store.put(text);
      const intact = readFileSync(onlyFile());
      for (let at = 0; at < intact.length; at++) {
        const damaged = Buffer.from(intact);
        damaged[at]! ^= 1 << (at % 8);
        writeFileSync(onlyFile(), damaged);
        // The trailer of a sealed file is for lists alone.
        if (isSealed && at >= intact.length - 92) assert.deepEqual(await store.get(hash), text);
        else await assert.rejects(store.get(hash), { code: 'damaged' }, `byte ${at}`);
      }
      for (let length = 0; length < intact.length; length += 7) {
        writeFileSync(onlyFile(), intact.subarray(0, length));
        await assert.rejects(store.get(hash), { code: 'damaged' }, `cut at ${length}`);
      }
      await store.put(text);
      assert.deepEqual(await store.get(hash), text);
    });

    it('does not take another file’s bytes', async () => {
      const { sha256: hash } = await store.put(text);
      const file = onlyFile();
      const other = await store.put(Buffer.from('another file'));
      const otherFile = files().find((name) => !file.endsWith(name))!;
      writeFileSync(file, readFileSync(path.join(directory, otherFile)));
      await assert.rejects(store.get(hash), { code: 'damaged' });
      assert.equal(Buffer.from(await store.get(other.sha256)).toString(), 'another file');
    });

    it('shows nothing of what a killed writer or remover has left', async () => {
      const { sha256: hash } = await store.put(text);
      const file = onlyFile();
      writeFileSync(path.join(path.dirname(file), 'killed.draft'), 'half of ');
      assert.equal((await store.list()).length, 1);
      // Killed between the two halves of a removal: the file is still whole, and can be removed again.
      const bytes = readFileSync(file);
      rmSync(file);
      writeFileSync(`${file}.${randomUUID()}.leaving`, bytes);
      assert.deepEqual(await store.get(hash), text);
      await store.adopt('all');
      assert.ok(!files().some((name) => name.endsWith('.draft')));
    });

    it('says why nothing can be stored where a file stands in place of the folder', async () => {
      await store.put(text);
      rmSync(directory, { recursive: true });
      writeFileSync(directory, '');
      await assert.rejects(store.put(text), { code: 'invalid', message: /storage folder/ });
    });

    if (!isSealed) return;

    it('shows nothing of the content, the hash or the number of bytes in a name', async () => {
      const { sha256: hash } = await store.put(text);
      const everything = Buffer.concat([readFileSync(onlyFile()), Buffer.from(files().join())]);
      for (const secret of [Buffer.from(text), Buffer.from(hash), Buffer.from(hash, 'hex')])
        assert.equal(everything.indexOf(secret), -1);
    });

    it('gives nothing to another key', async () => {
      const { sha256: hash } = await store.put(text);
      const others = new StoreKeys();
      others.add((others.current = openStoreKey(newStoreSecret())));
      await assert.rejects(open(others).get(hash), { code: 'not-found' });
      assert.deepEqual(await open(others).list(), []);
      assert.equal(await open(others).adopt('all'), 1);
      assert.deepEqual(await store.get(hash), text);
    });

    it('seals what was put before, and opens it again, damaged files included', async () => {
      const key = keys.current;
      keys.current = null;
      const put = await Promise.all(['one', 'two'].map((each) => store.put(Buffer.from(each))));
      const [one, two] = put.map((file) => file.sha256) as [string, string];
      writeFileSync(path.join(directory, two.slice(0, 2), two), 'damaged');
      keys.current = key;
      for (const rounds of [1, 2]) {
        assert.equal(await store.adopt('all'), 0, `${rounds}`);
        assert.deepEqual(
          files().map((name) => name.endsWith('.sealed')),
          [true, true],
        );
        assert.equal(Buffer.from(await store.get(one)).toString(), 'one');
        await assert.rejects(store.get(two), { code: 'damaged' });
      }
      keys.current = null;
      assert.equal(Buffer.from(await store.get(one)).toString(), 'one');
      await store.adopt('all');
      assert.deepEqual(files(), [one, two].map((hash) => path.join(hash.slice(0, 2), hash)).sort());
      assert.equal(Buffer.from(await store.get(one)).toString(), 'one');
    });
  }).timeout(20_000);
}
