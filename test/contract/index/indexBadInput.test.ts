import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { skipBecause } from '../../harness/skip.ts';
import { IndexFixture, moduleText, paths, until } from './indexFixture.ts';

describe('An index of what nobody expects', function () {
  this.timeout(60_000);
  let fixture: IndexFixture;

  beforeEach(() => {
    fixture = new IndexFixture();
  });

  afterEach(() => {
    fixture.dispose();
  });

  const writeMany = (count: number): void => {
    fixture.write(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
  };

  it('of a folder that vanishes while it is indexed, says so, and goes on when it is back', async () => {
    writeMany(300);
    const index = await fixture.open();
    const updating = index.call('update', null);
    await until(
      () => index.call('status', null),
      ({ filesDone }) => filesDone >= 20,
    );
    renameSync(fixture.root, `${fixture.root}-away`);
    await updating;
    const gone = await index.call('update', null);
    assert.deepEqual([gone.phase, gone.message], ['failed', `The folder ${fixture.root} is not there any more.`]);
    renameSync(`${fixture.root}-away`, fixture.root);
    const back = await index.call('update', null);
    assert.deepEqual([back.phase, back.filesDone], ['ready', 300]);
    for (const i of [0, 150, 299]) {
      assert.deepEqual(paths(await index.call('search', { query: `word${i}xOf`, limit: 1 })), [`m${i}.ts`]);
    }
  });

  it('of a file that changes all the while, shows only what is in it and has its last state', async () => {
    writeMany(20);
    const index = await fixture.open();
    let isWriting = true;
    let round = 0;
    const writing = (async () => {
      while (isWriting) {
        fixture.write({ 'busy.ts': moduleText(`busy${round++}x`).repeat(1 + (round % 5)) });
        await index.call('pathsChanged', { paths: [fixture.at('busy.ts')] });
      }
    })();
    await index.call('update', null);
    for (let i = 0; i < 20; i++) {
      for (const { path: name, text } of await index.call('search', { query: 'busy computes', limit: 50 })) {
        assert.ok(name !== 'busy.ts' || /busy\d+x|total \+=|return total/.test(text));
      }
    }
    isWriting = false;
    await writing;
    await until(
      () => index.call('search', { query: `busy${round - 1}xOf`, limit: 1 }),
      ([hit]) => hit?.symbol === `busy${round - 1}xOf`,
    );
  });

  it('of a file of 2 GB, passes it over without reading it', async () => {
    fixture.write({ 'a.ts': moduleText('alpha'), 'huge.ts': '' });
    truncateSync(fixture.at('huge.ts'), 2 ** 31 + 5);
    const index = await fixture.open();
    const { phase, filesDone, skipped } = await index.call('update', null);
    assert.deepEqual([phase, filesDone, skipped], ['ready', 1, { 'too large': 1 }]);
    assert.equal((await index.call('work', null)).filesRead, 1);
  });

  it('of names with newlines, emoji and letters that are none, indexes or lists each', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux lets names be any bytes');
    const names = ['two\nlines.ts', '🎉 party.ts', 'אב.ts', ' spaces .ts', "quo'te.ts", 'back\\slash.ts', '-rf.ts'];
    fixture.write(Object.fromEntries(names.map((name, i) => [name, moduleText(`odd${i}x`)])));
    const invalid = Buffer.concat([Buffer.from(`${fixture.root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.ts')]);
    writeFileSync(invalid, moduleText('unaddressable'));
    const index = await fixture.open();
    const { filesDone, skipped } = await index.call('update', null);
    assert.deepEqual([filesDone, skipped], [names.length, { 'unusual name': 1 }]);
    for (const [i, name] of names.entries()) {
      assert.deepEqual(paths(await index.call('search', { query: `odd${i}xOf`, limit: 1 })), [name]);
    }
  });

  it('of links, indexes what they lead to once, where it is, and lists them', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows makes links only for administrators');
    const outside = path.join(fixture.directory, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'secret.ts'), moduleText('outsider'));
    fixture.write({ 'lib/a.ts': moduleText('insider') });
    for (const [to, from] of [
      ['lib', 'again'],
      ['lib/a.ts', 'same.ts'],
      ['.', 'loop'],
      [outside, 'away'],
      ['nowhere', 'dangling.ts'],
    ] as const) {
      symlinkSync(to, fixture.at(from));
    }
    const index = await fixture.open();
    const { filesDone, skipped } = await index.call('update', null);
    assert.deepEqual([filesDone, skipped], [1, { 'symbolic link': 5 }]);
    assert.deepEqual(
      [...new Set(paths(await index.call('search', { query: 'insiderOf outsiderOf', limit: 50 })))],
      ['lib/a.ts'],
    );
  });

  it('on a disk that runs full, says so, can be searched, and goes on once there is space', async function () {
    const disk = fixture.store;
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skipBecause(this, 'a small disk can only be mounted with root’s rights, on Linux');
    }
    try {
      const ballast = path.join(disk, 'ballast');
      writeFileSync(ballast, new Uint8Array(2_950_000));
      writeMany(300);
      const index = await fixture.open();
      const full = await index.call('update', null);
      assert.equal(full.phase, 'failed');
      assert.match(full.message ?? '', /space/);
      assert.ok(Array.isArray(await index.call('search', { query: 'computes', limit: 5 })));
      rmSync(ballast);
      // Nobody has to ask: the next file that is saved shows that there is space.
      await index.call('pathsChanged', { paths: [path.join(fixture.root, 'm0.ts')] });
      await until(
        () => index.call('status', null),
        ({ phase, filesDone }) => phase === 'ready' && filesDone === 300,
      );
      await index.call('close', null);
      const again = await fixture.open();
      assert.equal((await again.call('update', null)).filesDone, 300);
      assert.deepEqual(paths(await again.call('search', { query: 'word299xOf', limit: 1 })), ['m299.ts']);
      await again.call('close', null);
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });
});
