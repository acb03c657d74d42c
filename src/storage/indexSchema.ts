import { type Kysely, sql } from 'kysely';
import type { Migration } from './engine/engine.ts';

/** The tables of a folder's context index. Derived data: it is never backed up, and rebuilt when in doubt. */
export interface IndexSchema {
  context_files: {
    file_id: number;
    /** Relative to the folder, with `/`. */
    file_path: string;
    /** SHA-256 of its bytes, hex. */
    content_hash: string;
    language: string;
    /** Bytes. */
    size: number;
    /** Time of the file's last change, microseconds since the epoch. */
    modified_us: number;
    /** The transaction that wrote this row, counted from the index's beginning. */
    revision: number;
    /** Milliseconds since the epoch. */
    last_updated: number;
  };
  /** What parsing a file has come to, packed: its chunks, the numbers that they have, and what it has to do with others. */
  file_passages: {
    file_id: number;
    chunks: Uint8Array;
    slots: Uint8Array;
    outline: Uint8Array;
  };
  /** One row for each fact about the whole: its revision, and what it was made with. */
  index_state: {
    key: string;
    value: string;
  };
}

/** See {@link IndexSchema}. */
export const indexMigrations: readonly Migration[] = [
  {
    name: 'context index',
    up: async (database: Kysely<never>) => {
      await sql`CREATE TABLE context_files (
        file_id INTEGER PRIMARY KEY,
        file_path TEXT NOT NULL UNIQUE,
        content_hash TEXT NOT NULL,
        language TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified_us INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        last_updated INTEGER NOT NULL
      )`.execute(database);
      await sql`CREATE TABLE context_chunks (
        chunk_id INTEGER PRIMARY KEY,
        file_id INTEGER NOT NULL REFERENCES context_files (file_id) ON DELETE CASCADE,
        start_line INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        symbol TEXT NOT NULL,
        kind TEXT NOT NULL,
        text_hash TEXT NOT NULL
      )`.execute(database);
      await sql`CREATE INDEX context_chunks_file ON context_chunks (file_id)`.execute(database);
      await sql`CREATE TABLE chunk_vectors (
        text_hash TEXT NOT NULL,
        embedding_model TEXT NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (text_hash, embedding_model)
      ) WITHOUT ROWID`.execute(database);
      await sql`CREATE TABLE index_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`.execute(database);
    },
  },
  {
    name: 'declarations and outlines',
    up: async (database: Kysely<never>) => {
      await sql`ALTER TABLE context_chunks ADD COLUMN signature INTEGER NOT NULL DEFAULT 0`.execute(database);
      await sql`ALTER TABLE context_chunks ADD COLUMN comment INTEGER NOT NULL DEFAULT 0`.execute(database);
      await sql`CREATE TABLE file_outlines (
        file_id INTEGER PRIMARY KEY REFERENCES context_files (file_id) ON DELETE CASCADE,
        outline BLOB NOT NULL
      )`.execute(database);
    },
  },
  {
    name: 'vectors in a file of their own',
    up: async (database: Kysely<never>) => {
      await sql`DROP TABLE chunk_vectors`.execute(database);
    },
  },
  {
    name: 'the chunks of a file in one row',
    up: async (database: Kysely<never>) => {
      await sql`DROP TABLE context_chunks`.execute(database);
      await sql`DROP TABLE file_outlines`.execute(database);
      // What is there without its chunks is indexed anew.
      await sql`DELETE FROM context_files`.execute(database);
      await sql`DELETE FROM index_state`.execute(database);
      await sql`CREATE TABLE file_passages (
        file_id INTEGER PRIMARY KEY REFERENCES context_files (file_id) ON DELETE CASCADE,
        chunks BLOB NOT NULL,
        slots BLOB NOT NULL,
        outline BLOB NOT NULL
      )`.execute(database);
    },
  },
];
