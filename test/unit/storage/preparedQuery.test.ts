import assert from 'node:assert/strict';
import { type CompiledQuery, Kysely, type QueryResult, SqliteDialect } from 'kysely';
import { type Values, preparedQuery } from '../../../src/storage/preparedQuery.ts';
import type { StoreSchema } from '../../../src/storage/schema.ts';

interface Asked extends Record<string, unknown> {
  readonly userId: string;
  readonly folderId: string | null | undefined;
}

describe('A prepared query', () => {
  const database = new Kysely<StoreSchema>({ dialect: new SqliteDialect({ database: undefined as never }) });
  let built: number;
  let ran: CompiledQuery[];
  const query = preparedQuery((db, { userId, folderId }: Values<Asked>) => {
    built++;
    const all = db.selectFrom('conversations').select('id').where('user_id', '=', userId).limit(7);
    return folderId === undefined ? all : all.where('folder_id', folderId === null ? 'is' : '=', folderId);
  });

  beforeEach(() => {
    built = 0;
    ran = [];
    database.executeQuery = <Row>(each: CompiledQuery<Row>): Promise<QueryResult<Row>> => {
      ran.push(each);
      return Promise.resolve({ rows: [] });
    };
  });

  it('is built once for each set of values that are null or missing, and runs with its own each time', async () => {
    for (const folderId of [undefined, null, 'folder']) {
      for (const userId of ['one', 'other']) await query(database, { userId, folderId });
    }
    assert.equal(built, 3);
    const beginning = 'select "id" from "conversations" where "user_id" = ?';
    assert.deepEqual(
      ran.map(({ sql, parameters }) => [sql, ...parameters]),
      [
        [`${beginning} limit ?`, 'one', 7],
        [`${beginning} limit ?`, 'other', 7],
        [`${beginning} and "folder_id" is null limit ?`, 'one', 7],
        [`${beginning} and "folder_id" is null limit ?`, 'other', 7],
        [`${beginning} and "folder_id" = ? limit ?`, 'one', 'folder', 7],
        [`${beginning} and "folder_id" = ? limit ?`, 'other', 'folder', 7],
      ],
    );
  });
});
