import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { readPackage } from '../../train/embedding/readPackage.ts';
import { assetDirectory } from '../index/assets.ts';

const FILES = 7;
/** Nothing, but so long that not all of them are read of an ordinary package. */
const padding = `${' '.repeat(139)}\n`.repeat(2070);

describe('A package that is read for the training', function () {
  this.timeout(30_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sextant-package-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const grammars = new Grammars(assetDirectory);

  async function pairsOf(extension: string, use: 'training' | 'evaluation'): Promise<number> {
    for (let file = 0; file < FILES; file++) {
      const head = extension === 'c' ? 'int sum(int *list, int count)' : 'function sum(list, count)';
      const code = `// Adds up all numbers of list ${file}.\n${head}\n{\n  for (;;) {\n    if (!count--) return list[0];\n  }\n}\n`;
      writeFileSync(path.join(folder, `file${file}.${extension}`), `${code}${padding}`);
    }
    const permission = { licences: ['MIT'], permits: (name: string) => name.endsWith(`.${extension}`) };
    const source = { from: 'debian', name: 'sums', version: '1', folder, permission } as const;
    return (await readPackage(source, { grammars, use })).length;
  }

  it('gives no more than others do of a language that many are written in', async () => {
    assert.equal(await pairsOf('js', 'training'), 5);
  });

  it('gives more of a language that is rare, but only for training', async () => {
    assert.equal(await pairsOf('c', 'training'), FILES);
    assert.equal(await pairsOf('c', 'evaluation'), 5);
  });
});
