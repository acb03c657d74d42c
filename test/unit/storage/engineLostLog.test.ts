import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import type { LogFile, StorePlatform } from '../../../src/storage/engine/platform.ts';
import {
  type NotesSchema,
  EngineFolder,
  addNote,
  assetDirectory,
  inBothModes,
  increment,
  readNotes,
} from './engineFixture.ts';

/** The folder of a store is deleted in the moment between the write of a transaction and the look at where it went. */
inBothModes('A transaction whose log is deleted while it is appended', (key) => {
  let outer: EngineFolder;
  let directory: string;
  let other: Engine<NotesSchema>;
  /** Whether the folder goes with the next write; then nobody but `other` gets the lock until this is undone. */
  let isDeleted: boolean;
  let othersFirst: Promise<unknown> | undefined;

  beforeEach(async () => {
    outer = new EngineFolder(key);
    directory = path.join(outer.directory, 'above', 'store');
    isDeleted = false;
    othersFirst = undefined;
    other = await outer.open({ platform: nodePlatform({ directory, assetDirectory }) });
    await addNote(other, 1);
  });

  afterEach(() => outer.dispose());

  /** An engine that loses its folder when it next writes, after `before` has been called. */
  async function openLosing(afterLoss: () => void = () => undefined): Promise<Engine<NotesSchema>> {
    const platform = nodePlatform({ directory, assetDirectory });
    let isDue = false;
    const lose = (log: LogFile): LogFile => ({
      size: () => log.size(),
      appendToDeleted(bytes) {
        log.appendToDeleted(bytes);
      },
      readFrom: (start) => log.readFrom(start),
      sync() {
        log.sync();
        if (!isDue || isDeleted) return;
        isDeleted = true;
        rmSync(directory, { recursive: true });
        afterLoss();
      },
      close() {
        log.close();
      },
      append(bytes) {
        log.append(bytes);
      },
    });
    const losing: StorePlatform = {
      ...platform,
      files: {
        ...platform.files,
        openLog(name) {
          const log = platform.files.openLog(name);
          return log === undefined ? undefined : lose(log);
        },
      },
      lock: { ...platform.lock, tryAcquire: () => othersFirst === undefined && platform.lock.tryAcquire() },
    };
    const engine = await outer.open({ platform: losing });
    await increment1(engine);
    isDue = true;
    return engine;
  }

  const increment1 = (engine: Engine<NotesSchema>): Promise<unknown> =>
    engine.transaction((database) => increment(database, 1));

  async function addAndCount(engine: Engine<NotesSchema>, id: number): Promise<void> {
    await engine.transaction(async (database) => {
      await database.insertInto('notes').values({ id, text: 'once', amount: 0 }).execute();
      await increment(database, 1);
    });
  }

  async function assertOnce(engines: readonly Engine<NotesSchema>[], ids: readonly number[]): Promise<void> {
    const fresh = await outer.open({ platform: nodePlatform({ directory, assetDirectory }) });
    for (const engine of [...engines, fresh]) {
      const notes = await readNotes(engine);
      assert.deepEqual(
        notes.map(({ id }) => id),
        ids,
      );
      // Once before the loss, and once for each further note.
      assert.equal(notes[0]?.amount, ids.length);
    }
    assert.equal(await fresh.checkIntegrity(), 'ok');
  }

  it('is done once when its window writes the store anew', async () => {
    const engine = await openLosing();
    await addAndCount(engine, 2);
    assert.ok(isDeleted);
    await addAndCount(engine, 3);
    await assertOnce([engine, other], [1, 2, 3]);
  });

  it('is done once when another window, which has seen it, writes the store anew', async () => {
    const engine = await openLosing(() => {
      othersFirst = addAndCount(other, 3).finally(() => (othersFirst = undefined));
    });
    // It has written to the log, so that it can say in it what became of it.
    await addNote(other, 9).then(() =>
      other.transaction((database) => database.deleteFrom('notes').where('id', '=', 9).execute()),
    );
    await addAndCount(engine, 2);
    assert.ok(isDeleted);
    await assertOnce([engine, other], [1, 2, 3]);
  });
}).timeout(20_000);
