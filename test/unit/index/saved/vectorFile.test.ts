import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { VectorFile, removeOldVectorFiles } from '../../../../src/index/saved/vectorFile.node.ts';

const DIMENSIONS = 16;

describe('VectorFile', () => {
  let directory = '';
  const open = (): VectorFile => VectorFile.open(directory, 'model.bin', DIMENSIONS);
  const file = (): string => path.join(directory, 'model.bin');

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-vectors-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('follows a file that another process has written anew, and loses nothing that is added after', () => {
    const [one, other] = [open(), open()];
    one.add(vectors(0, 200));
    assert.equal(other.read([hash(5)]).size, 1);
    one.prune(
      [0, 1, 2].map((at) => hash(at)),
      50,
    );
    other.add(vectors(200, 210));
    assert.deepEqual([...one.read([hash(2), hash(5), hash(205)]).keys()], [hash(2), hash(205)]);
    one.close();
    other.close();
    const last = open();
    assert.equal(last.count, 13);
    last.close();
  });

  it('gives back what was added, also when it is opened again, and nothing else', () => {
    const first = open();
    first.add(vectors(0, 3000));
    assert.deepEqual(first.read([hash(0), hash(2999), hash(3000)]), some(0, 2999));
    first.close();
    const second = open();
    second.add(vectors(3000, 3001));
    assert.equal(second.count, 3001);
    assert.deepEqual(second.read([hash(7), hash(3000)]), some(7, 3000));
    second.close();
  });

  it('takes the newer of two vectors of the same text', () => {
    const opened = open();
    opened.add(new Map([[hash(1), vector(1)]]));
    opened.add(new Map([[hash(1), vector(2)]]));
    assert.deepEqual(opened.read([hash(1)]).get(hash(1)), vector(2));
    opened.close();
  });

  it('goes on after a record that was cut off', () => {
    const first = open();
    first.add(vectors(0, 10));
    first.close();
    appendFileSync(file(), 'half a record');
    const second = open();
    second.add(vectors(10, 12));
    assert.deepEqual(second.read([hash(9), hash(11)]), some(9, 11));
    second.close();
  });

  it('knows nothing of a record that is damaged', () => {
    const first = open();
    first.add(vectors(0, 3));
    first.close();
    const bytes = readFileSync(file());
    bytes[36 + 20]! ^= 1;
    writeFileSync(file(), bytes);
    const second = open();
    assert.deepEqual(second.read([hash(0), hash(1), hash(2)]), some(0, 2));
    second.close();
    writeFileSync(file(), 'something else altogether, as long as some records would be');
    const third = open();
    assert.equal(third.read([hash(0)]).size, 0);
    third.add(vectors(0, 1));
    assert.deepEqual(third.read([hash(0)]), some(0));
    third.close();
  });

  it('takes no harm from another process that writes into the same file', () => {
    const [ours, theirs] = [open(), open()];
    ours.add(vectors(0, 2));
    theirs.add(vectors(2, 4));
    ours.add(vectors(4, 6));
    for (const opened of [ours, theirs]) {
      for (const [name, found] of opened.read(Array.from({ length: 6 }, (_, i) => hash(i)))) {
        assert.ok(Array.from({ length: 6 }, (_, i) => i).some((i) => name === hash(i) && found[0] === vector(i)[0]));
      }
      opened.close();
    }
    const again = open();
    assert.equal(again.read(Array.from({ length: 6 }, (_, i) => hash(i))).size, 6);
    again.close();
  });

  it('forgets what nothing uses, when that is worth it', () => {
    const opened = open();
    opened.add(vectors(0, 100));
    const inUse = [hash(3), hash(50), hash(999)];
    opened.prune(inUse, 1000);
    assert.equal(opened.count, 100);
    opened.prune(inUse, 50);
    assert.equal(opened.count, 2);
    assert.deepEqual(opened.read([hash(3), hash(4), hash(50)]), some(3, 50));
    opened.add(vectors(4, 5));
    assert.deepEqual(opened.read([hash(4), hash(50)]), some(4, 50));
    opened.close();
    assert.equal(statSync(file()).size, 3 * (16 + DIMENSIONS + 4));
  });

  it('keeps the files of the built-in model and of three others that were used last', () => {
    for (const [age, name] of ['new.bin', 'old.bin', 'older.bin', 'oldest.bin', 'built-in.bin'].entries()) {
      writeFileSync(path.join(directory, name), '');
      utimesSync(path.join(directory, name), 1000 - age, 1000 - age);
    }
    removeOldVectorFiles(directory, 'built-in.bin');
    assert.deepEqual(readdirSync(directory).sort(), ['built-in.bin', 'new.bin', 'old.bin', 'older.bin']);
    removeOldVectorFiles(path.join(directory, 'missing'), 'built-in.bin');
  });
});

function hash(number: number): string {
  return createHash('sha256').update(String(number)).digest('hex').slice(0, 32);
}

function vector(number: number): Int8Array {
  return Int8Array.from({ length: DIMENSIONS }, (_, i) => (number + i) % 127);
}

function vectors(start: number, end: number): Map<string, Int8Array> {
  return some(...Array.from({ length: end - start }, (_, i) => start + i));
}

function some(...numbers: number[]): Map<string, Int8Array> {
  return new Map(numbers.map((number) => [hash(number), vector(number)]));
}
