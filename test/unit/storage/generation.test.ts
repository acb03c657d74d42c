import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { SextantError } from '../../../src/base/errors.ts';
import { writeFirstGeneration, writeNextGeneration } from '../../../src/storage/engine/compaction.ts';
import type { EngineContext } from '../../../src/storage/engine/context.ts';
import type { Generation } from '../../../src/storage/engine/generation.ts';
import { loadGeneration } from '../../../src/storage/engine/loadGeneration.ts';
import { encodeSeal, encodeTransaction } from '../../../src/storage/engine/logRecord.ts';
import { migrate } from '../../../src/storage/engine/migrate.ts';
import type { LogFile, StorePlatform } from '../../../src/storage/engine/platform.ts';
import { SqlDatabase, loadSqlite, sqliteVersion } from '../../../src/storage/engine/sqlDatabase.ts';
import { EngineFolder, inBothModes, notesMigrations } from './engineFixture.ts';

function insert(id: number): { kind: 'transaction'; body: Uint8Array } {
  const statements = [{ sql: 'INSERT INTO notes (id) VALUES (?)', parameters: [id] }];
  return { kind: 'transaction', body: encodeTransaction({ statements, topics: [`${id}`] }) };
}

const seal = { kind: 'seal' as const, body: encodeSeal(2) };

/**
 * Two processes that write without a lock. What the second does happens between the first one's write
 * and its look at where that has ended up, which is the moment that counts.
 */
inBothModes('Two writers of one log', (key) => {
  let folder: EngineFolder;
  let context: EngineContext;
  let first: Generation;
  let second: Generation;
  /** What happens just before, and just after, the first writer's append. */
  let before: () => void;
  let after: () => void;

  beforeEach(async () => {
    folder = new EngineFolder(key);
    const platform = folder.platform();
    const sqlite = await loadSqlite(() => platform.readSqlite());
    context = {
      platform,
      keys: folder.keys(),
      sqlite,
      sqliteVersion: sqliteVersion(sqlite),
      migrations: notesMigrations,
    };
    const database = new SqlDatabase(sqlite, undefined);
    await migrate(database, notesMigrations, 0, 1);
    writeFirstGeneration(context, { database, sequence: 0, schemaVersion: 1 })!.close();
    before = after = () => undefined;
    first = loadGeneration({ ...context, platform: hooked(platform) }, 1)!.generation;
    second = loadGeneration(context, 1)!.generation;
  });

  afterEach(async () => {
    first.close();
    second.close();
    await folder.dispose();
  });

  function hooked(platform: StorePlatform): StorePlatform {
    const hook = (log: LogFile): LogFile => ({
      size: () => log.size(),
      appendToDeleted(bytes) {
        log.appendToDeleted(bytes);
      },
      readFrom: (start) => log.readFrom(start),
      sync() {
        log.sync();
      },
      close() {
        log.close();
      },
      append(bytes) {
        before();
        log.append(bytes);
        after();
      },
    });
    const openLog = (name: string): LogFile | undefined => {
      const log = platform.files.openLog(name);
      return log === undefined ? undefined : hook(log);
    };
    return { ...platform, files: { ...platform.files, openLog } };
  }

  /** The sequences that a third process finds, and how the log ends for it. */
  function read(): { ids: unknown[]; end: string } {
    const { generation, caughtUp } = loadGeneration(context, 1)!;
    const ids = generation.database.execute('SELECT id FROM notes ORDER BY id', []).rows.map(({ id }) => id);
    generation.close();
    return { ids, end: caughtUp.end };
  }

  it('lets the one count that came first', () => {
    before = () => {
      assert.equal(second.append([insert(2)], true), 'stands');
    };
    assert.equal(first.append([insert(1)], true), 'beaten');
    assert.deepEqual(read(), { ids: [2], end: 'clean' });
  });

  it('lets one count although another has come after it', () => {
    after = () => {
      second.catchUp();
      assert.equal(second.append([insert(2)], true), 'stands');
    };
    assert.equal(first.append([insert(1)], true), 'stands');
    assert.deepEqual(read(), { ids: [1, 2], end: 'clean' });
    assert.deepEqual(first.catchUp(), { topics: ['2'], applied: 1, end: 'clean' });
  });

  it('lets none count after a seal', () => {
    before = () => {
      assert.equal(second.append([seal], true), 'stands');
    };
    assert.equal(first.append([insert(1)], true), 'beaten');
    assert.deepEqual(read(), { ids: [], end: 'sealed' });
    assert.equal(first.catchUp().next, 2);
  });

  it('lets a seal not count that came too late', () => {
    before = () => {
      assert.equal(second.append([insert(2)], true), 'stands');
    };
    assert.equal(first.append([seal], true), 'beaten');
    assert.deepEqual(read(), { ids: [2], end: 'clean' });
  });

  for (const isMovedAway of [false, true]) {
    it(`lets one count that was taken along into the next generation${isMovedAway ? ', its log gone' : ''}`, () => {
      after = () => {
        second.catchUp();
        assert.equal(second.append([seal], true), 'stands');
        if (isMovedAway) rmSync(path.join(folder.directory, 'log-1'));
      };
      assert.equal(first.append([insert(1)], true), 'stands');
    });
  }

  it('does not let one count whose log has gone with nothing to go on from it', () => {
    after = () => {
      rmSync(path.join(folder.directory, 'log-1'));
    };
    assert.equal(first.append([insert(1)], true), 'lost');
    assert.equal(first.catchUp().end, 'lost');
  });

  it('gives up a generation whose files another has tidied away', () => {
    const { files } = context.platform;
    const replace = (name: string, bytes: Uint8Array): void => {
      if (!name.startsWith('snapshot-')) {
        files.replace(name, bytes);
        return;
      }
      // The other process is quicker, by a whole compaction.
      assert.equal(second.append([seal], true), 'stands');
      throw new SextantError('invalid', 'The draft is gone.');
    };
    const slow = { ...context, platform: { ...context.platform, files: { ...files, replace } } };
    const { database, sequence } = first;
    assert.equal(writeNextGeneration(slow, first, { database, sequence, schemaVersion: 1 }), undefined);
    assert.equal(first.catchUp().next, 2);
  });

  it('lets all of a group count, or none', () => {
    before = () => {
      before = () => undefined;
      assert.equal(second.append([insert(10), insert(11)], true), 'stands');
    };
    assert.equal(first.append([insert(1), insert(2)], true), 'beaten');
    first.catchUp();
    assert.equal(first.append([insert(1), insert(2)], true), 'stands');
    assert.deepEqual(read(), { ids: [1, 2, 10, 11], end: 'clean' });
  });
}).timeout(20_000);
