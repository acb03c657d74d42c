import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crc32 } from '../../../src/storage/engine/crc32.ts';
import {
  type RecordHeader,
  type SqlValue,
  decodeTransaction,
  encodeRecord,
  encodeTransaction,
  readBody,
  readHeader,
} from '../../../src/storage/engine/logRecord.ts';
import { inBothModes } from './engineFixture.ts';

const header: RecordHeader = {
  kind: 'transaction',
  generation: 3,
  schemaVersion: 2,
  sequence: 7,
  offset: 100,
  after: 90,
};

const values: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 40 }),
);

const statement = fc.record(
  { sql: fc.constantFrom('a', 'b', 'UPDATE ü SET x = ?'), parameters: fc.array(values) },
  { noNullPrototype: true },
);
const transactions = fc.record(
  { statements: fc.array(statement), topics: fc.array(fc.string()) },
  { noNullPrototype: true },
);

inBothModes('A log record', (key) => {
  const seal = key?.sealFor('log 3') ?? null;

  it('has the checksum of zlib', () => {
    for (const [text, checksum] of [
      ['', 0],
      ['123456789', 0xcbf43926],
      ['The quick brown fox jumps over the lazy dog', 0x414fa339],
    ] as const) {
      assert.equal(crc32(new TextEncoder().encode(text)), checksum);
    }
  });

  it('gives back every transaction as it was', () => {
    fc.assert(
      fc.property(transactions, (transaction) => {
        const bytes = encodeRecord(header, encodeTransaction(transaction), seal);
        const found = readHeader(bytes, 0)!;
        assert.deepEqual(found, { ...header, size: bytes.length });
        assert.deepEqual(decodeTransaction(readBody(bytes, 0, found, seal)!), transaction);
      }),
    );
  });

  it('is not read once any of its bits is another', () => {
    const transaction = { statements: [{ sql: 'INSERT', parameters: ['text', 1, 2.5, null] }], topics: ['t'] };
    const intact = encodeRecord(header, encodeTransaction(transaction), seal);
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const flipped = intact.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const found = readHeader(flipped, 0);
      assert.equal(found && readBody(flipped, 0, found, seal), undefined, `bit ${bit}`);
    }
  });

  it('names each statement’s text once', () => {
    const sql = 'INSERT INTO notes (id) VALUES (?)';
    const statements = Array.from({ length: 1000 }, (_, id) => ({ sql, parameters: [id] }));
    assert.ok(encodeTransaction({ statements, topics: [] }).length < 6000);
  });
}).timeout(20_000);
