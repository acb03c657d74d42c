import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import type { StoreKey } from '../../../src/storage/seal/seal.ts';
import {
  type NotesSchema,
  EngineFolder,
  inBothModes,
  readNotes,
  storeSecret,
} from '../../unit/storage/engineFixture.ts';
import { COUNTERS, Writer, type WriterOptions, hashOf, manyMigrations, noteId, twinId } from './writer.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';
/** Of each kind. */
const KILLS = isCampaign ? 100 : 3;
const WRITERS = isCampaign ? 4 : 3;
const TRANSACTIONS = isCampaign ? 2_500 : 120;
/** So many rows make a migration last long enough to be hit. */
const ROWS_TO_MIGRATE = isCampaign ? 4_000 : 1_000;

const plain = { schemaVersion: 1, index: 0, first: 1, count: 1_000_000, largeBytes: 200_000, secret: null };

async function createCounters(engine: Engine<NotesSchema>): Promise<void> {
  await engine.transaction(async (database) => {
    for (let id = 1; id <= COUNTERS; id++) await database.insertInto('notes').values({ id, amount: 0 }).execute();
  });
}

/** The numbers that a writer's rows have, ascending; each must be there with its twin. */
function numbersOf(notes: readonly NotesSchema['notes'][], writer: number): number[] {
  const ids = new Set(notes.map(({ id }) => id));
  const mine = notes.filter(
    ({ id, text }) => text === 'note' && id - noteId(writer, 0) > 0 && id < noteId(writer + 1, 0),
  );
  for (const { id, amount } of mine) {
    assert.equal(id, noteId(writer, amount));
    assert.ok(ids.has(twinId(id)), 'a transaction is there by half');
  }
  assert.equal(
    notes.filter(({ id }) => id >= twinId(noteId(writer, 0)) && id < noteId(writer + 1, 0)).length,
    mine.length,
  );
  return mine.map(({ amount }) => amount);
}

