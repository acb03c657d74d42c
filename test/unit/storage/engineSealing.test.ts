import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { errorCode } from '../../../src/base/errors.ts';
import type { Engine, EngineChange } from '../../../src/storage/engine/engine.ts';
import { type LogHeader, decodeLogHeader, encodeLogHeader } from '../../../src/storage/engine/logHeader.ts';
import { encodeRecord, encodeTransaction } from '../../../src/storage/engine/logRecord.ts';
import { newStoreSecret, openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { StoreKeys } from '../../../src/storage/seal/storeKeys.ts';
import { type NotesSchema, EngineFolder, addNote, readIds, readNotes } from './engineFixture.ts';
import { findPlaintext, readFolder } from './plaintextSearch.ts';

const MARKERS = ['first-marker-7c1d', 'second marker: ärger', 'topic-of-a-note'];

describe('Sealing a store', () => {
  const key = openStoreKey(newStoreSecret());
  let folder: EngineFolder;

  beforeEach(() => {
    folder = new EngineFolder();
  });

  afterEach(() => folder.dispose());

  const at = (name: string): string => path.join(folder.directory, name);
  const withKey = (): { keys: StoreKeys } => {
    const keys = new StoreKeys();
    keys.add(key);
    return { keys };
  };
  const addMarkers = async (engine: Engine<NotesSchema>): Promise<void> => {
    for (const [index, marker] of MARKERS.entries()) await addNote(engine, index + 1, marker);
    await engine.transaction(async (database, touch) => {
      touch(MARKERS[2]!);
      const data = Buffer.from(MARKERS[0]!);
      await database.insertInto('notes').values({ id: 9, amount: 0, data }).execute();
    });
  };
  const generations = (): string[] => readdirSync(folder.directory).filter((name) => /^(log|snapshot)-/.test(name));

  it('finds plaintext where there is some', async () => {
    await addMarkers(await folder.open());
    assert.equal(findPlaintext(folder.directory, MARKERS).length, MARKERS.length);
    writeFileSync(at('base64'), Buffer.from(`x${MARKERS[0]!}`).toString('base64'));
    writeFileSync(at('utf16'), Buffer.from(MARKERS[1]!, 'utf16le'));
    writeFileSync(at(MARKERS[2]!), '');
    assert.equal(findPlaintext(folder.directory, MARKERS).length, 2 * MARKERS.length);
  });

  it('leaves all that was stored, and nothing of it that can be read without the key', async () => {
    const engine = await folder.open();
    await addMarkers(engine);
    const before = await readNotes(engine);
    await engine.seal(key);
    assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
    assert.deepEqual(generations(), ['log-2', 'log-3', 'snapshot-2.sqlite', 'snapshot-3.sqlite']);
    await addNote(engine, 20, MARKERS[0]);
    await engine.compact();
    await addNote(engine, 21, MARKERS[1]);
    assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
    assert.equal((await engine.status()).keyId, key.id);
    await engine.close();
    const again = await folder.open(withKey());
    assert.deepEqual((await readNotes(again)).slice(0, before.length), before);
    assert.deepEqual([(await again.status()).keyId, again.notice], [key.id, null]);
  });

  it('opens it again, and leaves nothing sealed', async () => {
    const engine = await folder.open();
    await addMarkers(engine);
    await engine.seal(key);
    const before = await readNotes(engine);
    await engine.seal(null);
    assert.equal((await engine.status()).keyId, null);
    await engine.close();
    assert.deepEqual(await readNotes(await folder.open()), before);
    for (const [name, bytes] of readFolder(folder.directory)) assert.ok(!bytes.includes('SXTSEAL1'), name);
  });

  it('takes the windows along that have the key', async () => {
    const engine = await folder.open();
    const other = await folder.open(withKey());
    await addNote(engine, 1);
    assert.deepEqual(await readIds(other), [1]);
    await engine.seal(key);
    await addNote(other, 2);
    assert.deepEqual(
      [await readIds(engine), await readIds(other)],
      [
        [1, 2],
        [1, 2],
      ],
    );
    await other.seal(null);
    await addNote(engine, 3);
    assert.deepEqual(
      [await readIds(engine), await readIds(other)],
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    );
    assert.equal((await engine.status()).keyId, null);
  });

  it('tells a window without the key, which then writes nothing, until it gets the key', async () => {
    const engine = await folder.open();
    const keys = new StoreKeys();
    const other = await folder.open({ keys });
    const heard: EngineChange['topics'][] = [];
    other.onDidChange(({ topics }) => heard.push(topics));
    await addNote(engine, 1);
    assert.deepEqual(await readIds(other), [1]);
    await engine.seal(key);
    await addNote(engine, 2);
    const files = readFolder(folder.directory);
    const locked = { code: 'locked', data: { keyId: key.id }, message: /recovery code/ };
    for (let round = 0; round < 2; round++) {
      await assert.rejects(readIds(other), locked);
      await assert.rejects(addNote(other, 3), locked);
      await assert.rejects(other.compact(), locked);
      await assert.rejects(other.status(), locked);
    }
    assert.ok(heard.includes('everything'), 'it hears that there is something new to ask for');
    assert.deepEqual(readFolder(folder.directory), files);
    keys.add(key);
    assert.deepEqual(await readIds(other), [1, 2]);
    await addNote(other, 3);
    assert.deepEqual(await readIds(engine), [1, 2, 3]);
  });

  it('lets only one of two windows choose the key', async () => {
    const engine = await folder.open();
    const other = await folder.open(withKey());
    await addNote(engine, 1);
    const second = openStoreKey(newStoreSecret());
    const results = await Promise.allSettled([engine.seal(key), other.seal(second)]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [errorCode(result.reason)] : []));
    assert.match(refusals.join(), /^(conflict|locked)$/);
  });

  for (const [name, keys] of [
    ['without a key', new StoreKeys()],
    ['with the key of another store', keysOf(openStoreKey(newStoreSecret()))],
  ] as const) {
    for (const [damage, harm] of [
      ['whole', () => undefined],
      [
        'with a damaged snapshot',
        () => {
          flipBit(at('snapshot-3.sqlite'), 9_000);
        },
      ],
      [
        'with a damaged log',
        () => {
          flipBit(at('log-3'), 90);
        },
      ],
      [
        'without its log',
        () => {
          rmSync(at('log-3'));
        },
      ],
      [
        'without its snapshot',
        () => {
          rmSync(at('snapshot-3.sqlite'));
        },
      ],
      [
        'without CURRENT',
        () => {
          rmSync(at('CURRENT'));
        },
      ],
    ] as const) {
      it(`says ${name} that a store is encrypted, and touches nothing: ${damage}`, async () => {
        const engine = await folder.open();
        await addMarkers(engine);
        await engine.seal(key);
        await addNote(engine, 20);
        await engine.close();
        harm();
        const files = readFolder(folder.directory);
        await assert.rejects(folder.open({ keys }), { code: 'locked', data: { keyId: key.id } });
        assert.deepEqual(readFolder(folder.directory), files);
        const opened = await folder.open(withKey());
        assert.ok((await readIds(opened)).length >= 4);
        assert.equal((await opened.status()).keyId, key.id);
      });
    }
  }

  it('seals damaged files that were set aside before, and keeps those sealed that come later', async () => {
    const engine = await folder.open();
    await addMarkers(engine);
    await engine.close();
    flipBit(at('log-1'), 700);
    const repaired = await folder.open();
    assert.match(repaired.notice ?? '', /damaged/);
    assert.ok(findPlaintext(folder.directory, MARKERS).length > 0);
    await repaired.seal(key);
    assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
    assert.ok(readdirSync(folder.directory).filter((name) => name.startsWith('damaged-')).length >= 2);
    await addMarkers2(repaired);
    await repaired.close();
    flipBit(at('log-4'), (readFileSync(at('log-4')).length - 300) * 8);
    const again = await folder.open(withKey());
    assert.match(again.notice ?? '', /damaged/);
    assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
    await again.seal(null);
    assert.ok(readdirSync(folder.directory).some((name) => /^damaged-.*Z-log-1$/.test(name)));
    assert.ok(findPlaintext(folder.directory, MARKERS).length > 0);
  });

  async function addMarkers2(engine: Engine<NotesSchema>): Promise<void> {
    for (const [index, marker] of MARKERS.entries()) await addNote(engine, 100 + index, marker);
  }

  describe('notices what was put in the place of something else, and gives nothing of it away:', () => {
    /** Where the records of a log begin, and each ends. */
    const recordsOf = (log: Buffer): number[] => {
      const starts: number[] = [];
      for (let at = log.indexOf('SXR1'); at !== -1; at = log.indexOf('SXR1', at + 1)) starts.push(at);
      return [...starts, log.length];
    };
    const rewriteLog = (change: (log: Buffer, starts: number[]) => Uint8Array[]): void => {
      const log = readFileSync(at('log-4'));
      writeFileSync(at('log-4'), Buffer.concat(change(log, recordsOf(log))));
    };
    const otherKey = openStoreKey(newStoreSecret());
    const cases: Record<string, () => void> = {
      'the snapshot of the generation before': () => {
        copyFileSync(at('snapshot-3.sqlite'), at('snapshot-4.sqlite'));
      },
      'the records of the generation before': () => {
        const before = readFileSync(at('log-3'));
        rewriteLog((log, [start = 0]) => [log.subarray(0, start), before.subarray(recordsOf(before)[0])]);
      },
      'a later record': () => {
        rewriteLog((log, [first = 0, second = 0, third = 0]) => [
          log.subarray(0, first),
          log.subarray(second, third),
          log.subarray(first, second),
          log.subarray(third),
        ]);
      },
      'a header that says that nothing is sealed': () => {
        rewriteLog((log, [start = 0]) => {
          const { header } = decodeLogHeader(log)!;
          const withoutKey = Object.fromEntries(Object.entries(header).filter(([name]) => name !== 'keyId'));
          return [encodeLogHeader(withoutKey as unknown as LogHeader, null), log.subarray(start)];
        });
      },
      'a header with another number, which nobody with the key wrote': () => {
        rewriteLog((log, [start = 0]) => {
          const { header } = decodeLogHeader(log)!;
          return [encodeLogHeader({ ...header, sequence: header.sequence - 1 }, otherKey), log.subarray(start)];
        });
      },
      'the records of another store': () => {
        rewriteLog((log, [start = 0]) => [
          log.subarray(0, start),
          encodeRecord(
            { kind: 'transaction', generation: 4, schemaVersion: 1, sequence: 4, offset: start, after: start },
            encodeTransaction({ statements: [{ sql: 'DELETE FROM notes', parameters: [] }], topics: [] }),
            otherKey.sealFor('log 4'),
          ),
        ]);
      },
      'a record that is not sealed': () => {
        rewriteLog((log, [start = 0]) => [
          log.subarray(0, start),
          encodeRecord(
            { kind: 'transaction', generation: 4, schemaVersion: 1, sequence: 4, offset: start, after: start },
            encodeTransaction({
              statements: [{ sql: 'DELETE FROM notes WHERE id BETWEEN 0 AND 1000000000', parameters: [] }],
              topics: [],
            }),
            null,
          ),
        ]);
      },
      'the pieces of a snapshot in another order, with the right checksum': () => {
        const snapshot = readFileSync(at('snapshot-4.sqlite'));
        const size = 65_536 + 28;
        const [one, other] = [snapshot.subarray(28, 28 + size), snapshot.subarray(28 + size, 28 + 2 * size)];
        const swapped = Buffer.concat([snapshot.subarray(0, 28), other, one, snapshot.subarray(28 + 2 * size)]);
        writeFileSync(at('snapshot-4.sqlite'), swapped);
        const snapshotSha256 = createHash('sha256').update(swapped).digest('hex');
        rewriteLog((log, [start = 0]) => [
          encodeLogHeader({ ...decodeLogHeader(log)!.header, snapshotSha256 }, key),
          log.subarray(start),
        ]);
      },
    };

    for (const [name, forge] of Object.entries(cases)) {
      it(name, async () => {
        const engine = await folder.open();
        const data = new Uint8Array(200_000);
        await engine.transaction((database) =>
          database.insertInto('notes').values({ id: 0, amount: 0, data }).execute(),
        );
        await engine.seal(key);
        for (const id of [1, 2, 3]) await addNote(engine, id, MARKERS[0]);
        await engine.compact();
        for (const id of [4, 5, 6]) await addNote(engine, id, MARKERS[1]);
        await engine.close();
        forge();
        const forged = await folder.open(withKey());
        assert.match(forged.notice ?? '', /damaged/);
        const notes = await readNotes(forged);
        assert.ok(notes.length >= 3, `${notes.length}`);
        for (const { id, text } of notes.slice(1)) assert.equal(text, MARKERS[id <= 3 ? 0 : 1]);
        assert.equal((await forged.status()).keyId, key.id);
        assert.deepEqual(findPlaintext(folder.directory, MARKERS), []);
      });
    }

    it('the log of another store, which it asks the key of', async () => {
      const other = new EngineFolder(otherKey);
      await addNote(await other.open(), 1);
      const engine = await folder.open();
      await engine.seal(key);
      await engine.close();
      const log = readFileSync(path.join(other.directory, 'log-1'));
      const { header } = decodeLogHeader(log)!;
      writeFileSync(at('log-3'), encodeLogHeader({ ...header, generation: 3 }, otherKey));
      await assert.rejects(folder.open(withKey()), { code: 'locked', data: { keyId: otherKey.id } });
      await other.dispose();
    });
  });
}).timeout(120_000);

function keysOf(...all: ReturnType<typeof openStoreKey>[]): StoreKeys {
  const keys = new StoreKeys();
  for (const key of all) keys.add(key);
  return keys;
}

function flipBit(file: string, bit: number): void {
  const bytes = readFileSync(file);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  writeFileSync(file, bytes);
}
