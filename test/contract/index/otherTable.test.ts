import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import { HistoryFixture, type HistoryWindow, find, say } from './historyFixture.ts';
import { IndexFixture, assetDirectory, paths, until } from './indexFixture.ts';

const TABLE = 'static-code-256.bin';

/**
 * What ships, with another table: numbers of every second dimension have the other sign. Among themselves its vectors
 * are as alike as those of the shipped one; beside those they say nothing.
 */
function withOtherTable(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sextant-assets-'));
  for (const name of readdirSync(assetDirectory)) {
    const file = path.join(assetDirectory, name);
    if (name !== TABLE && statSync(file).isFile()) copyFileSync(file, path.join(folder, name));
  }
  const bytes = readFileSync(path.join(assetDirectory, TABLE));
  const start = 4 + bytes.readUInt32LE(0);
  const { n, dim } = JSON.parse(bytes.toString('utf8', 4, start)) as { n: number; dim: number };
  for (let at = Math.ceil(start / 4) * 4 + 8 * n; at < bytes.length; at += dim) {
    for (let i = 0; i < dim; i++) if (i % 2 === 1) bytes.writeInt8(-bytes.readInt8(at + i), at + i);
  }
  writeFileSync(path.join(folder, TABLE), bytes);
  return folder;
}

describe('Another built-in table, as a new Sextant brings one', function () {
  this.timeout(60_000);
  let assets = '';

  before(() => {
    assets = withOtherTable();
  });

  after(() => {
    rmSync(assets, { recursive: true, force: true });
  });

  it('has an index that was saved before embedded anew', async () => {
    const fixture = new IndexFixture();
    try {
      fixture.write({
        'a.ts': 'export function a(list: string[]): string[] {\n  return list.sort((x, y) => x.localeCompare(y));\n}\n',
        'b.ts': 'export async function b(url: string): Promise<unknown> {\n  return (await fetch(url)).json();\n}\n',
      });
      const question = { query: 'order alphabetically', limit: 2 };
      const before = await fixture.open();
      await before.call('update', null);
      const hits = await before.call('search', question);
      assert.equal(paths(hits)[0], 'a.ts');
      const { model } = await before.call('overview', null);
      await before.call('close', null);
      const after = await fixture.open({ start: () => startIndexProcess(assets) });
      await after.call('update', null);
      const scores = (found: typeof hits): number[] => found.map(({ score }) => Math.round(score * 1000));
      assert.deepEqual(scores(await after.call('search', question)), scores(hits));
      assert.notEqual((await after.call('overview', null)).model.id, model.id);
    } finally {
      fixture.dispose();
    }
  });

  it('has the search of chats made anew', async () => {
    const fixture = new HistoryFixture();
    try {
      const before = fixture.open();
      const told = await say(before, 'conversation-1', 'failures', 'Throw an error and let the callback fail.');
      await say(before, 'conversation-2', 'handle exceptions', 'handle exceptions');
      const isRelated = async (window: HistoryWindow): Promise<boolean> => {
        const { hits } = await until(
          () => find(window, 'handle exceptions'),
          ({ hits: found, status }) => found.length >= 2 && status.phase === 'ready' && status.missing === 0,
        );
        return hits.some(({ messageId }) => messageId === told.answer);
      };
      assert.ok(await isRelated(before));
      await fixture.close(before);
      assert.ok(await isRelated(fixture.open('store', assets)));
    } finally {
      fixture.dispose();
    }
  });
});
