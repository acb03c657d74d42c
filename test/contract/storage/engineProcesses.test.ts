import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import { type NotesSchema, EngineFolder, addNote, readNotes } from '../../unit/storage/engineFixture.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';
const KILLS = isCampaign ? 300 : 12;
const WRITERS = isCampaign ? 4 : 3;
const TRANSACTIONS = isCampaign ? 2_500 : 120;

/** A running writer and the transactions that it was told are stored. */
interface Writer {
  readonly process: ChildProcess;
  readonly acknowledged: number[];
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

function startWriter(directory: string, name: string, count: number, compactEvery: number): Writer {
  const script = path.join(import.meta.dirname, 'writerProcess.ts');
  const child = spawn(process.execPath, [script, directory, name, String(count), String(compactEvery)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: number[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    acknowledged.push(...lines.map(Number));
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  return { process: child, acknowledged, ended };
}

/** The numbers that a writer's rows have, ascending; each must be there with its twin. */
function numbersOf(notes: NotesSchema['notes'][], name: string): number[] {
  const numbers = (text: string): number[] => notes.filter((note) => note.text === text).map(({ amount }) => amount);
  assert.deepEqual(numbers(name), numbers(`${name} twin`), 'a transaction is there by half');
  return numbers(name).sort((a, b) => a - b);
}

describe('Processes that share a store', () => {
  let folder: EngineFolder;
  let engine: Engine<NotesSchema>;

  beforeEach(async () => {
    folder = new EngineFolder();
    engine = await folder.open();
    await addNote(engine, 1, 'counter');
  });

  afterEach(() => folder.dispose());

  it(`miss nothing that was acknowledged before one was killed, ${KILLS} times`, async () => {
    const acknowledged: number[] = [];
    for (let round = 0; round < KILLS; round++) {
      const writer = startWriter(folder.directory, 'killed', 1_000_000, 40);
      while (writer.acknowledged.length === 0) await Promise.race([delay(5), writer.ended]);
      await delay(Math.random() * 150);
      writer.process.kill('SIGKILL');
      assert.equal(await writer.ended, 'SIGKILL');
      acknowledged.push(...writer.acknowledged);
      const survivor = await folder.open();
      const numbers = numbersOf(await readNotes(survivor), 'killed');
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
      );
      const last = acknowledged.at(-1) ?? 0;
      assert.ok(
        numbers.length === last || numbers.length === last + 1,
        `${numbers.length} stored, ${last} acknowledged`,
      );
      const status = await survivor.status();
      assert.deepEqual([status.integrity, status.notice], ['ok', null]);
      await survivor.close();
    }
    assert.ok(acknowledged.length >= KILLS);
  });

  for (const broken of [false, true]) {
    it(`count right while ${WRITERS} write at the same time${broken ? ' and their lock is broken at random' : ''}`, async () => {
      const names = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`);
      const writers = names.map((name) => startWriter(folder.directory, name, TRANSACTIONS, TRANSACTIONS / 4));
      let running = true;
      const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => (running = false));
      while (broken && running) {
        rmSync(path.join(folder.directory, 'lock'), { force: true });
        await delay(Math.random() * 5);
      }
      assert.deepEqual(
        await ended,
        names.map(() => 0),
      );
      for (const each of [engine, await folder.open()]) {
        const notes = await readNotes(each);
        assert.equal(notes[0]?.amount, WRITERS * TRANSACTIONS);
        for (const name of names)
          assert.deepEqual(
            numbersOf(notes, name),
            Array.from({ length: TRANSACTIONS }, (_, index) => index + 1),
          );
        const status = await each.status();
        assert.deepEqual([status.integrity, status.notice], ['ok', null]);
      }
      assert.deepEqual(await readNotes(engine), await readNotes(await folder.open()));
    });
  }
}).timeout(isCampaign ? 3_600_000 : 120_000);
