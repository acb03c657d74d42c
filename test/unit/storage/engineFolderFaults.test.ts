import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { type NotesSchema, EngineFolder, addNote, assetDirectory, inBothModes, readIds } from './engineFixture.ts';

/** What somebody else does to the folder of a store that is open. */
inBothModes('The storage engine whose folder is taken away', (key) => {
  let outer: EngineFolder;
  let directory: string;
  let engine: Engine<NotesSchema>;
  let notices: string[];

  beforeEach(async () => {
    outer = new EngineFolder(key);
    directory = path.join(outer.directory, 'above', 'store');
    engine = await open();
    notices = [];
    engine.onNotice(({ message }) => notices.push(message));
    for (const id of [1, 2]) await addNote(engine, id);
  });

  afterEach(() => outer.dispose());

  const open = () => outer.open({ platform: nodePlatform({ directory, assetDirectory }) });
  const above = (): string => path.dirname(directory);
  const newestLog = (): string =>
    path.join(
      directory,
      readdirSync(directory)
        .filter((name) => name.startsWith('log-'))
        .at(-1)!,
    );

  async function assertAllIsThere(ids: number[]): Promise<void> {
    assert.deepEqual(await readIds(engine), ids);
    const again = await open();
    assert.deepEqual([await readIds(again), again.notice], [ids, null]);
    assert.equal(await again.checkIntegrity(), 'ok');
    if (key === null) return;
    for (const name of readdirSync(directory)) {
      assert.ok(!readFileSync(path.join(directory, name)).includes('note 1'), `${name} is not sealed`);
    }
  }

  it('writes all of it anew when the folder was deleted', async () => {
    rmSync(directory, { recursive: true });
    assert.deepEqual(await readIds(engine), [1, 2]);
    await addNote(engine, 3);
    assert.match(notices.join(), /written anew/);
    await assertAllIsThere([1, 2, 3]);
  });

  it('writes all of it anew when the folder was emptied', async () => {
    for (const name of readdirSync(directory)) rmSync(path.join(directory, name));
    await addNote(engine, 3);
    await assertAllIsThere([1, 2, 3]);
  });

  it('keeps what two windows wrote, whichever of them comes first', async () => {
    const other = await open();
    await addNote(other, 3);
    rmSync(directory, { recursive: true });
    await addNote(engine, 4);
    await addNote(other, 5);
    await addNote(engine, 6);
    await assertAllIsThere([1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await readIds(other), [1, 2, 3, 4, 5, 6]);
  });

  it('refuses to write while the disk is gone, still reads, and goes on when it is back', async () => {
    const away = path.join(outer.directory, 'away');
    renameSync(above(), away);
    for (const id of [3, 4]) {
      await assert.rejects(addNote(engine, id), { code: 'invalid', message: /cannot be used: it is missing/ });
    }
    await assert.rejects(engine.compact(), { code: 'invalid' });
    assert.deepEqual(await readIds(engine), [1, 2]);
    renameSync(away, above());
    await addNote(engine, 5);
    assert.deepEqual(notices, []);
    await assertAllIsThere([1, 2, 5]);
  });

  it('refuses to write while a file stands in its place', async () => {
    const away = path.join(outer.directory, 'away');
    renameSync(directory, away);
    writeFileSync(directory, 'a file');
    await assert.rejects(addNote(engine, 3), { code: 'invalid' });
    rmSync(directory);
    renameSync(away, directory);
    await addNote(engine, 4);
    await assertAllIsThere([1, 2, 4]);
  });

  it('goes on in the same folder when it was moved away and back', async () => {
    renameSync(directory, `${directory}-away`);
    assert.deepEqual(await readIds(engine), [1, 2]);
    renameSync(`${directory}-away`, directory);
    await addNote(engine, 3);
    assert.deepEqual(notices, []);
    await assertAllIsThere([1, 2, 3]);
  });

  it('loses nothing when the log it writes to is removed', async () => {
    rmSync(newestLog());
    await addNote(engine, 3);
    assert.match(notices.join(), /nothing was lost/);
    await assertAllIsThere([1, 2, 3]);
  });

  it('loses nothing when log and snapshot are removed and an older generation is there', async () => {
    await engine.compact();
    await addNote(engine, 3);
    for (const name of ['log-2', 'snapshot-2.sqlite']) rmSync(path.join(directory, name));
    await addNote(engine, 4);
    await assertAllIsThere([1, 2, 3, 4]);
  });

  for (const length of [0, 60, 300]) {
    it(`loses nothing when the log it writes to is shortened to ${length} bytes`, async () => {
      assert.ok(readFileSync(newestLog()).length > length);
      truncateSync(newestLog(), length);
      await addNote(engine, 3);
      assert.match(notices.join(), /damaged/);
      await assertAllIsThere([1, 2, 3]);
    });
  }

  it('loses nothing when its files are overwritten with older ones', async () => {
    const older = path.join(outer.directory, 'older');
    cpSync(directory, older, { recursive: true });
    for (const id of [3, 4]) await addNote(engine, id);
    for (const name of readdirSync(older)) {
      writeFileSync(path.join(directory, name), readFileSync(path.join(older, name)));
    }
    await addNote(engine, 5);
    await assertAllIsThere([1, 2, 3, 4, 5]);
  });

  it('goes over to a store that was put in place of its own', async () => {
    const other = new EngineFolder(key);
    const foreign = await other.open();
    await addNote(foreign, 100);
    await foreign.compact();
    await foreign.close();
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    cpSync(other.directory, directory, { recursive: true });
    await addNote(engine, 3);
    await assertAllIsThere([3, 100]);
    await other.dispose();
  });
}).timeout(20_000);
