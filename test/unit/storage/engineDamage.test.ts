import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeCurrent } from '../../../src/storage/engine/generationFiles.ts';
import {
  type NotesSchema,
  EngineFolder,
  addNote,
  inBothModes,
  increment,
  readIds,
  readNotes,
} from './engineFixture.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';
/** Flips of one bit, a third of them in each of snapshot, log and CURRENT. */
const FLIPS = isCampaign ? 3_000 : 120;
/** Of the last record, every bit in a campaign, else some all over it. */
const LAST_RECORD_STEP = isCampaign ? 1 : 61;

inBothModes('The storage engine on damaged files', (key) => {
  let folder: EngineFolder;
  let intact: string;
  let expected: NotesSchema['notes'][];
  let lastRecordAt: number;

  before(async function () {
    this.timeout(60_000);
    // Two generations, with transactions in both logs.
    const origin = new EngineFolder(key);
    const engine = await origin.open();
    for (let id = 1; id <= 10; id++) await addNote(engine, id, `text of note ${id} `.repeat(id));
    await engine.compact();
    for (let id = 11; id <= 20; id++) await addNote(engine, id);
    lastRecordAt = readFileSync(path.join(origin.directory, 'log-2')).length;
    await engine.transaction((database) => increment(database, 3));
    expected = await readNotes(engine);
    intact = mkdtempSync(path.join(os.tmpdir(), 'sextant-store-'));
    cpSync(origin.directory, intact, { recursive: true });
    await origin.dispose();
  });

  after(() => {
    rmSync(intact, { recursive: true });
  });

  beforeEach(() => {
    folder = new EngineFolder(key);
    cpSync(intact, folder.directory, { recursive: true });
  });

  afterEach(() => folder.dispose());

  const setAside = ['damaged-TIME-log-2', 'damaged-TIME-snapshot-2.sqlite'].map((name) =>
    key === null ? name : `${name}.sealed`,
  );
  const at = (name: string): string => path.join(folder.directory, name);

  /** What opening gives, twice: the second time there is nothing left to repair. */
  async function openTwice(): Promise<{ notes: NotesSchema['notes'][]; notice: string | null; aside: string[] }> {
    const engine = await folder.open();
    const notes = await readNotes(engine);
    const { notice } = engine;
    assert.equal(await engine.checkIntegrity(), 'ok');
    await addNote(engine, 1000);
    await engine.close();
    const again = await folder.open();
    assert.equal(again.notice, null);
    assert.deepEqual(
      (await readNotes(again)).filter(({ id }) => id !== 1000),
      notes,
    );
    await again.close();
    return {
      notes,
      notice,
      aside: readdirSync(folder.directory)
        .filter((name) => name.startsWith('damaged-'))
        .sort(),
    };
  }

  it('drops nothing but the last transaction wherever its record is cut', async () => {
    const { length } = readFileSync(at('log-2'));
    const before = expected.map((note) => (note.id === 3 ? { ...note, amount: 0 } : note));
    for (let cut = length - 1; cut >= lastRecordAt; cut--) {
      truncateSync(at('log-2'), cut);
      const engine = await folder.open();
      assert.deepEqual([await readNotes(engine), engine.notice], [before, null], `cut at ${cut}`);
      await engine.close();
    }
  });

  it('drops no transaction silently, whichever bit of its record is flipped', async () => {
    const { length } = readFileSync(at('log-2'));
    for (let bit = lastRecordAt * 8; bit < length * 8; bit += LAST_RECORD_STEP) {
      flipBit(at('log-2'), bit);
      const engine = await folder.open();
      assert.match(engine.notice ?? '', /What could be read was saved/, `bit ${bit}`);
      assert.deepEqual(
        (await readNotes(engine)).map(({ id, text }) => [id, text]),
        expected.map(({ id, text }) => [id, text]),
      );
      await engine.close();
      rmSync(folder.directory, { recursive: true });
      cpSync(intact, folder.directory, { recursive: true });
    }
  });

  it('writes on after a record that was cut', async () => {
    truncateSync(at('log-2'), readFileSync(at('log-2')).length - 7);
    const { notes, notice, aside } = await openTwice();
    assert.deepEqual([notice, aside], [null, []]);
    assert.deepEqual(notes[2]?.amount, 0);
    assert.equal(notes.length, 20);
  });

  it('loses nothing with a damaged snapshot: the generation before has it all', async () => {
    flipBit(at('snapshot-2.sqlite'), 30_000);
    const { notes, notice, aside } = await openTwice();
    assert.deepEqual(notes, expected);
    assert.match(notice ?? '', /nothing was lost/);
    assert.deepEqual(aside.map(withoutTime), setAside);
  });

  it('loses nothing with a missing snapshot', async () => {
    rmSync(at('snapshot-2.sqlite'));
    assert.deepEqual((await openTwice()).notes, expected);
  });

  for (const name of ['damaged', 'missing', 'empty'] as const) {
    it(`loses nothing when CURRENT is ${name}`, async () => {
      if (name === 'missing') rmSync(at('CURRENT'));
      else writeFileSync(at('CURRENT'), name === 'empty' ? '' : '1 deadbeef\n');
      assert.deepEqual((await openTwice()).notes, expected);
      assert.match(readFileSync(at('CURRENT'), 'utf8'), /^3 /);
    });
  }

  it('loses nothing when CURRENT still names the generation before', async () => {
    writeCurrent(folder.platform().files, 1);
    assert.deepEqual((await openTwice()).notes, expected);
  });

  it('saves what stands behind a damaged place in the log', async () => {
    const log = readFileSync(at('log-2'));
    flipBit(at('log-2'), (log.length / 2) * 8);
    const { notes, notice, aside } = await openTwice();
    assert.equal(notes.length, 19);
    assert.match(notice ?? '', /What could be read was saved/);
    assert.deepEqual(aside.map(withoutTime), setAside);
  });

  it('saves the transactions of a log whose head is damaged', async () => {
    flipBit(at('log-2'), 90);
    const { notes, notice } = await openTwice();
    assert.deepEqual(notes, expected);
    assert.match(notice ?? '', /What could be read was saved/);
  });

  it('goes on from the snapshot when the log is gone', async () => {
    rmSync(at('log-2'));
    const { notes, notice } = await openTwice();
    assert.deepEqual(
      notes.map(({ id }) => id),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    assert.match(notice ?? '', /What could be read was saved/);
  });

  it('saves the rows of a damaged snapshot that nothing else has', async () => {
    rmSync(at('snapshot-1.sqlite'));
    rmSync(at('log-1'));
    const snapshot = readFileSync(at('snapshot-2.sqlite'));
    snapshot.fill(0xff, 4096 + 20, 4096 + 40);
    writeFileSync(at('snapshot-2.sqlite'), snapshot);
    const { notes } = await openTwice();
    const saved = notes.filter(({ id, text }) => expected.some((note) => note.id === id && note.text === text));
    // The first piece of a sealed file, which is all of this one, is read as a whole or not at all.
    assert.ok(saved.length >= (key === null ? 16 : 10), `${saved.length}`);
  });

  it('opens, empty, on files that are garbage altogether', async () => {
    for (const name of readdirSync(folder.directory)) writeFileSync(at(name), `garbage in ${name} `.repeat(400));
    const { notes, notice } = await openTwice();
    assert.deepEqual(notes, []);
    assert.match(notice ?? '', /damaged files were kept/);
  });

  it('repairs damage that shows up while it is open', async () => {
    const engine = await folder.open();
    const notice = new Promise<string>((resolve) => {
      engine.onNotice(({ message }) => {
        resolve(message);
      });
    });
    writeFileSync(at('log-2'), 'something else wrote here '.repeat(5), { flag: 'a' });
    assert.deepEqual(await readNotes(engine), expected);
    assert.match(await notice, /damaged/);
    await addNote(engine, 21);
    await engine.close();
    assert.equal((await readIds(await folder.open())).length, 21);
  });

  it('detects every flipped bit, or it makes no difference', async () => {
    const names = ['snapshot-2.sqlite', 'log-2', 'CURRENT'];
    const lengths = new Map(names.map((name) => [name, readFileSync(at(name)).length]));
    let detected = 0;
    for (let round = 0; round < FLIPS; round++) {
      const name = names[round % names.length]!;
      const bits = lengths.get(name)! * 8;
      // A fixed, uneven walk over the file, so that a failure can be repeated.
      const bit = Math.floor((((round * 0.618_033_988_749) % 1) + 1) * bits) % bits;
      flipBit(at(name), bit);
      const engine = await folder.open();
      const notes = await readNotes(engine);
      const where = `${name}, bit ${bit}`;
      if (engine.notice === null) assert.deepEqual(notes, expected, where);
      else {
        detected++;
        const known = new Map(expected.map((note) => [note.id, note]));
        for (const note of notes) assert.equal(note.text, known.get(note.id)?.text, where);
        assert.ok(notes.length >= expected.length - 1, where);
      }
      assert.equal(await engine.checkIntegrity(), 'ok');
      await engine.close();
      rmSync(folder.directory, { recursive: true });
      cpSync(intact, folder.directory, { recursive: true });
    }
    assert.ok(detected >= Math.floor(FLIPS / 3) * 2 - 2, `${detected} of ${FLIPS} were noticed`);
  });
}).timeout(600_000);

/** The time of the repair is in the name. */
function withoutTime(name: string): string {
  return name.replace(/\d{8}T\d{6}Z/, 'TIME');
}

function flipBit(file: string, bit: number): void {
  const bytes = readFileSync(file);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(file, bytes);
}
