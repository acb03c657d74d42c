import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { SextantError } from '../../../src/base/errors.ts';
import type { LogFile, StoreFiles, StorePlatform } from '../../../src/storage/engine/platform.ts';
import { EngineFolder, addNote, inBothModes, readIds } from './engineFixture.ts';

/** What the disk does wrong from now on. */
interface Fault {
  /** A log takes this many bytes of an append, then the disk is full. */
  appendBytes?: number;
  sync?: boolean;
  /** Replacing a file whose name begins so fails. */
  replace?: string;
  /** The folder cannot be written to. */
  readOnly?: boolean;
}

/** The real files, with faults between. */
function faulty(platform: StorePlatform, fault: Fault): StorePlatform {
  const full = new SextantError('disk-full', 'There is no space left.');
  const readOnly = new SextantError('read-only', 'The folder is read-only.');
  const wrapLog = (log: LogFile): LogFile => ({
    size: () => log.size(),
    appendToDeleted(bytes) {
      log.appendToDeleted(bytes);
    },
    readFrom: (start) => log.readFrom(start),
    close() {
      log.close();
    },
    append(bytes) {
      if (fault.readOnly === true) throw readOnly;
      if (fault.appendBytes === undefined) {
        log.append(bytes);
        return;
      }
      if (fault.appendBytes > 0) log.append(bytes.subarray(0, fault.appendBytes));
      throw full;
    },
    sync() {
      if (fault.sync === true) throw new SextantError('internal', 'The disk does not answer.');
      log.sync();
    },
  });
  const { files, lock } = platform;
  const wrapped: StoreFiles = {
    ...files,
    replace(name, bytes) {
      if (fault.readOnly === true) throw readOnly;
      if (fault.replace !== undefined && name.startsWith(fault.replace)) throw full;
      files.replace(name, bytes);
    },
    create(name, bytes) {
      if (fault.readOnly === true) throw readOnly;
      return files.create(name, bytes);
    },
    openLog(name) {
      const log = files.openLog(name);
      return log === undefined ? undefined : wrapLog(log);
    },
  };
  const tryAcquire = (): boolean => {
    if (fault.readOnly === true) throw readOnly;
    return lock.tryAcquire();
  };
  return { ...platform, files: wrapped, lock: { ...lock, tryAcquire } };
}

inBothModes('The storage engine on a failing disk', (key) => {
  let folder: EngineFolder;
  let fault: Fault;

  beforeEach(() => {
    folder = new EngineFolder(key);
    fault = {};
  });

  afterEach(() => folder.dispose());

  const open = () => folder.open({ platform: faulty(folder.platform(), fault) });

  for (const appendBytes of [0, 1, 20, 47, 48, 60, 100]) {
    it(`refuses the write when the disk is full after ${appendBytes} bytes, and goes on when it is not`, async () => {
      const engine = await open();
      await addNote(engine, 1);
      fault.appendBytes = appendBytes;
      for (const id of [2, 3]) await assert.rejects(addNote(engine, id), { code: 'disk-full' });
      assert.deepEqual(await readIds(engine), [1]);
      delete fault.appendBytes;
      await addNote(engine, 4);
      const other = await folder.open();
      assert.deepEqual([await readIds(engine), await readIds(other), other.notice], [[1, 4], [1, 4], null]);
    });
  }

  it('does not count what another window wrote behind a torn record as torn', async () => {
    const engine = await open();
    const other = await folder.open();
    fault.appendBytes = 70;
    await assert.rejects(addNote(engine, 1), { code: 'disk-full' });
    await addNote(other, 2);
    delete fault.appendBytes;
    await addNote(engine, 3);
    assert.deepEqual(
      [await readIds(engine), await readIds(other)],
      [
        [2, 3],
        [2, 3],
      ],
    );
  });

  it('acknowledges nothing that was not synced, and writes a snapshot before it trusts the disk again', async () => {
    const engine = await open();
    await addNote(engine, 1);
    fault.sync = true;
    await assert.rejects(addNote(engine, 2), /does not answer/);
    fault.sync = false;
    await addNote(engine, 3);
    // Nobody was told that 2 is stored; it was written, so it may be there.
    const ids = await readIds(engine);
    assert.deepEqual(
      ids.filter((id) => id !== 2),
      [1, 3],
    );
    assert.equal((await engine.status()).generation, 2);
    assert.deepEqual(await readIds(await folder.open()), ids);
  });

  for (const replace of ['snapshot-', 'log-', 'CURRENT']) {
    it(`goes on when a compaction fails at ${replace}`, async () => {
      const engine = await open();
      await addNote(engine, 1);
      fault.replace = replace;
      const compaction = engine.compact();
      // Once the seal stands, CURRENT is only late.
      if (replace === 'CURRENT') await compaction;
      else await assert.rejects(compaction, { code: 'disk-full' });
      delete fault.replace;
      await addNote(engine, 2);
      await engine.compact();
      await addNote(engine, 3);
      assert.deepEqual(await readIds(engine), [1, 2, 3]);
      const again = await folder.open();
      assert.deepEqual([await readIds(again), again.notice], [[1, 2, 3], null]);
      assert.equal(readdirSync(folder.directory).length, 5);
    });
  }

  it('refuses a transaction that cannot be written down, and goes on with the next', async () => {
    const engine = await folder.open();
    await addNote(engine, 1);
    const unwritable = engine.transaction(async (database, touch) => {
      // It stands for whatever makes the encoding of a record fail.
      touch(Symbol('topic') as never);
      await database.insertInto('notes').values({ id: 2, amount: 0 }).execute();
    });
    await assert.rejects(unwritable);
    await addNote(engine, 3);
    assert.deepEqual(await readIds(engine), [1, 3]);
  });

  it('lets a folder that cannot be written to be read', async () => {
    const writer = await folder.open();
    await addNote(writer, 1);
    fault.readOnly = true;
    const engine = await open();
    assert.deepEqual(await readIds(engine), [1]);
    await assert.rejects(addNote(engine, 2), { code: 'read-only' });
    await assert.rejects(engine.compact(), { code: 'read-only' });
    await addNote(writer, 3);
    assert.deepEqual(await readIds(engine), [1, 3]);
    fault.readOnly = false;
    await addNote(engine, 4);
    assert.deepEqual(await readIds(engine), [1, 3, 4]);
  });

  it('says so when there is no store yet and none can be made', async () => {
    fault.readOnly = true;
    await assert.rejects(open(), { code: 'read-only' });
    fault.readOnly = false;
    assert.deepEqual(await readIds(await open()), []);
  });
}).timeout(20_000);
