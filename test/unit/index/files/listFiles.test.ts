import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { FileLimits } from '../../../../src/index/files/chooseFiles.ts';
import { isTestOrExample, skipByPath, skipByText } from '../../../../src/index/files/fileKinds.ts';
import { HiddenFiles } from '../../../../src/index/files/hiddenFiles.ts';
import { type ListedFile, listFiles } from '../../../../src/index/files/listFiles.node.ts';
import { readSource } from '../../../../src/index/files/readSource.node.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'sextant-list-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}

describe('listFiles', () => {
  const environment = {};
  const upTo = (files: number): FileLimits => ({ files, bytes: 1e9 });
  const names = (files: readonly ListedFile[]): string[] => files.map((file) => file.path);

  it('lists level by level, in order of name', async () => {
    write({ 'b.ts': '', 'a.ts': '', 'z/a.ts': '', 'c/d/e.ts': '', 'c/b.ts': '' });
    const { files } = await listFiles(root, { limits: upTo(100), environment });
    assert.deepEqual(names(files), ['a.ts', 'b.ts', 'c/b.ts', 'z/a.ts', 'c/d/e.ts']);
  });

  it('keeps to the limit and says what is beyond it', async () => {
    write(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${String(i).padStart(2, '0')}.ts`, 'x'])));
    const { files, skipped } = await listFiles(root, { limits: upTo(5), environment });
    assert.deepEqual(names(files), ['f00.ts', 'f01.ts', 'f02.ts', 'f03.ts', 'f04.ts']);
    assert.deepEqual([...new Set(skipped.values())], ['over the limit']);
    assert.equal(skipped.size, 15);
  });

  it('takes what is open first, then what is recent, then what is imported, and open files beyond the limit', async () => {
    write({
      'a.ts': '',
      'b.ts': '',
      'deep/imported.ts': '',
      'deep/open.ts': '',
      'deep/recent.ts': '',
      'huge.ts': 'x'.repeat(50),
    });
    const longAgo = new Date('2001-01-01');
    for (const name of ['a.ts', 'b.ts', 'deep/imported.ts', 'deep/open.ts', 'huge.ts']) {
      utimesSync(path.join(root, name), longAgo, longAgo);
    }
    const wanted = { open: new Set(['deep/open.ts']), imported: new Set(['deep/imported.ts']) };
    const list = async (files: number, bytes = 1e9): Promise<string[]> =>
      names((await listFiles(root, { limits: { files, bytes }, environment, wanted })).files);
    const all = ['deep/open.ts', 'deep/recent.ts', 'deep/imported.ts', 'a.ts', 'b.ts', 'huge.ts'];
    assert.deepEqual(await list(6), all);
    assert.deepEqual(await list(3), all.slice(0, 3));
    assert.deepEqual(await list(0), ['deep/open.ts']);
    assert.deepEqual(await list(6, 49), all.slice(0, 5));
  });

  it('leaves out what other assistants shall not see, and says so', async () => {
    write({ '.cursorignore': '*\n!src/\n!src/**\n', 'src/.aiexclude': 'secretplan.md\n', 'top.ts': '' });
    write({
      'src/a.ts': '',
      'src/secretplan.md': '',
      '.gitignore': '!secretplan.md\n',
      'src/.rooignore': '!secretplan.md\n',
    });
    const { files, skipped } = await listFiles(root, { limits: upTo(100), environment });
    assert.deepEqual(names(files), ['src/.aiexclude', 'src/.rooignore', 'src/a.ts']);
    assert.equal(skipped.get('src/secretplan.md'), 'ignored for another tool');
    assert.equal(skipped.get('top.ts'), 'ignored for another tool');
    write({ '.sextantignore': '!secretplan.md\n' });
    const asked = await listFiles(root, { limits: upTo(100), environment });
    assert.ok(names(asked.files).includes('src/secretplan.md'));
  });

  for (const { glob, when, expected } of [
    { glob: '**/*.js', expected: ['a.jsx', 'a.ts', 'b.ts', 'deep/out/c d.ts', 'deep/x.ts', '[a].ts'] },
    {
      glob: '**/*.js',
      when: '$(basename).ts',
      expected: ['a.jsx', 'a.ts', 'b.ts', 'deep/out/c d.ts', 'deep/x.ts', 'deep/y.js', '[a].ts'],
    },
    {
      glob: '*.js',
      expected: ['a.jsx', 'a.ts', 'b.ts', 'deep/out/c d.ts', 'deep/x.js', 'deep/x.ts', 'deep/y.js', '[a].ts'],
    },
    { glob: '**/out', expected: ['a.js', 'a.jsx', 'a.ts', 'b.ts', 'deep/x.js', 'deep/x.ts', 'deep/y.js', '[a].ts'] },
    { glob: 'deep/**', expected: ['a.js', 'a.jsx', 'a.ts', 'b.ts', '[a].ts'] },
    { glob: '**/{a,x}.{js,ts}', expected: ['a.jsx', 'b.ts', 'deep/out/c d.ts', 'deep/y.js', '[a].ts'] },
    { glob: '{a.{ts,jsx},deep}', expected: ['a.js', 'b.ts', '[a].ts'] },
    {
      glob: 'deep/out/c d.ts',
      expected: ['a.js', 'a.jsx', 'a.ts', 'b.ts', 'deep/x.js', 'deep/x.ts', 'deep/y.js', '[a].ts'],
    },
    {
      glob: '[[]a].ts',
      expected: ['a.js', 'a.jsx', 'a.ts', 'b.ts', 'deep/out/c d.ts', 'deep/x.js', 'deep/x.ts', 'deep/y.js'],
    },
    { glob: '!a.ts', expected: undefined },
    { glob: '', expected: undefined },
    { glob: '{{{', expected: undefined },
    { glob: '{a,b}'.repeat(60), expected: undefined },
  ]) {
    it(`hides what “${glob.slice(0, 30)}”${when === undefined ? '' : ` beside ${when}`} hides in the editor`, async () => {
      const all = ['a.js', 'a.jsx', 'a.ts', 'b.ts', 'deep/out/c d.ts', 'deep/x.js', 'deep/x.ts', 'deep/y.js', '[a].ts'];
      write(Object.fromEntries(all.map((name) => [name, ''])));
      const hidden = new HiddenFiles([{ glob, ...(when === undefined ? {} : { when }) }]);
      const { files, skipped } = await listFiles(root, { limits: upTo(100), environment, hidden });
      assert.deepEqual(names(files).sort(), [...(expected ?? all)].sort());
      for (const reason of skipped.values()) assert.equal(reason, 'hidden in the editor');
    });
  }

  it('gives size and time as the file system has them', async () => {
    write({ 'a.ts': '12345' });
    const [file] = (await listFiles(root, { limits: upTo(1), environment })).files;
    assert.equal(file?.sizeBytes, 5);
    assert.ok(Math.abs(file.modifiedUs / 1000 - Date.now()) < 60_000);
  });

  it('follows no link, so that no loop holds it', async () => {
    write({ 'a/b.ts': '' });
    symlinkSync('..', path.join(root, 'a/up'));
    symlinkSync('nowhere', path.join(root, 'broken'));
    symlinkSync('b.ts', path.join(root, 'a/c.ts'));
    const { files, skipped } = await listFiles(root, { limits: upTo(100), environment });
    assert.deepEqual(names(files), ['a/b.ts']);
    assert.deepEqual(Object.fromEntries(skipped), {
      broken: 'symbolic link',
      'a/c.ts': 'symbolic link',
      'a/up': 'symbolic link',
    });
  });

  it('passes over what is neither file nor folder', async function () {
    if (process.platform === 'win32') this.skip();
    write({ 'a.ts': '' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(root, 'socket.ts'), resolve));
    const { files, skipped } = await listFiles(root, { limits: upTo(100), environment });
    server.close();
    assert.deepEqual(names(files), ['a.ts']);
    assert.equal(skipped.get('socket.ts'), 'special file');
  });

  it('counts names that are no valid UTF-8', async function () {
    if (process.platform !== 'linux') this.skip();
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x2e, 0x74, 0x73])]), 'x');
    const { files, skipped } = await listFiles(root, { limits: upTo(100), environment });
    assert.deepEqual(files, []);
    assert.deepEqual([...skipped.values()], ['unusual name']);
  });

  for (const [only, expected] of Object.entries({
    'src/a.ts': ['src/a.ts'],
    src: ['src/a.ts', 'src/deep/b.ts'],
    'src/deep': ['src/deep/b.ts'],
    'src/out/c.ts': [],
    'src/out': [],
    'never/there.ts': [],
    'src/a.ts/below.ts': [],
    'node_modules/x/index.js': [],
    '.git/config': [],
  })) {
    it(`lists, when asked for “${only}” only, what the whole walk has there`, async () => {
      write({ 'src/a.ts': '', 'src/deep/b.ts': '', 'src/out/c.ts': '', 'src/.gitignore': 'out\n.gitignore\n' });
      write({ 'node_modules/x/index.js': '', '.git/config': '' });
      const { files } = await listFiles(root, { limits: upTo(100), environment, only: [only] });
      assert.deepEqual(names(files), expected);
    });
  }

  it('lists, when asked for several paths only, what the whole walk has there', async () => {
    write({ 'a/x.ts': '', 'a/out/y.ts': '', 'b/z.ts': '', 'c.ts': '', '.gitignore': 'out\n' });
    const { files } = await listFiles(root, { limits: upTo(100), environment, only: ['a/out', 'a/x.ts', 'b', 'gone'] });
    assert.deepEqual(names(files), ['a/x.ts', 'b/z.ts']);
  });

  it('throws when the folder itself is not there', async () => {
    await assert.rejects(listFiles(path.join(root, 'none'), { limits: upTo(1), environment }), { code: 'ENOENT' });
  });
});

describe('What is left out', () => {
  for (const [name, reason] of Object.entries({
    'src/a.ts': undefined,
    lib: undefined,
    'src/so': undefined,
    '.env': 'secret',
    'config/.env.production': 'secret',
    'deploy/key.pem': 'secret',
    '.ssh/id_rsa': 'secret',
    'yarn.lock': 'lock file',
    'sub/Cargo.lock': 'lock file',
    'logo.PNG': 'binary',
    'a.wasm': 'binary',
    'jquery.min.js': 'minified',
    'api.pb.go': 'generated',
    'bundle.js.map': 'generated',
    'bad\uFFFDname.ts': 'unusual name',
  })) {
    it(`tells by the path ${JSON.stringify(name)}: ${reason ?? 'nothing'}`, () => {
      assert.equal(skipByPath(name), reason);
    });
  }

  for (const [what, text, reason] of [
    ['code', 'const a = 1;\n', undefined],
    ['a generated header', '// Code generated by protoc-gen-go. DO NOT EDIT.\n', 'generated'],
    ['talk of generated code far below', `${'x\n'.repeat(2000)}// Code generated by hand. DO NOT EDIT.\n`, undefined],
    ['a private key', 'x\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n', 'secret'],
    ['a public key', '-----BEGIN PUBLIC KEY-----\n', undefined],
    ['minified code', `${'a=b;'.repeat(2000)}\n`, 'minified'],
    ['a short line', 'a=b;'.repeat(100), undefined],
  ] as const) {
    it(`tells by the text ${what}: ${reason ?? 'nothing'}`, () => {
      assert.equal(skipByText('a.ts', text), reason);
    });
  }

  for (const name of [
    'test/a.ts',
    'src/a.test.ts',
    'pkg/x_test.go',
    'tests/test_a.py',
    'examples/a.js',
    'src/FooTest.java',
  ]) {
    it(`knows ${name} for a test or example`, () => {
      assert.ok(isTestOrExample(name));
    });
  }

  for (const name of ['src/testing.ts', 'src/latest/a.ts', 'contest.py', 'src/attestation.go', 'src/index.ts']) {
    it(`takes ${name} for what it is`, () => {
      assert.ok(!isTestOrExample(name));
    });
  }
});

describe('readSource', () => {
  const read = (content: string | Uint8Array): string => {
    write({ 'a.txt': content });
    const source = readSource(root, 'a.txt');
    return source.kind === 'text' ? source.text : source.kind === 'skipped' ? source.reason : source.kind;
  };

  for (const [what, content, expected] of [
    ['UTF-8', 'größe\n', 'größe\n'],
    ['a byte order mark', '\ufeffa\n', 'a\n'],
    ['Windows line ends', 'a\r\nb\rc\n', 'a\nb\nc\n'],
    ['UTF-16', Buffer.from('\ufeffwide\n', 'utf16le'), 'wide\n'],
    ['Latin-1', Buffer.from('gr\xfc\xdfe as it was written once\n', 'latin1'), 'grüße as it was written once\n'],
    [
      'bytes that are nothing like UTF-8',
      Buffer.from(Array.from({ length: 500 }, (_, i) => 128 + (i % 120))),
      'binary',
    ],
    ['Windows-1252', Buffer.from('\x93quoted\x94 \x96 5 \x80\n', 'latin1'), '“quoted” – 5 €\n'],
    ['UTF-8 with a broken letter', Buffer.from([...Buffer.from('größe übel '), 0xff, 0x0a]), 'größe übel \uFFFD\n'],
    ['UTF-16 of big ends', Buffer.from('\ufeffwide ø\n', 'utf16le').swap16(), 'wide ø\n'],
    ['UTF-16 without a mark', Buffer.from('no mark: größe\n', 'utf16le'), 'no mark: größe\n'],
    ['UTF-16 of big ends without a mark', Buffer.from('no mark\n', 'utf16le').swap16(), 'no mark\n'],
    ['numbers of two bytes', Buffer.from(Uint16Array.from({ length: 500 }, (_, i) => i % 200).buffer), 'binary'],
    ['a zero byte', Buffer.from([65, 0, 66]), 'binary'],
    ['nothing', '', ''],
    ['exactly a megabyte', 'line of it\n'.repeat(90_909), 'line of it\n'.repeat(90_909)],
    ['more than a megabyte', 'line of it\n'.repeat(90_910), 'too large'],
  ] as const) {
    it(`reads ${what}`, () => {
      assert.equal(read(content), expected);
    });
  }

  it('names the bytes by their SHA-256 and tells what it read of', () => {
    write({ 'a.txt': 'abc' });
    const source = readSource(root, 'a.txt');
    assert.ok(source.kind === 'text');
    assert.equal(source.contentHash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(source.sizeBytes, 3);
  });

  it('says of what is not there, or a folder, that it is gone', () => {
    mkdirSync(path.join(root, 'folder'));
    for (const name of ['none', 'folder', 'none/below']) assert.equal(readSource(root, name).kind, 'gone');
  });
});
