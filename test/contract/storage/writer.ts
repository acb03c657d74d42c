import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { sql } from 'kysely';
import type { Engine, Migration } from '../../../src/storage/engine/engine.ts';
import { type NotesSchema, notesMigrations, readNotes } from '../../unit/storage/engineFixture.ts';

/** Rows 1 to this are counters. */
export const COUNTERS = 5;

export interface WriterOptions {
  readonly directory: string;
  readonly schemaVersion: number;
  /** Keeps its rows apart from other writers'. */
  readonly index: number;
  readonly first: number;
  readonly count: number;
  /** What it does between transactions, after every so many; 0 for never. */
  readonly every: number;
  readonly interruption: 'compaction' | 'vacuum' | 'restore' | 'sealing';
  /** Base64, of the key of a store that is sealed. */
  readonly secret: string | null;
  /** Every 17th transaction has so much data. */
  readonly largeBytes: number;
}

/** What a process sees when all have written. */
export interface Outcome {
  readonly hash: string;
  /** Whether one who only reads again what the events name has the same rows. */
  readonly eventsAreComplete: boolean;
}

export function noteId(writer: number, number: number): number {
  return (writer + 1) * 10_000_000 + number;
}

/** Of the row that is written together with this one. */
export function twinId(id: number): number {
  return id + 5_000_000;
}

/** Each after the first touches every row, so that it takes a while. */
export function manyMigrations(count: number): Migration[] {
  const more = Array.from({ length: count - notesMigrations.length }, (_, index) => ({
    name: `more-${index}`,
    async up(database: Parameters<Migration['up']>[0]) {
      await sql`UPDATE notes SET text = text || ''`.execute(database);
      await sql`CREATE TABLE ${sql.table(`more_${index}`)} (id INTEGER PRIMARY KEY) STRICT`.execute(database);
    },
  }));
  return [...notesMigrations, ...more];
}

/** SHA-256 of all rows. */
export function hashOf(notes: readonly NotesSchema['notes'][]): string {
  const hash = createHash('sha256');
  for (const { id, text, amount, data } of notes)
    hash.update(`${id} ${text} ${amount} ${data?.length}\n`).update(data ?? '');
  return hash.digest('hex');
}

/** The rows as somebody has them who reads again what the events name, and nothing else. */
export class Mirror {
  readonly #engine: Engine<NotesSchema>;
  readonly #rows = new Map<number, NotesSchema['notes']>();
  #touched: Set<number> | 'everything' = 'everything';
  #reading: Promise<void> | undefined;

  constructor(engine: Engine<NotesSchema>) {
    this.#engine = engine;
    engine.onDidChange(({ topics }) => {
      if (topics === 'everything' || this.#touched === 'everything') this.#touched = 'everything';
      else for (const topic of topics) this.#touched.add(Number(topic));
      this.#reading ??= this.#readAgain().finally(() => (this.#reading = undefined));
    });
  }

  async compare(): Promise<Outcome> {
    const notes = await readNotes(this.#engine);
    await this.#reading;
    const mine = [...this.#rows.values()].sort((one, other) => one.id - other.id);
    return { hash: hashOf(notes), eventsAreComplete: hashOf(mine) === hashOf(notes) };
  }

  async #readAgain(): Promise<void> {
    while (this.#touched === 'everything' || this.#touched.size > 0) {
      const touched = this.#touched;
      this.#touched = new Set();
      const rows = await this.#engine.read((database) => {
        const query = database.selectFrom('notes').selectAll();
        return (touched === 'everything' ? query : query.where('id', 'in', [...touched])).execute();
      });
      if (touched === 'everything') this.#rows.clear();
      else for (const id of touched) this.#rows.delete(id);
      for (const row of rows) this.#rows.set(row.id, row);
    }
  }
}

/** A running writer, and the transactions that it was told are stored. */
export class Writer {
  readonly acknowledged: number[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | NodeJS.Signals | null>;
  readonly #said: string[] = [];
  #rest = '';
  #heard: () => void = () => undefined;

  constructor(options: WriterOptions) {
    const script = path.join(import.meta.dirname, 'writerProcess.ts');
    const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#hear(text);
    });
    this.#ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        resolve(code ?? signal);
        this.#heard();
      });
    });
  }

  /** Waits until it has said this; throws when it has ended without. */
  async hasSaid(wanted: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = this.#said.find(wanted);
      if (line !== undefined) return line;
      if (this.#process.exitCode !== null || this.#process.signalCode !== null)
        throw new Error('The writer has ended.');
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  /** Lets it look at the end, and end. */
  async finish(): Promise<Outcome> {
    this.#process.stdin?.write('finish\n');
    const outcome = JSON.parse(await this.hasSaid((line) => line.startsWith('{'))) as Outcome;
    await this.#ended;
    return outcome;
  }

  /** Ends it as a power cut would end its process; gives how it ended. */
  async kill(): Promise<number | NodeJS.Signals | null> {
    this.#process.kill('SIGKILL');
    return this.#ended;
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^\d+$/.test(line)) this.acknowledged.push(Number(line));
      this.#said.push(line);
    }
    this.#heard();
  }
}
