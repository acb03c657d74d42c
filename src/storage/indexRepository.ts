import type { Kysely } from 'kysely';
import type { Engine } from './engine/engine.ts';
import type { IndexSchema } from './indexSchema.ts';

/** A file of the index. */
export interface StoredFile {
  readonly id: number;
  readonly path: string;
  readonly contentHash: string;
  readonly language: string;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  readonly revision: number;
}

/** What parsing a file has come to. */
export interface StoredPassages {
  /** The file's. */
  readonly id: number;
  readonly chunks: Uint8Array;
  readonly slots: Uint8Array;
  readonly outline: Uint8Array;
}

/** What one transaction changes: the files that go, then those that come, with what is in them. */
export interface IndexChanges {
  readonly removedFileIds: readonly number[];
  readonly files: readonly Omit<StoredFile, 'revision'>[];
  readonly passages: readonly StoredPassages[];
}

/** What an index was made with: it is of no use to a program that makes it otherwise. */
export interface IndexOrigin {
  readonly embeddingModel: string;
  readonly chunkerVersion: number;
}

/** Where the rows stand. */
export interface IndexState {
  /** New whenever the rows begin anew. */
  readonly indexId: string;
  /** How many transactions have changed them since. */
  readonly revision: number;
}

/**
 * Rows that a statement takes: few different numbers, since each of them is another statement, which SQLite keeps prepared.
 * Of any number they took thirteen megabytes. Within SQLite's 32,766 parameters; a row has at most eight.
 */
const ROWS_A_STATEMENT = [8, 1] as const;
const ROWS_A_READ = 500;

/** The rows of a folder's index: files and their passages. */
export class IndexRepository {
  readonly #engine: Engine<IndexSchema>;
  readonly #now: () => number;

  /** `now` gives milliseconds since the epoch. */
  constructor(engine: Engine<IndexSchema>, now: () => number) {
    this.#engine = engine;
    this.#now = now;
  }

  /** Where the rows stand; undefined when they were made otherwise, or never. */
  async state(origin: IndexOrigin): Promise<IndexState | undefined> {
    const rows = await this.#engine.read((database) => database.selectFrom('index_state').selectAll().execute());
    const state = new Map(rows.map(({ key, value }) => [key, value]));
    const indexId = state.get('index_id');
    const revision = Number(state.get('revision'));
    const fits =
      state.get('embedding_model') === origin.embeddingModel &&
      state.get('chunker_version') === String(origin.chunkerVersion);
    return fits && indexId !== undefined && Number.isSafeInteger(revision) ? { indexId, revision } : undefined;
  }

  /** Forgets all files, and begins anew with the state. */
  async reset(origin: IndexOrigin, state: IndexState): Promise<void> {
    await this.#engine.transaction(async (database) => {
      await database.deleteFrom('file_passages').execute();
      await database.deleteFrom('context_files').execute();
      await setState(database, 'embedding_model', origin.embeddingModel);
      await setState(database, 'chunker_version', String(origin.chunkerVersion));
      await setState(database, 'index_id', state.indexId);
      await setState(database, 'revision', String(state.revision));
    });
  }

  /** All files, in order of id. */
  files(): AsyncGenerator<StoredFile[]> {
    return this.#pages((database, after) =>
      database
        .selectFrom('context_files')
        .select(['file_id as id', 'file_path as path', 'content_hash as contentHash', 'language'])
        .select(['size as sizeBytes', 'modified_us as modifiedUs', 'revision'])
        .where('file_id', '>', after)
        .orderBy('file_id')
        .limit(ROWS_A_READ)
        .execute(),
    );
  }

  /** The passages of all files, in order of the files' ids. */
  passages(): AsyncGenerator<StoredPassages[]> {
    return this.#pages((database, after) =>
      database
        .selectFrom('file_passages')
        .select(['file_id as id', 'chunks', 'slots', 'outline'])
        .where('file_id', '>', after)
        .orderBy('file_id')
        .limit(ROWS_A_READ)
        .execute(),
    );
  }

  /** Makes the changes, all or nothing, as the given revision. */
  async save(revision: number, changes: IndexChanges): Promise<void> {
    const lastUpdated = this.#now();
    await this.#engine.transaction(async (database) => {
      for (const ids of slices(changes.removedFileIds)) {
        await database.deleteFrom('context_files').where('file_id', 'in', ids).execute();
      }
      for (const files of slices(changes.files)) {
        const rows = files.map((file) => ({
          file_id: file.id,
          file_path: file.path,
          content_hash: file.contentHash,
          language: file.language,
          size: file.sizeBytes,
          modified_us: file.modifiedUs,
          revision,
          last_updated: lastUpdated,
        }));
        await database.insertInto('context_files').values(rows).execute();
      }
      for (const passages of slices(changes.passages)) {
        const rows = passages.map(({ id, chunks, slots, outline }) => ({ file_id: id, chunks, slots, outline }));
        await database.insertInto('file_passages').values(rows).execute();
      }
      await setState(database, 'revision', String(revision));
    });
  }

  /** Notes that a file has a new time of change and the same content. */
  async touch(files: readonly { id: number; modifiedUs: number }[]): Promise<void> {
    await this.#engine.transaction(async (database) => {
      for (const { id, modifiedUs } of files) {
        await database
          .updateTable('context_files')
          .set({ modified_us: modifiedUs })
          .where('file_id', '=', id)
          .execute();
      }
    });
  }

  async *#pages<Row extends { readonly id: number }>(
    read: (database: Kysely<IndexSchema>, after: number) => Promise<Row[]>,
  ): AsyncGenerator<Row[]> {
    for (let after = -1; ;) {
      const from = after;
      const rows = await this.#engine.read((database) => read(database, from));
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.id;
    }
  }
}

async function setState(database: Kysely<IndexSchema>, key: string, value: string): Promise<void> {
  await database
    .insertInto('index_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

function* slices<T>(items: readonly T[]): Generator<T[]> {
  let start = 0;
  for (const count of ROWS_A_STATEMENT) {
    for (; start + count <= items.length; start += count) yield items.slice(start, start + count);
  }
}
