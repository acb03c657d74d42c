import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TidyFile, tidyRules } from './tidyRules.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** For each rule one file that breaks it: a rule that notices nothing is no rule. */
const broken: Record<keyof typeof tidyRules, TidyFile> = {
  'a layer imports only what is below it': file('src/completion/x.ts', `import { a } from '../chat/a.ts';\n`),
  'protocol takes only types from models': file('src/protocol/x.ts', `import { a } from '../models/a.ts';\n`),
  'media imports only protocol and base': file('media/chat/x.ts', `import type { A } from '../../src/models/a.ts';\n`),
  'only src/vscode and extension.ts import vscode': file('src/chat/x.ts', `import type { Uri } from 'vscode';\n`),
  'only *.node.ts files and the CLI touch Node': file('src/chat/x.ts', `export const fs = await import('fs');\n`),
  'what runs in the browser imports no *.node.ts file': file(
    'src/chat/x.ts',
    `import { a } from '../keys/a.node.ts';\n`,
  ),
  'only src/storage knows Kysely and sql.js': file('src/index/x.ts', `import type { Kysely } from 'kysely';\n`),
  'only src/storage writes SQL': file('src/index/x.ts', 'export const q = `SELECT * FROM chunks`;\n'),
  'only the gate and the command line call the platform’s fetch': file(
    'src/chat/x.ts',
    `await fetch('https://a.test');\n`,
  ),
  'relative imports say .ts and stay in the project': file('src/base/x.ts', `import { a } from './a.js';\n`),
  'no text is asked for while a module loads: its language may not be known by then': file(
    'src/chat/x.ts',
    `import { t } from '../base/texts.ts';\nexport const names = { a: t('A') };\n`,
  ),
  'a file has at most 400 lines': file('src/base/x.ts', '//\n'.repeat(401)),
  'no file only re-exports': file('src/base/x.ts', `export { a } from './a.ts';\nexport * from './b.ts';\n`),
  'no file only forwards': file(
    'src/base/x.ts',
    `import { a } from './a.ts';\nexport function b(x: number): number {\n  return a(x);\n}\n`,
  ),
  'exports are named': file('src/base/x.ts', `export default class A {}\n`),
  'no Manager, Helper or Util': file('src/base/x.ts', `export class KeyManager {}\n`),
  'no I before an interface': file('src/base/x.ts', `export interface IStore {\n  a: 1;\n}\n`),
  'no path of a machine': file('README.md', `See ${['', 'home', 'jane', 'sextant'].join('/')} for more.\n`),
  'no address of a registry': file('package-lock.json', `"resolved": "x"`),
  'no file over 5 MB but the models': { ...file('docs/film.bin', ''), sizeBytes: 5_000_001 },
};

describe('The tidy rules', () => {
  const files = projectFiles();

  for (const [name, rule] of Object.entries(tidyRules)) {
    it(name, () => {
      assert.deepEqual(rule(files), []);
    });
  }

  it('no path of this very machine', () => {
    const own = [root, os.homedir()].filter((place) => place.split('/').length > 2);
    assert.deepEqual(
      files.filter(({ text }) => own.some((place) => text.includes(place))).map(({ path }) => path),
      [],
    );
  });

  for (const [name, rule] of Object.entries(tidyRules)) {
    it(`would notice a breach of: ${name}`, () => {
      assert.equal(rule([broken[name as keyof typeof tidyRules]]).length, 1);
    });
  }
}).timeout(30_000);

function file(name: string, text: string): TidyFile {
  return { path: name, text, sizeBytes: text.length };
}

/** What is tracked, or would be with `git add`. */
function projectFiles(): TidyFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const names = new Set(
    listed
      .toString('utf8')
      .split('\0')
      .filter((name) => name !== ''),
  );
  return [...names].flatMap((name) => {
    const stats = statSync(path.join(root, name), { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return [];
    const bytes = stats.size > 2_000_000 ? Buffer.alloc(0) : readFileSync(path.join(root, name));
    const text = bytes.subarray(0, 8000).includes(0) ? '' : bytes.toString('utf8');
    return [{ path: name, sizeBytes: stats.size, text }];
  });
}
