import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SextantError } from '../../../../src/base/errors.ts';
import { chunkHash } from '../../../../src/index/chunks/chunkHash.node.ts';
import { chunkByLines } from '../../../../src/index/chunks/lineChunks.ts';
import { packChunks } from '../../../../src/index/chunks/packChunks.ts';
import { WorkDone } from '../../../../src/index/workDone.ts';
import { type Preparation, prepareFiles } from '../../../../src/index/folder/prepareFile.node.ts';

describe('The stages of a file', () => {
  let root = '';
  let embedded: string[];
  let known: Map<string, Int8Array>;
  let using: Preparation;
  let warnings: string[];

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'sextant-stages-'));
    embedded = [];
    known = new Map();
    warnings = [];
    using = {
      root,
      dimensions: 2,
      work: new WorkDone(),
      log: { warn: (message) => void warnings.push(message) },
      contentHashOf: () => undefined,
      parse: async ({ text }) => {
        const lines = text.split('\n');
        const chunks = chunkByLines(lines).map((chunk) => ({
          ...chunk,
          textHash: chunkHash(lines.slice(chunk.startLine - 1, chunk.endLine).join('\n')),
        }));
        return { chunks: packChunks(chunks), outline: new Uint8Array(0) };
      },
      storedVectors: (hashes) =>
        new Map([...hashes].flatMap((hash) => (known.has(hash) ? [[hash, known.get(hash)!]] : []))),
      embed: async (texts) => {
        embedded.push(...texts);
        return Int8Array.from(texts.flatMap((text) => [text.length, 1]));
      },
    };
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('embeds each text with its path before it', async () => {
    writeFileSync(path.join(root, 'a.txt'), 'some words\n');
    const [file] = await prepareFiles(['a.txt'], using);
    assert.ok(file?.kind === 'ready');
    assert.deepEqual(embedded, ['a.txt\nsome words']);
    assert.deepEqual(file.texts, ['some words']);
    assert.deepEqual([...file.vectors[0]!], [16, 1]);
    assert.deepEqual([...file.newVectors.keys()], [file.chunks[0]!.textHash]);
  });

  it('embeds nothing that is stored', async () => {
    writeFileSync(path.join(root, 'a.txt'), 'some words\n');
    known.set(chunkHash('some words'), Int8Array.of(7, 7));
    const [file] = await prepareFiles(['a.txt'], using);
    assert.ok(file?.kind === 'ready');
    assert.deepEqual(embedded, []);
    assert.deepEqual([...file.vectors[0]!], [7, 7]);
    assert.equal(file.newVectors.size, 0);
  });

  it('does not look further at a file that is the same', async () => {
    writeFileSync(path.join(root, 'a.txt'), 'abc');
    using = { ...using, contentHashOf: () => 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
    assert.equal((await prepareFiles(['a.txt'], using))[0]?.kind, 'unchanged');
    assert.deepEqual(embedded, []);
  });

  it('says what became of each file, and lets no bad one disturb the others', async () => {
    writeFileSync(path.join(root, 'good.txt'), 'good');
    writeFileSync(path.join(root, 'binary'), Buffer.from([0, 1, 2]));
    writeFileSync(path.join(root, 'bad.txt'), 'bad');
    const { parse } = using;
    using = {
      ...using,
      parse: (file) => (file.path === 'bad.txt' ? Promise.reject(new SextantError('internal', 'no')) : parse(file)),
    };
    const files = await prepareFiles(['gone', 'binary', 'bad.txt', 'good.txt'], using);
    assert.deepEqual(
      files.map(({ kind }) => kind),
      ['gone', 'skipped', 'skipped', 'ready'],
    );
    assert.deepEqual(warnings, ['bad.txt is left out of the index: no']);
  });

  it('stops when the index is closed', async () => {
    writeFileSync(path.join(root, 'a.txt'), 'a');
    using = { ...using, parse: () => Promise.reject(new SextantError('closed', 'closed')) };
    await assert.rejects(prepareFiles(['a.txt'], using), { code: 'closed' });
  });
});
