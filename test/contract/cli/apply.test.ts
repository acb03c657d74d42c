import assert from 'node:assert/strict';
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CliSandbox } from './runCli.ts';

const before = 'const a = 1;\nfunction f(x) {\n  return x + a;\n}\n';
const after = before.replace('x + a', 'x - a');
const patch = '```ts\n<<<<<<< SEARCH\n  return x + a;\n=======\n  return x - a;\n>>>>>>> REPLACE\n```\n';

describe('sextant apply', function () {
  this.timeout(30_000);
  let sandbox: CliSandbox;

  beforeEach(async () => {
    sandbox = await CliSandbox.create({ 'a.ts': before });
    writeFileSync(path.join(sandbox.directory, 'patch'), patch);
  });

  afterEach(() => sandbox.remove());

  const place = (name: string): string => path.join(sandbox.project, name);
  const apply = (file: string, ...args: string[]): ReturnType<CliSandbox['run']> =>
    sandbox.run(['apply', `project/${file}`, '--patch', 'patch', ...args]);

  it('makes the change, keeps the mode and says where', async () => {
    chmodSync(place('a.ts'), 0o754);
    const { code, out, err } = await apply('a.ts');
    assert.deepEqual([code, out, err], [0, 'a.ts: 1 change made, at line 3\n', '']);
    assert.equal(readFileSync(place('a.ts'), 'utf8'), after);
    assert.equal(statSync(place('a.ts')).mode & 0o777, 0o754);
    assert.deepEqual(await sandbox.files('project'), ['a.ts']);
  });

  it('shows the diff of a dry run and writes nothing', async () => {
    const state = await sandbox.projectState();
    const { code, out } = await apply('a.ts', '--dry-run');
    assert.equal(code, 0);
    assert.match(out, /^--- a\/a\.ts\n\+\+\+ b\/a\.ts\n@@ -1,4 \+1,4 @@\n/);
    assert.match(out, /\n- {2}return x \+ a;\n\+ {2}return x - a;\n/);
    assert.deepEqual(await sandbox.projectState(), state);
  });

  it('says that there is nothing to do the second time', async () => {
    await apply('a.ts');
    const { code, out, err } = await apply('a.ts');
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /already as the change wants it/);
  });

  it('prints what it did as JSON', async () => {
    const [done] = JSON.parse((await apply('a.ts', '--json')).out) as Record<string, unknown>[];
    assert.deepEqual([done?.['result'], done?.['written'], done?.['message']], ['edits', true, null]);
  });

  it('keeps what has changed since the answer was made', async () => {
    writeFileSync(path.join(sandbox.directory, 'base'), before);
    writeFileSync(place('a.ts'), `// new\n${before}`);
    assert.equal((await apply('a.ts', '--base', 'base')).code, 0);
    assert.equal(readFileSync(place('a.ts'), 'utf8'), `// new\n${after}`);
  });

  it('makes files that the answer names, in a folder', async () => {
    writeFileSync(
      path.join(sandbox.directory, 'patch'),
      '--- /dev/null\n+++ b/src/b.ts\n@@ -0,0 +1,1 @@\n+const b = 2;\n',
    );
    const { code, err } = await sandbox.run(['apply', 'project', '--patch', 'patch']);
    assert.deepEqual([code, err], [0, '']);
    assert.equal(readFileSync(place('src/b.ts'), 'utf8'), 'const b = 2;\n');
  });

  for (const [what, bytes] of Object.entries({
    'UTF-8 with its mark': Buffer.from(`\uFEFF${before}`),
    'UTF-16': Buffer.from(`\uFEFF${before.replaceAll('\n', '\r\n')}`, 'utf16le'),
    'UTF-16, big end first': Buffer.from(`\uFEFF${before}`, 'utf16le').swap16(),
    'CRLF without a last line end': Buffer.from(before.replaceAll('\n', '\r\n').slice(0, -2)),
  })) {
    it(`keeps a file in ${what} as it is but for the change`, async () => {
      writeFileSync(place('a.ts'), bytes);
      assert.equal((await apply('a.ts')).code, 0);
      const changed = readFileSync(place('a.ts'));
      const [was, is] = [Buffer.from('+').at(0), Buffer.from('-').at(0)];
      const different = [...bytes.keys()].filter((at) => bytes[at] !== changed[at]);
      assert.equal(changed.length, bytes.length);
      assert.deepEqual(
        different.map((at) => [bytes[at], changed[at]]),
        [[was, is]],
      );
    });
  }

  const refusals: Readonly<Record<string, { make: () => string; says: RegExp }>> = {
    'a link out of the workspace': {
      make: () => {
        writeFileSync(path.join(sandbox.directory, 'outside.ts'), before);
        symlinkSync(path.join(sandbox.directory, 'outside.ts'), place('link.ts'));
        return 'link.ts';
      },
      says: /out of the workspace/,
    },
    'a folder that is a link out of the workspace': {
      make: () => {
        mkdirSync(path.join(sandbox.directory, 'other'));
        writeFileSync(path.join(sandbox.directory, 'other', 'a.ts'), before);
        symlinkSync(path.join(sandbox.directory, 'other'), place('folder'));
        mkdirSync(place('.git'));
        return 'folder/a.ts';
      },
      says: /out of the workspace|There is no/,
    },
    'a file of .git': {
      make: () => {
        mkdirSync(place('.git/hooks'), { recursive: true });
        writeFileSync(place('.git/hooks/pre-commit'), before);
        return '.git/hooks/pre-commit';
      },
      says: /\.git or \.vscode/,
    },
    'a file of .VSCODE': {
      make: () => {
        mkdirSync(place('.git'));
        mkdirSync(place('.VSCODE'));
        writeFileSync(place('.VSCODE/tasks.json'), before);
        return '.VSCODE/tasks.json';
      },
      says: /\.git or \.vscode/,
    },
    'a secret file': {
      make: () => {
        writeFileSync(place('.env'), before);
        return '.env';
      },
      says: /secrets/,
    },
    'a read-only file': {
      make: () => {
        writeFileSync(place('r.ts'), before);
        chmodSync(place('r.ts'), 0o444);
        return 'r.ts';
      },
      says: /read-only/,
    },
    'a file that is no text': {
      make: () => {
        writeFileSync(place('b.ts'), Buffer.from([0xc3, 0x28, 0xff, 0x00]));
        return 'b.ts';
      },
      says: /not text/,
    },
    'a file whose lines are others': {
      make: () => {
        writeFileSync(place('o.ts'), 'const other = 1;\n');
        return 'o.ts';
      },
      says: /not in the file/,
    },
  };
  for (const [what, { make, says }] of Object.entries(refusals)) {
    it(`writes nothing to ${what} and says why`, async () => {
      const name = make();
      const content = readFileSync(place(name));
      const { code, err } = await apply(name);
      assert.equal(code, 1, err);
      assert.match(err, says);
      assert.deepEqual(readFileSync(place(name)), content);
    });
  }

  for (const [name, says] of [
    ['../outside.ts', /out of the workspace/],
    ['/etc/outside.ts', /absolute|out of/],
    ['.git/config', /\.git or \.vscode/],
  ] as const) {
    it(`makes no file ${name} that an answer names`, async () => {
      writeFileSync(
        path.join(sandbox.directory, 'patch'),
        `*** Begin Patch\n*** Add File: ${name}\n+x\n*** End Patch\n`,
      );
      const { code, err } = await sandbox.run(['apply', 'project', '--patch', 'patch']);
      assert.equal(code, 1);
      assert.match(err, says);
    });
  }

  it('leaves another name of the file as it was', async () => {
    linkSync(place('a.ts'), path.join(sandbox.directory, 'twin'));
    assert.equal((await apply('a.ts')).code, 0);
    assert.equal(readFileSync(path.join(sandbox.directory, 'twin'), 'utf8'), before);
  });
});
