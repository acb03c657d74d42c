import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { channelPair } from '../../../src/base/rpc.ts';
import type { StartedService } from '../../../src/base/service.ts';
import { serveContextIndex } from '../../../src/index/serveContextIndex.node.ts';
import { assetDirectory, IndexFixture, moduleText, paths, until } from './indexFixture.ts';

describe('The index process', function () {
  this.timeout(30_000);
  let fixture: IndexFixture;

  beforeEach(() => {
    fixture = new IndexFixture();
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('indexes a folder and finds what a question is about, with its place and its text', async () => {
    fixture.write({
      'src/parser.ts': moduleText('median'),
      'src/orders.py':
        'class OrderBook:\n    def add_order(self, order):\n        """Put an order into the book."""\n        self.orders.append(order)\n',
      'docs/guide.md': `# Guide\n${'This guide says what there is to say. '.repeat(4)}\n\n## Installing\n${'Unpack the archive and start it. '.repeat(5)}\n`,
      'notes.txt': 'remember the milk\n',
    });
    const index = await fixture.open();
    const status = await index.call('update', null);
    assert.deepEqual({ ...status, chunks: 0 }, { phase: 'ready', filesDone: 4, filesTotal: 4, chunks: 0, skipped: {} });
    const [hit] = await index.call('search', { query: 'put an order into the book', limit: 3 });
    assert.deepEqual(
      { ...hit, score: 0 },
      {
        folder: fixture.root,
        path: 'src/orders.py',
        startLine: 1,
        endLine: 4,
        symbol: 'OrderBook',
        kind: 'class',
        language: 'python',
        score: 0,
        text: readFileSync(fixture.at('src/orders.py'), 'utf8').trimEnd(),
        signature: 'class OrderBook',
      },
    );
    const byName = await index.call('search', { query: 'medianOf', limit: 2 });
    assert.deepEqual([byName[0]?.path, byName[0]?.symbol, byName[0]?.kind], ['src/parser.ts', 'medianOf', 'function']);
    const section = await index.call('search', { query: 'how do I install it', limit: 1 });
    assert.deepEqual([section[0]?.path, section[0]?.symbol], ['docs/guide.md', 'Guide.Installing']);
    assert.ok(
      byName.every((each, i) => each.score <= (byName[i - 1]?.score ?? Infinity)),
      'best first',
    );
  });

  it('gives no hit twice, none for nothing, and at most as many as asked for', async () => {
    fixture.write(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`m${i}.ts`, moduleText(`word${i}`)])));
    const index = await fixture.open();
    await index.call('update', null);
    const hits = await index.call('search', { query: 'total of all values', limit: 1000 });
    assert.ok(hits.length >= 30);
    assert.equal(new Set(hits.map((hit) => `${hit.path}:${hit.startLine}`)).size, hits.length);
    assert.equal((await index.call('search', { query: 'total', limit: 7 })).length, 7);
    for (const query of ['', '   ', '???', '\0']) assert.deepEqual(await index.call('search', { query, limit: 5 }), []);
    for (const limit of [0, -1, 0.5]) assert.deepEqual(await index.call('search', { query: 'total', limit }), []);
    await index.call('search', { query: 'total values '.repeat(100_000), limit: 5 });
  });

  it('is opened again without reading a file, and catches up with what changed meanwhile', async () => {
    fixture.write({ 'a.ts': moduleText('alpha'), 'b.ts': moduleText('beta'), 'c.ts': moduleText('gamma') });
    const first = await fixture.open();
    await first.call('update', null);
    await first.call('close', null);
    const saved = readSaved(fixture.store);

    const second = await fixture.open();
    assert.equal((await second.call('status', null)).filesDone, 3);
    assert.deepEqual(paths(await second.call('search', { query: 'betaOf', limit: 1 })), ['b.ts']);
    await second.call('close', null);
    assert.deepEqual(readSaved(fixture.store), saved, 'nothing is written when nothing changed');

    rmSync(fixture.at('a.ts'));
    renameSync(fixture.at('b.ts'), fixture.at('moved.ts'));
    fixture.write({ 'c.ts': moduleText('delta'), 'd.ts': moduleText('epsilon') });
    const third = await fixture.open({ autoIndex: true });
    await until(
      () => third.call('status', null),
      (status) => status.phase === 'ready',
    );
    assert.equal((await third.call('status', null)).filesDone, 3);
    assert.deepEqual(paths(await third.call('search', { query: 'betaOf', limit: 1 })), ['moved.ts']);
    assert.deepEqual(paths(await third.call('search', { query: 'deltaOf', limit: 1 })), ['c.ts']);
    assert.ok(!paths(await third.call('search', { query: 'alphaOf gammaOf', limit: 50 })).includes('a.ts'));
  });

  it('follows files and folders that are created, changed, renamed and deleted', async () => {
    fixture.write({
      'one.ts': moduleText('alpha'),
      'lib/two.ts': moduleText('beta'),
      'lib/deep/three.ts': moduleText('gamma'),
    });
    const index = await fixture.open();
    await index.call('update', null);
    const find = (query: string): Promise<string[]> => index.call('search', { query, limit: 1 }).then(paths);
    const changed = (...names: string[]): Promise<void> =>
      index.call('pathsChanged', { paths: names.map((name) => fixture.at(name)) });

    fixture.write({ 'one.ts': moduleText('omega'), 'new.ts': moduleText('sigma') });
    await changed('one.ts', 'new.ts', 'new.ts', 'never-there.ts', '../outside.ts');
    await until(
      () => find('sigmaOf'),
      ([path]) => path === 'new.ts',
    );
    await until(
      () => find('omegaOf'),
      ([path]) => path === 'one.ts',
    );

    renameSync(fixture.at('lib'), fixture.at('library'));
    await changed('lib', 'library');
    await until(
      () => find('gammaOf'),
      ([path]) => path === 'library/deep/three.ts',
    );

    rmSync(fixture.at('library'), { recursive: true });
    await changed('library');
    await until(
      () => index.call('status', null),
      (status) => status.phase === 'ready' && status.filesDone === 2,
    );

    fixture.write({ '.gitignore': 'new.ts\n' });
    await changed('.gitignore');
    await until(
      () => index.call('search', { query: 'sigmaOf', limit: 10 }).then(paths),
      (found) => !found.includes('new.ts'),
    );
    writeFileSync(fixture.at('.gitignore'), '');
    await changed('.gitignore');
    await until(
      () => find('sigmaOf'),
      ([path]) => path === 'new.ts',
    );
  });

  it('never shows a text that the file does not have, and mends itself when it notices', async () => {
    fixture.write({ 'a.ts': moduleText('alpha'), 'b.ts': moduleText('beta') });
    const index = await fixture.open();
    await index.call('update', null);
    fixture.write({ 'a.ts': `export const more = '${'a line more '.repeat(15)}';\n${moduleText('alpha')}` });
    const atOnce = await index.call('search', { query: 'alphaOf', limit: 10 });
    assert.ok(!paths(atOnce).includes('a.ts'), 'nobody told the index, but the text does not fit any more');
    await until(
      () => index.call('search', { query: 'alphaOf', limit: 10 }),
      (hits) => hits.some((hit) => hit.path === 'a.ts' && hit.symbol === 'alphaOf' && hit.endLine === 46),
    );
  });

  it('goes back and forth between versions of a file', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open();
    await index.call('update', null);
    for (const word of ['beta', 'alpha', 'beta', 'alpha']) {
      fixture.write({ 'a.ts': moduleText(word) });
      await index.call('update', null);
    }
    assert.deepEqual(paths(await index.call('search', { query: 'alphaOf', limit: 1 })), ['a.ts']);
  });

  it('takes no harm from what folders hold', async () => {
    fixture.write({
      'good.ts': moduleText('alpha'),
      'empty.ts': '',
      'image.ts': Buffer.from([1, 2, 0, 3, 4]),
      'latin1.py': Buffer.from('# gr\xfc\xdfe\ndef hello():\n    return 1\n', 'latin1'),
      'utf16.md': Buffer.from('\ufeff# Title of it\nA wide text.\n', 'utf16le'),
      'windows.ts': 'export function carriage(): void {\r\n  return;\r\n}\r\n',
      'huge.js': 'x'.repeat(1_000_001),
      'min.js': `var a=${'"x".length+'.repeat(2000)}1;`,
      'package-lock.json': '{}',
      '.env': 'KEY=secret',
      'gen.ts': '// @generated by a tool\nexport const a = 1;\n',
      'key.txt': '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAabc\n',
      'sub/name with\nnewline.ts': moduleText('newline'),
      'sub/日本語 😀.ts': moduleText('kanji'),
      'node_modules/dep/index.js': 'exports.dep = 1;\n',
    });
    symlinkSync('.', fixture.at('loop'));
    symlinkSync('/etc/hostname', fixture.at('outside.ts'));
    const index = await fixture.open();
    const status = await index.call('update', null);
    assert.equal(status.phase, 'ready');
    assert.deepEqual(status.skipped, {
      'symbolic link': 2,
      'too large': 1,
      'lock file': 1,
      binary: 1,
      dependencies: 1,
      generated: 1,
      minified: 1,
      secret: 2,
    });
    assert.equal(status.filesDone, 7);
    const [kanji] = await index.call('search', { query: 'kanjiOf', limit: 1 });
    assert.equal(kanji?.path, 'sub/日本語 😀.ts');
    const [windows] = await index.call('search', { query: 'carriage', limit: 1 });
    assert.equal(windows?.text, 'export function carriage(): void {\n  return;\n}');
    const [wide] = await index.call('search', { query: 'a wide text', limit: 1 });
    assert.equal(wide?.path, 'utf16.md');
    assert.ok(!fixture.log.join('\n').includes('secret'));
  });

  it('says what is wrong when the folder is not there, and goes on when it is back', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open();
    await index.call('update', null);
    renameSync(fixture.root, `${fixture.root}-away`);
    const gone = await index.call('update', null);
    assert.equal(gone.phase, 'failed');
    assert.equal(gone.message, `The folder ${fixture.root} is not there any more.`);
    renameSync(`${fixture.root}-away`, fixture.root);
    assert.equal((await index.call('update', null)).phase, 'ready');
    assert.deepEqual(paths(await index.call('search', { query: 'alphaOf', limit: 1 })), ['a.ts']);
  });

  it('says what is wrong when the index cannot be kept where it shall, and goes on when it can', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    writeFileSync(fixture.store, 'a file where the folder shall be');
    const index = await fixture.open();
    const failed = await index.call('update', null);
    assert.equal(failed.phase, 'failed');
    assert.match(failed.message ?? '', /^The index cannot be kept in .*: E/);
    assert.deepEqual(await index.call('search', { query: 'alphaOf', limit: 1 }), []);
    rmSync(fixture.store);
    assert.equal((await index.call('update', null)).phase, 'ready');
    assert.deepEqual(paths(await index.call('search', { query: 'alphaOf', limit: 1 })), ['a.ts']);
  });

  it('searches several folders as one', async () => {
    const other = path.join(fixture.directory, 'other');
    fixture.write({ 'a.ts': moduleText('alpha'), '../other/b.ts': moduleText('beta') });
    const index = await fixture.open({ folders: [fixture.root, other] });
    assert.equal((await index.call('update', null)).filesDone, 2);
    const [alpha] = await index.call('search', { query: 'alphaOf', limit: 1 });
    const [beta] = await index.call('search', { query: 'betaOf', limit: 1 });
    assert.deepEqual([alpha?.folder, beta?.folder], [fixture.root, other]);
    await index.call('open', {
      folders: [{ path: other, name: 'other' }],
      storeDirectory: fixture.store,
      autoIndex: false,
    });
    assert.equal((await index.call('status', null)).filesDone, 1, 'the folders before are replaced');
  });

  it('waits while it is paused, and goes on', async () => {
    const index = await fixture.open();
    await index.call('pause', null);
    fixture.write({ 'a.ts': moduleText('alpha') });
    await index.call('update', null);
    assert.equal((await index.call('status', null)).phase, 'ready', 'asking for it ends the pause');
    await index.call('pause', null);
    fixture.write({ 'b.ts': moduleText('beta') });
    await index.call('pathsChanged', { paths: [fixture.at('b.ts')] });
    await until(
      () => index.call('status', null),
      (status) => status.filesTotal === 2,
    );
    assert.deepEqual(await index.call('status', null).then(({ phase, filesDone }) => ({ phase, filesDone })), {
      phase: 'paused',
      filesDone: 1,
    });
    await index.call('resume', null);
    await until(
      () => index.call('status', null),
      (status) => status.filesDone === 2,
    );
  });

  it('indexes nothing by itself when it shall not', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open({ autoIndex: false });
    await index.call('pathsChanged', { paths: [fixture.at('a.ts')] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await index.call('status', null)).filesTotal, 0);
  });

  it('builds anew what it is told to throw away', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open();
    await index.call('update', null);
    const status = await index.call('rebuild', null);
    assert.deepEqual([status.phase, status.filesDone], ['ready', 1]);
    assert.deepEqual(paths(await index.call('search', { query: 'alphaOf', limit: 1 })), ['a.ts']);
  });

  it('tells how far it is, with numbers that rise to the end', async () => {
    fixture.write(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`m${i}.ts`, moduleText(`word${i}`)])));
    const index = await fixture.open({ autoIndex: true });
    await until(
      async () => fixture.statuses.at(-1),
      (status) => status?.phase === 'ready' && status.filesDone === 400,
    );
    const done = fixture.statuses.filter(({ phase }) => phase === 'indexing').map(({ filesDone }) => filesDone);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal((await index.call('status', null)).filesTotal, 400);
  });

  it('counts tokens as the models do', async () => {
    const index = await fixture.open();
    assert.deepEqual(
      await index.call('countTokens', { texts: ['', 'hello world', 'tokenization', '漢字', 'x'.repeat(20_000)] }),
      [0, 2, 2, 2, 2500],
    );
  });

  it('writes nothing into the folder', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open();
    await index.call('update', null);
    await index.call('close', null);
    assert.deepEqual(readdirSync(fixture.root), ['a.ts']);
    assert.ok(existsSync(fixture.store));
  });

  it('does the same inside of the process that asks', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const index = await fixture.open({ start: startInThisProcess });
    await index.call('update', null);
    assert.deepEqual(paths(await index.call('search', { query: 'alphaOf', limit: 1 })), ['a.ts']);
    await index.call('close', null);
  });

  it('loads the grammars of open files as soon as somebody types, for the first save', async () => {
    fixture.write({ 'a.ts': moduleText('alpha') });
    const first = await fixture.open();
    await first.call('update', null);
    await first.call('close', null);
    const index = await fixture.open();
    await index.call('filesOpen', { paths: [fixture.at('a.ts')] });
    assert.equal((await index.call('work', null)).milliseconds.parsing, 0, 'who only reads pays nothing');
    await index.call('userActive', null);
    await until(
      () => index.call('work', null),
      ({ milliseconds }) => milliseconds.parsing > 0,
    );
    await index.call('close', null);
  });
});

function readSaved(store: string): string[] {
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.name.endsWith('.bin'),
  );
  return files.map((file) =>
    createHash('sha256')
      .update(readFileSync(path.join(file.parentPath, file.name)))
      .digest('hex'),
  );
}

function startInThisProcess(): StartedService {
  const [near, far] = channelPair();
  const served = serveContextIndex(far, assetDirectory, () => undefined);
  return {
    channel: near,
    stop() {
      served.dispose();
    },
  };
}