function secretOf(key: StoreKey | null): string | null {
  return key === null ? null : Buffer.from(storeSecret).toString('base64');
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

inBothModes('A process that is killed while it works on the store', (key) => {
  const usual = { ...plain, secret: secretOf(key) };
  let folder: EngineFolder;
  let schemaVersion: number;

  beforeEach(() => {
    folder = new EngineFolder(key);
    schemaVersion = 1;
  });

  afterEach(() => folder.dispose());

  const open = () => folder.open({ migrations: manyMigrations(schemaVersion) });

  /** What a survivor finds: `last` was acknowledged, and one more may have been stored. */
  async function survivorFinds(last: number): Promise<number> {
    const survivor = await open();
    const notes = await readNotes(survivor);
    const numbers = numbersOf(notes, 0);
    assert.deepEqual(numbers, upTo(numbers.length));
    assert.ok(numbers.length === last || numbers.length === last + 1, `${numbers.length} stored, ${last} acknowledged`);
    const counted = notes.filter(({ id }) => id <= COUNTERS).reduce((sum, { amount }) => sum + amount, 0);
    assert.equal(counted, numbers.length);
    const status = await survivor.status();
    assert.deepEqual([await survivor.checkIntegrity(), status.notice], ['ok', null]);
    await survivor.close();
    return numbers.length;
  }

  for (const [doing, interruption, every] of [
    ['writing', 'compaction', 40],
    ['compacting', 'compaction', 1],
    ['giving space back', 'vacuum', 1],
    ['restoring a backup', 'restore', 1],
    ...(key === null ? [] : [['switching encryption off and on', 'sealing', 1] as const]),
  ] as const) {
    it(`${doing} costs nothing that was acknowledged, ${KILLS} times`, async () => {
      const first = await open();
      await createCounters(first);
      await first.close();
      let stored = 0;
      for (let round = 0; round < KILLS; round++) {
        const options = { ...usual, directory: folder.directory, first: stored + 1, every, interruption };
        const writer = new Writer(options);
        await writer.hasSaid((line) => line === String(stored + 1));
        await delay(Math.random() * 150);
        assert.equal(await writer.kill(), 'SIGKILL');
        stored = await survivorFinds(writer.acknowledged.at(-1) ?? stored);
      }
      assert.ok(stored >= KILLS);
    });
  }

  it(`upgrading the store leaves it before or after, ${KILLS} times`, async () => {
    const first = await open();
    await createCounters(first);
    const notes = upTo(ROWS_TO_MIGRATE).map((number) => ({
      id: 10 + number,
      text: `row ${number} `.repeat(50),
      amount: 0,
    }));
    for (let at = 0; at < notes.length; at += 500) {
      await first.transaction((database) =>
        database
          .insertInto('notes')
          .values(notes.slice(at, at + 500))
          .execute(),
      );
    }
    const hash = hashOf(await readNotes(first));
    await first.close();
    let interrupted = 0;
    for (let round = 0; round < KILLS; round++) {
      schemaVersion++;
      const directory = folder.directory;
      const options: WriterOptions = { ...usual, directory, schemaVersion, count: 0, every: 0, interruption: 'vacuum' };
      const writer = new Writer(options);
      let isOpen = false;
      const opened = writer
        .hasSaid((line) => line === 'open')
        .then(
          () => (isOpen = true),
          () => undefined,
        );
      // Starting the process takes longer than the upgrade, so the moment is looked for in the folder.
      const before = generationsIn(folder);
      while (!isOpen && generationsIn(folder) === before) await delay(1);
      await delay(Math.random() * 8);
      if (!isOpen) interrupted++;
      await writer.kill();
      await opened;
      const survivor = await open();
      assert.equal(hashOf(await readNotes(survivor)), hash);
      const status = await survivor.status();
      const integrity = await survivor.checkIntegrity();
      assert.deepEqual([integrity, status.notice, status.schemaVersion], ['ok', null, schemaVersion]);
      await survivor.close();
    }
    assert.ok(interrupted > 0 || !isCampaign, 'no upgrade was interrupted');
  });
}).timeout(isCampaign ? 3_600_000 : 120_000);

/** Everything in the folder, as text: it changes with the first step of an upgrade. */
function generationsIn(folder: EngineFolder): string {
  return folder.platform().files.list().sort().join();
}

inBothModes('Processes that share a store', (key) => {
  const usual = { ...plain, secret: secretOf(key) };
  let folder: EngineFolder;
  let engine: Engine<NotesSchema>;

  beforeEach(async function () {
    this.timeout(60_000);
    folder = new EngineFolder(key);
    engine = await folder.open();
    await createCounters(engine);
  });

  afterEach(() => folder.dispose());

  for (const isLockBroken of [false, true]) {
    it(`count right while ${WRITERS} write at the same time${isLockBroken ? ' and their lock is broken at random' : ''}`, async () => {
      const every = Math.ceil(TRANSACTIONS / 3.5);
      const { directory } = folder;
      const writers = Array.from(
        { length: WRITERS },
        (_, index) =>
          new Writer({
            ...usual,
            directory,
            index,
            count: TRANSACTIONS,
            every,
            interruption: 'compaction',
            largeBytes: 20_000,
          }),
      );
      let running = true;
      const done = Promise.all(writers.map((writer) => writer.hasSaid((line) => line === 'done'))).finally(
        () => (running = false),
      );
      while (isLockBroken && running) {
        rmSync(path.join(directory, 'lock'), { force: true });
        await delay(Math.random() * 5);
      }
      await done;
      const outcomes = await Promise.all(writers.map((writer) => writer.finish()));
      for (const each of [engine, await folder.open()]) {
        const notes = await readNotes(each);
        const counted = notes.filter(({ id }) => id <= COUNTERS).reduce((sum, { amount }) => sum + amount, 0);
        assert.equal(counted, WRITERS * TRANSACTIONS);
        for (let writer = 0; writer < WRITERS; writer++) assert.deepEqual(numbersOf(notes, writer), upTo(TRANSACTIONS));
        const status = await each.status();
        assert.deepEqual([await each.checkIntegrity(), status.notice], ['ok', null]);
        for (const outcome of outcomes) assert.deepEqual(outcome, { hash: hashOf(notes), eventsAreComplete: true });
      }
    });
  }
}).timeout(isCampaign ? 3_600_000 : 120_000);
