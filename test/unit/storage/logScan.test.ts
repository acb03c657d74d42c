import assert from 'node:assert/strict';
import {
  type RecordHeader,
  encodeRecord,
  encodeSeal,
  encodeTransaction,
} from '../../../src/storage/engine/logRecord.ts';
import { type LogPosition, salvageLog, scanLog } from '../../../src/storage/engine/logScan.ts';
import { inBothModes } from './engineFixture.ts';

const GENERATION = 4;
const START = 1000;
const start: LogPosition = { offset: START, sequence: 10 };

const base = { generation: GENERATION, schemaVersion: 1 };

inBothModes('The law of the log', (key) => {
  const seal = key?.sealFor('log 4') ?? null;

  /** A log that is written record by record, with what goes wrong in between. */
  class Log {
    bytes = new Uint8Array();

    get end(): number {
      return START + this.bytes.length;
    }

    raw(bytes: Uint8Array): this {
      this.bytes = Uint8Array.of(...this.bytes, ...bytes);
      return this;
    }

    record(sequence: number, changes: Partial<RecordHeader> = {}): this {
      return this.raw(record(sequence, { offset: this.end, after: this.end, ...changes }));
    }

    seal(next: number, changes: Partial<RecordHeader> = {}): this {
      const header = { ...base, kind: 'seal' as const, sequence: 99, offset: this.end, after: this.end, ...changes };
      return this.raw(encodeRecord(header, encodeSeal(next), seal));
    }

    flip(byte: number): this {
      this.bytes = this.bytes.map((value, index) => (index === byte ? value ^ 16 : value));
      return this;
    }

    cut(length: number): this {
      this.bytes = this.bytes.slice(0, length);
      return this;
    }
  }

  function record(
    sequence: number,
    header: Pick<RecordHeader, 'offset' | 'after'> & Partial<RecordHeader>,
  ): Uint8Array {
    const body = encodeTransaction({ statements: [{ sql: `-- ${sequence}`, parameters: [] }], topics: [] });
    return encodeRecord({ ...base, kind: 'transaction', sequence, ...header }, body, seal);
  }

  /** Sequences that count, `→ n` for a seal, and what the scan says of the end. */
  function scan(log: Log, from = start): string {
    const steps = scanLog({ bytes: log.bytes, start: START, generation: GENERATION, seal }, from);
    const found: string[] = [];
    for (;;) {
      const step = steps.next();
      if (step.done === true) return [...found, step.value.tail].join(' ');
      found.push(step.value.kind === 'seal' ? `→${step.value.nextGeneration}` : String(step.value.position.sequence));
    }
  }

  const size = record(11, { offset: START, after: START }).length;
  const late = START + size;

  const cases: Record<string, [Log, string]> = {
    'takes records in their order': [new Log().record(11).record(12).record(13), '11 12 13 clean'],
    'takes nothing from an empty log': [new Log(), 'clean'],
    'ends with a seal': [new Log().record(11).seal(5).record(12), '11 →5 clean'],
    'voids a record that does not stand where its writer expected it': [
      new Log().record(11).record(12, { offset: START, after: START }).record(12),
      '11 12 clean',
    ],
    'voids a seal that came too late': [new Log().record(11).seal(5, { offset: START }).record(12), '11 12 clean'],
    'voids a number that is taken': [new Log().record(11).record(11).record(12), '11 12 clean'],
    'voids what was torn when the next writer says so': [
      new Log()
        .record(11)
        .record(12)
        .cut(size + 60)
        .record(12, { after: late }),
      '11 12 clean',
    ],
    'voids a torn header when the next writer says so': [
      new Log()
        .record(11)
        .record(12)
        .cut(size + 20)
        .record(12, { after: late }),
      '11 12 clean',
    ],
    'calls a record torn whose body is not all there': [
      new Log()
        .record(11)
        .record(12)
        .cut(2 * size - 1),
      '11 torn',
    ],
    'calls a record torn whose header is not all there': [
      new Log()
        .record(11)
        .record(12)
        .cut(size + 10),
      '11 torn',
    ],
    'calls it torn when a second writer was cut off as well': [
      new Log()
        .record(11)
        .record(12)
        .cut(size + 60)
        .record(12, { after: late })
        .cut(2 * size + 57),
      '11 torn',
    ],
    'calls a flipped bit in the last body damage': [
      new Log()
        .record(11)
        .record(12)
        .flip(2 * size - 6),
      '11 damaged',
    ],
    'calls a flipped bit in the last length damage': [
      new Log()
        .record(11)
        .record(12)
        .flip(size + 40),
      '11 damaged',
    ],
    'calls a flipped bit in the middle damage': [new Log().record(11).record(12).flip(60).record(13), 'damaged'],
    'calls a missing record damage': [new Log().record(11).record(13), '11 damaged'],
    'calls a record of another generation damage': [new Log().record(11, { generation: 3 }), 'damaged'],
    'calls zeros damage': [new Log().record(11).raw(new Uint8Array(100)), '11 damaged'],
    'finds a seal behind damage': [new Log().record(11).raw(new Uint8Array(100)).seal(5), '11 →5 clean'],
  };

  for (const [name, [log, expected]] of Object.entries(cases)) {
    it(name, () => {
      assert.equal(scan(log), expected);
    });
  }

  it('takes all but the last record wherever that is cut', () => {
    const whole = new Log().record(11).record(12).record(13);
    for (let length = 2 * size + 1; length < 3 * size; length++) {
      const cut = new Log().raw(whole.bytes.slice(0, length));
      assert.equal(scan(cut), '11 12 torn', `${length}`);
      assert.equal(scan(cut.record(13, { after: START + 2 * size }).record(14)), '11 12 13 14 clean', `${length}`);
    }
  });

  it('does not take a record for whole because of what was appended after it was cut', () => {
    // In so many, some have a checksum that ends with the bytes that the next record begins with.
    for (let number = 0; number < 1500; number++) {
      const body = encodeTransaction({ statements: [{ sql: `-- ${number}`, parameters: [] }], topics: [] });
      const torn = encodeRecord(
        { ...base, kind: 'transaction', sequence: 11, offset: START, after: START },
        body,
        seal,
      );
      for (let missing = 1; missing <= 3; missing++) {
        const log = new Log().raw(torn.slice(0, -missing));
        assert.equal(scan(log.record(11, { after: START }).record(12)), '11 12 clean');
      }
    }
  });

  it('takes back nothing when more is appended', () => {
    const log = new Log();
    let before: string[] = [];
    const steps = [
      () => log.record(11),
      () => log.record(11),
      () => log.record(12, { offset: START }),
      () => log.raw(record(12, { offset: log.end, after: log.end }).slice(0, 70)),
      () => log.record(12, { after: START + 3 * size }),
      () => log.record(13),
      () => log.seal(5),
      () => log.record(14),
    ];
    for (const step of steps) {
      step();
      const now = scan(log).split(' ').slice(0, -1);
      assert.deepEqual(now.slice(0, before.length), before);
      before = now;
    }
    assert.deepEqual(before, ['11', '12', '13', '→5']);
  });

  it('salvages every whole record behind damage', () => {
    const { bytes } = new Log().record(11).record(12).flip(60).record(13).record(13, { offset: 0 }).record(14);
    const salvaged = [...salvageLog({ bytes, start: START, generation: GENERATION, seal }, start)];
    assert.deepEqual(
      salvaged.map(({ sequence }) => sequence),
      [12, 13, 14],
    );
  });
}).timeout(20_000);
