import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FolderRows } from '../../../../src/index/folder/folderRows.node.ts';
import { packNumbers } from '../../../../src/index/chunks/packChunks.ts';
import { nodePlatform } from '../../../../src/storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../../../src/storage/engine/openEngine.ts';
import { type IndexSchema, indexMigrations } from '../../../../src/storage/indexSchema.ts';
import { assetDirectory } from '../assets.ts';

describe('The rows of a folder', () => {
  const origin = { embeddingModel: 'm', chunkerVersion: 1 };
  const file = { id: 3, path: 'a.ts', contentHash: 'c', language: 'typescript', sizeBytes: 5, modifiedUs: 7 };
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-rows-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('give back what was stored, after they were closed', async () => {
    const rows = await FolderRows.own(directory, assetDirectory, origin);
    const passages = { id: 3, chunks: Uint8Array.of(1, 2), slots: packNumbers([4, 5, 9]), outline: Uint8Array.of(3) };
    await rows.save({ removedFileIds: [], files: [file], passages: [passages] });
    await rows.close();
    const opened = await FolderRows.own(directory, assetDirectory, origin);
    const read = await opened.read(() => true);
    await opened.close();
    assert.deepEqual(
      [...read],
      [
        [
          'a.ts',
          {
            file: { ...file, revision: 1 },
            chunks: Uint8Array.of(1, 2),
            outline: Uint8Array.of(3),
            slots: [4, 5, 9],
          },
        ],
      ],
    );
  });

  it('begin anew where an older version has left each chunk in a row of its own', async () => {
    const before = await openEngine<IndexSchema>({
      platform: nodePlatform({ directory, assetDirectory }),
      migrations: indexMigrations.slice(0, 3),
    });
    await before.transaction(async (database) => {
      const { id, path: name, contentHash, language, sizeBytes, modifiedUs } = file;
      await database
        .insertInto('context_files')
        .values({
          file_id: id,
          file_path: name,
          content_hash: contentHash,
          language,
          size: sizeBytes,
          modified_us: modifiedUs,
          revision: 4,
          last_updated: 0,
        })
        .execute();
      const state = { index_id: 'old', revision: '4', embedding_model: 'm', chunker_version: '1' };
      for (const [key, value] of Object.entries(state)) {
        await database.insertInto('index_state').values({ key, value }).execute();
      }
    });
    await before.close();
    const rows = await FolderRows.own(directory, assetDirectory, origin);
    assert.equal(rows.state.revision, 0);
    assert.notEqual(rows.state.indexId, 'old');
    assert.equal((await rows.read(() => true)).size, 0);
    await rows.close();
  });
});
