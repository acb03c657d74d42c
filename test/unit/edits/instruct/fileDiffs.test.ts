import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { splitDiff } from '../../../../src/edits/instruct/fileDiffs.ts';

describe('What git prints, by its files', () => {
  const names = ['.env', 'a/a.ts', 'b b/c b/d.txt', 'sub/ä “ö”.ts', 'tab\there.md', 'moved.ts'];
  let folder: string;
  const git = (...values: string[]): string => execFileSync('git', values, { cwd: folder, encoding: 'utf8' });

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-diff-'));
    git('init', '--quiet');
    for (const name of names) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), `first of ${name}\nsecond\nthird\nfourth\n`);
    }
    writeFileSync(path.join(folder, 'image.bin'), Buffer.from([0, 1, 2]));
    git('add', '--all');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'All');
    for (const name of names) writeFileSync(path.join(folder, name), `first of ${name}\nsecond\nthird\nfifth\n`);
    writeFileSync(path.join(folder, 'image.bin'), Buffer.from([0, 1, 3]));
    git('mv', 'moved.ts', 'new place.ts');
    git('add', '--all');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const setting of [
    'diff.noprefix=false',
    'diff.noprefix=true',
    'diff.mnemonicPrefix=true',
    'core.quotePath=false',
  ]) {
    it(`has the right name for each with ${setting}`, () => {
      const files = splitDiff(git('-c', setting, 'diff', '--cached'));
      const expected = [...names.filter((name) => name !== 'moved.ts'), 'image.bin', 'new place.ts'];
      assert.deepEqual(files.map((file) => file.path).sort(), expected.sort());
      assert.match(files.find((file) => file.path === '.env')?.diff ?? '', /^-fourth\n\+fifth/m);
    });
  }

  it('leaves out what has no name that can be told', () => {
    const files = splitDiff(git('diff', '--cached', '--src-prefix=from/', '--dst-prefix=into-it/'));
    assert.deepEqual(
      files.map((file) => file.path),
      ['new place.ts'],
    );
    assert.deepEqual(splitDiff('diff --git x\n@@ -1 +1 @@\n-a\n+b\n'), []);
    assert.deepEqual(splitDiff(''), []);
  });
});
