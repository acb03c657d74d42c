import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { editTarget } from '../../../src/edits/editTarget.node.ts';
import { readTextFile } from '../../../src/edits/textFile.node.ts';
import { type TextFileWrite, writeTogether } from '../../../src/edits/writeTogether.node.ts';

describe('Writing several files', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sextant-together-'));
    await writeFile(path.join(folder, 'first.txt'), '\uFEFFone\r\n');
    await writeFile(path.join(folder, 'last.txt'), 'three\n');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function toWrite(name: string, newText: string): Promise<TextFileWrite> {
    const target = editTarget(folder, path.join(folder, name));
    return { target, read: target.exists ? await readTextFile(target.file) : null, newText };
  }

  it('writes them all', async () => {
    await writeTogether([await toWrite('first.txt', 'uno\r\n'), await toWrite('a/b/new.txt', 'dos\n')]);
    assert.equal(await readFile(path.join(folder, 'first.txt'), 'utf8'), '\uFEFFuno\r\n');
    assert.equal(await readFile(path.join(folder, 'a/b/new.txt'), 'utf8'), 'dos\n');
  });

  it('gives back what was there when one cannot be written', async () => {
    const writes = [
      await toWrite('first.txt', 'uno\r\n'),
      await toWrite('a/b/new.txt', 'dos\n'),
      await toWrite('last.txt', 'tres\n'),
    ];
    await writeFile(path.join(folder, 'last.txt'), 'changed meanwhile\n');
    await assert.rejects(writeTogether(writes), /last\.txt was changed meanwhile/);
    assert.deepEqual((await readdir(folder)).sort(), ['first.txt', 'last.txt'], 'also the folders are gone');
    assert.equal(await readFile(path.join(folder, 'first.txt'), 'utf8'), '\uFEFFone\r\n');
    assert.equal(await readFile(path.join(folder, 'last.txt'), 'utf8'), 'changed meanwhile\n');
  });

  it('keeps the mode of what it gives back', async () => {
    const file = path.join(folder, 'first.txt');
    await chmod(file, 0o755);
    await mkdir(path.join(folder, 'taken.txt'));
    const first = await toWrite('first.txt', 'uno\r\n');
    const taken = { ...first, target: { ...first.target, file: path.join(folder, 'taken.txt'), name: 'taken.txt' } };
    await assert.rejects(writeTogether([first, taken]));
    const read = await readTextFile(file);
    assert.deepEqual([read.text, read.mode & 0o777], ['one\r\n', 0o755]);
  });
});
