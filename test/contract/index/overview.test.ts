import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { IndexFixture, moduleText, until } from './indexFixture.ts';

describe('The index in figures', function () {
  this.timeout(20_000);
  let fixture: IndexFixture;

  beforeEach(() => {
    fixture = new IndexFixture();
  });
  afterEach(() => {
    fixture.dispose();
  });

  it('counts what is in it, and tells what keeps it', async () => {
    const [tide, buoy] = [moduleText('tide'), 'def buoy():\n    return 1\n'];
    const startedMs = Date.now() - 1000;
    fixture.write({ 'src/tide.ts': tide, 'src/moon.ts': tide, 'buoy.py': buoy, '.env': 'KEY=1' });
    const index = await fixture.open({ autoIndex: true });
    const status = await index.call('update', null);
    const { folders, model, memoryBytes } = await index.call('overview', null);
    const [only] = folders;
    assert.ok(only !== undefined && folders.length === 1);
    assert.deepEqual([only.folder, only.name, only.isOwner], [fixture.root, path.basename(fixture.root), true]);
    assert.deepEqual(only.status, status);
    assert.equal(only.bytes, 2 * tide.length + buoy.length);
    assert.deepEqual(only.languages, [
      { language: 'typescript', files: 2, bytes: 2 * tide.length },
      { language: 'python', files: 1, bytes: buoy.length },
    ]);
    assert.equal(only.kinds[0]?.kind, 'function');
    assert.equal(
      only.kinds.reduce((sum, { chunks }) => sum + chunks, 0),
      status.chunks,
    );
    assert.ok(existsSync(only.storeDirectory) && only.storeDirectory.startsWith(fixture.store));
    assert.ok(only.diskBytes > 0 && memoryBytes > 0);
    assert.ok(only.changedAtMs !== null && only.changedAtMs >= startedMs && only.changedAtMs <= Date.now() + 1000);
    assert.equal(only.graph, null);
    assert.match(model.id, /^static-code-256\//);
    assert.equal(model.dimensions, 256);
  });

  it('tells a window that only reads, and keeps the time of the last change when it is opened again', async () => {
    fixture.write({ 'tide.ts': moduleText('tide') });
    const first = await fixture.open({ autoIndex: true });
    await first.call('update', null);
    const changedAtMs = (await first.call('overview', null)).folders[0]?.changedAtMs;
    const second = await fixture.open();
    assert.equal((await second.call('overview', null)).folders[0]?.isOwner, false);
    await first.call('close', null);
    const taken = await until(
      () => second.call('overview', null),
      ({ folders }) => folders[0]?.isOwner === true,
    );
    assert.equal(taken.folders[0]?.changedAtMs, changedAtMs);
  });

  it('finds what was left out by a part of its path and by its reason', async () => {
    fixture.write({ 'a/.env': 'KEY=1', 'a/Logo.png': 'x', 'b/logo.png': 'x', 'b/id_rsa': 'x' });
    const index = await fixture.open({ autoIndex: true });
    await index.call('update', null);
    const found = async (asked: { text?: string; reason?: string }): Promise<string[]> =>
      (await index.call('leftOut', { limit: 10, ...asked })).map((file) => file.path);
    assert.deepEqual(await found({}), ['a/.env', 'a/Logo.png', 'b/id_rsa', 'b/logo.png']);
    assert.deepEqual(await found({ text: 'LOGO' }), ['a/Logo.png', 'b/logo.png']);
    assert.deepEqual(await found({ reason: 'secret' }), ['a/.env', 'b/id_rsa']);
    assert.deepEqual(await found({ text: 'b/', reason: 'binary' }), ['b/logo.png']);
  });
});
