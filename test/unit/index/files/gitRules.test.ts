import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { IgnoreRules } from '../../../../src/index/files/ignoreRules.ts';
import { listFiles } from '../../../../src/index/files/listFiles.node.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';

/** What git itself says is the specification: every case asks it. */
describe('Ignore rules', function () {
  this.timeout(isCampaign ? 600_000 : 30_000);
  let directory = '';
  let environment: Record<string, string>;

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-ignore-'));
    const home = path.join(directory, 'home');
    mkdirSync(home);
    environment = { HOME: home, PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1' };
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('match names and paths as git does', () => {
    const repository = newRepository('repo');
    const name = fc.constantFrom(
      'a',
      'b',
      'ab',
      'a b',
      'é',
      'x.o',
      '-',
      'A',
      'c]',
      '[',
      'a*',
      '!',
      '#',
      '\\',
      'B',
      '_',
    );
    const somePath = fc.array(
      fc.tuple(name, name).map(([a, b]) => a + b),
      { minLength: 1, maxLength: 4 },
    );
    const part = fc.constantFrom(
      ...[
        'a',
        'b',
        '*',
        '**',
        '?',
        '/',
        '/',
        '[a-c]',
        '[!a]',
        '[^b]',
        '[[:alpha:]]',
        '\\',
        'é',
        '.o',
        'x',
        '!',
        '#',
        ' ',
      ],
      ...[
        '\\ ',
        '[',
        'a',
        '***',
        '/**/',
        '**/',
        '/**',
        '[]a]',
        '[a-]',
        '[\\]]',
        '-',
        'A',
        '[[:upper:]x]',
        'b*',
        '[[:no:]]',
      ],
    );
    const line = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const rules = fc.tuple(
      fc.array(line, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    );
    fc.assert(
      fc.property(rules, fc.array(somePath, { minLength: 20, maxLength: 60 }), ([lines, end, ignoreCase], paths) => {
        const text = lines.join(end);
        writeFileSync(path.join(repository, '.gitignore'), text);
        const list = [...new Set(paths.map((parts) => parts.join('/')))];
        const asked = spawnSync(
          'git',
          ['-c', `core.ignoreCase=${String(ignoreCase)}`, 'check-ignore', '--no-index', '-z', '--stdin'],
          { cwd: repository, env: environment, input: `${list.join('\0')}\0` },
        );
        const ignored = new Set(asked.stdout.toString('utf8').split('\0'));
        const ours = IgnoreRules.create([], ignoreCase).below('', new Map([['.gitignore', text]]));
        for (const candidate of list) {
          assert.equal(isLeftOut(ours, candidate), ignored.has(candidate), JSON.stringify({ candidate, text }));
        }
      }),
      { numRuns: isCampaign ? 5000 : 40 },
    );
  });

  it('leave out the same files as git in generated trees', async () => {
    const names = ['src', 'lib', 'out', 'a.ts', 'b.js', 'keep.js', 'x.tmp', 'deep', 'docs', 'Z.TS'];
    const patterns = [
      '*.js',
      '!keep.js',
      'out/',
      '/lib',
      'src/*',
      '!src/deep',
      '**/docs',
      'deep/**',
      '*.tmp',
      '!x.tmp',
    ];
    const more = ['!/out/keep.js', 'a.*', '/src/**/b.js', '!lib/', '!*/', '*', '!*.ts', 'src', '\\!a', '# no', '  '];
    const tree = fc.record({
      files: fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }), {
        minLength: 5,
        maxLength: 30,
      }),
      rules: fc.array(
        fc.record({
          place: fc.constantFrom('', 'src', 'src/deep', 'lib', 'out', 'docs'),
          lines: fc.array(fc.constantFrom(...patterns, ...more), { minLength: 1, maxLength: 4 }),
        }),
        { maxLength: 4 },
      ),
      exclude: fc.array(fc.constantFrom(...patterns), { maxLength: 2 }),
      tracked: fc.array(fc.nat(30), { maxLength: 5 }),
      global: fc.array(fc.constantFrom(...patterns), { maxLength: 2 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(tree, async ({ files, rules, exclude, global, tracked }) => {
        const repository = newRepository(`tree${run++}`);
        for (const parts of files) writeIfPossible(path.join(repository, ...parts), parts.join('/'));
        for (const { place, lines } of rules) {
          writeIfPossible(path.join(repository, place, '.gitignore'), `${lines.join('\n')}\n`);
        }
        writeFileSync(path.join(repository, '.git/info/exclude'), `${exclude.join('\n')}\n`);
        writeFileSync(path.join(environment['HOME'] ?? '', 'excludes'), `${global.join('\n')}\n`);
        writeFileSync(path.join(environment['HOME'] ?? '', '.gitconfig'), '[core]\n\texcludesFile = ~/excludes\n');
        const chosen = files.filter((parts, index) => {
          return (
            tracked.includes(index) && statSync(path.join(repository, ...parts), { throwIfNoEntry: false })?.isFile()
          );
        });
        if (chosen.length > 0) git(repository, 'add', '-f', '--', ...chosen.map((parts) => parts.join('/')));
        assert.deepEqual(await listed(repository), byGit(repository));
      }),
      { numRuns: isCampaign ? 1000 : 20 },
    );
  });

  it('begin above a folder that lies inside of a repository', async () => {
    const repository = newRepository('repo');
    write(repository, { '.gitignore': 'packages/*/out\n*.log\n', 'packages/.gitignore': '!keep.log\n' });
    write(repository, {
      'packages/one/out/a.ts': '',
      'packages/one/b.ts': '',
      'packages/one/keep.log': '',
      'packages/one/c.log': '',
    });
    const folder = path.join(repository, 'packages/one');
    assert.deepEqual(await listed(folder), byGit(folder));
    assert.deepEqual(await listed(folder), ['b.ts', 'keep.log']);
  });

  it('begin anew in a folder that was opened although it is ignored', async () => {
    const repository = newRepository('repo');
    write(repository, {
      '.gitignore': 'vendor\n',
      'vendor/lib/a.ts': '',
      'vendor/lib/.gitignore': 'b.ts\n',
      'vendor/lib/b.ts': '',
    });
    assert.deepEqual(await listed(path.join(repository, 'vendor/lib')), ['.gitignore', 'a.ts']);
  });

  it('begin anew in a repository inside of another, which the outer one may still leave out', async () => {
    const outer = newRepository('outer');
    newRepository('outer/inner');
    newRepository('outer/hidden');
    write(outer, {
      '.gitignore': '*.ts\nhidden\n',
      'a.ts': '',
      'inner/b.ts': '',
      'inner/.gitignore': '*.js\n',
      'inner/c.js': '',
      'hidden/d.ts': '',
    });
    assert.deepEqual(await listed(outer), ['.gitignore', 'inner/.gitignore', 'inner/b.ts']);
  });

  it('find info/exclude of a worktree in the repository that it belongs to', async () => {
    const repository = newRepository('repo');
    write(repository, { 'a.ts': '' });
    git(repository, 'add', '.');
    git(repository, '-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'first');
    git(repository, 'worktree', 'add', '-q', '../tree');
    writeFileSync(path.join(repository, '.git/info/exclude'), 'secretplan.md\n');
    const worktree = path.join(directory, 'tree');
    write(worktree, { 'secretplan.md': '', 'b.ts': '' });
    assert.deepEqual(await listed(worktree), byGit(worktree));
  });

  it('read the excludes file that a config names through an include, quoted, or by default', async () => {
    const repository = newRepository('repo');
    write(repository, { 'a.ts': '', 'b.ts': '', 'c.ts': '' });
    const home = environment['HOME'] ?? '';
    write(home, {
      '.config/git/ignore': 'a.ts\n',
      'my rules': 'b.ts\n',
      'more.cfg': '[core]\n\texcludesFile = "~/my rules" ; mine\n',
    });
    assert.deepEqual(await listed(repository), byGit(repository));
    write(home, { '.gitconfig': '[include]\n\tpath = more.cfg\n' });
    assert.deepEqual(await listed(repository), byGit(repository));
    assert.deepEqual(await listed(repository), ['a.ts', 'c.ts']);
  });

  for (const [what, ...setting] of [
    ['as git writes it by default'],
    ['with shared beginnings of names (version 4)', 'index.version=4'],
    ['split in two', 'core.splitIndex=true'],
  ]) {
    it(`spare what git tracks, with the index ${what}`, async () => {
      const repository = newRepository('repo');
      for (const entry of setting) git(repository, 'config', ...entry.split('='));
      write(repository, { '.gitignore': 'out\n*.log\n!x.log\n', 'src/a.ts': '', 'src/kept.log': '', 'src/b.log': '' });
      write(repository, {
        'out/tracked/é 😀.ts': '',
        'out/tracked/not.ts': '',
        'out/other/not.ts': '',
        'out/new\nline.ts': '',
      });
      git(repository, 'add', '-f', 'src/kept.log', 'out/tracked/é 😀.ts');
      git(repository, '-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'first');
      git(repository, 'add', '-f', 'out/new\nline.ts');
      assert.deepEqual(await listed(repository), byGit(repository));
      assert.ok((await listed(repository)).includes('out/tracked/é 😀.ts'));
      const below = path.join(repository, 'src');
      assert.deepEqual(await listed(below), byGit(below));
      write(repository, { '.sextantignore': 'tracked\n' });
      assert.ok(!(await listed(repository)).includes('out/tracked/é 😀.ts'));
    });
  }

  it('spare what git tracks in a repository of SHA-256, a worktree and a submodule', async () => {
    const repository = newRepository('repo', '--object-format=sha256');
    const inner = newRepository('inner', '--object-format=sha256');
    for (const place of [inner, repository]) {
      write(place, { '.gitignore': '*.log\nvendor\n', 'a.log': '', 'b.log': '', 'vendor/lib/c.ts': '' });
      git(place, 'add', '-f', '.gitignore', 'a.log', 'vendor/lib/c.ts');
      git(place, '-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '-qm', 'first');
    }
    git(repository, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '-f', inner, 'vendor/inner');
    git(repository, 'worktree', 'add', '-q', '-b', 'other', '../tree');
    write(path.join(directory, 'tree'), { 'b.log': '', 'vendor/lib/new.ts': '' });
    const recursive = git(repository, 'ls-files', '-z', '--recurse-submodules').split('\0').filter(Boolean);
    assert.deepEqual(await listed(repository), recursive.sort());
    assert.ok(recursive.includes('vendor/inner/vendor/lib/c.ts'));
    assert.deepEqual(await listed(path.join(directory, 'tree')), byGit(path.join(directory, 'tree')));
  });

  it('hold as they are while git’s index cannot be read', async () => {
    const repository = newRepository('repo');
    write(repository, { '.gitignore': '*.log\n', 'a.log': '', 'b.ts': '' });
    git(repository, 'add', '-f', 'a.log');
    const index = path.join(repository, '.git/index');
    const whole = readFileSync(index);
    for (const damaged of [Buffer.alloc(0), Buffer.from('DIRC'), whole.subarray(0, 60), Buffer.alloc(500, 255)]) {
      writeFileSync(index, damaged);
      assert.deepEqual(await listed(repository), ['.gitignore', 'b.ts']);
    }
    const wrongCount = Buffer.from(whole);
    wrongCount.writeUInt32BE(4_000_000_000, 8);
    writeFileSync(index, wrongCount);
    assert.deepEqual(await listed(repository), ['.gitignore', 'b.ts']);
  });

  it('let .sextantignore have the last word', async () => {
    const repository = newRepository('repo');
    write(repository, {
      '.gitignore': 'out/\n*.gen.ts\n',
      '.sextantignore': '!out/\ndocs\n',
      'docs/.sextantignore': '!a.md\n',
    });
    write(repository, { 'out/a.ts': '', 'out/b.gen.ts': '', 'docs/a.md': '', 'c.ts': '' });
    assert.deepEqual(await listed(repository), ['.gitignore', '.sextantignore', 'c.ts', 'out/a.ts']);
  });

  it('pass over a rule file that is a link or a folder, as git does', async () => {
    const repository = newRepository('repo');
    write(repository, { 'a.ts': '', rules: 'a.ts\n', 'sub/.gitignore/x.ts': '', 'sub/b.ts': '' });
    symlinkSync('rules', path.join(repository, '.gitignore'));
    assert.deepEqual(
      await listed(repository),
      byGit(repository).filter((file) => file !== '.gitignore'),
    );
  });

  it('take no exponential time for a hostile pattern', () => {
    const rules = IgnoreRules.create([], false).below(
      '',
      new Map([['.gitignore', `${'*a'.repeat(60)}b\n${'**/a/'.repeat(60)}b\n`]]),
    );
    assert.equal(rules.verdict('a'.repeat(200), false), undefined);
    assert.equal(rules.verdict('a/'.repeat(200) + 'c', false), undefined);
  });

  function newRepository(name: string, ...options: string[]): string {
    const repository = path.join(directory, name);
    mkdirSync(repository, { recursive: true });
    git(repository, 'init', '-q', '-b', 'main', ...options);
    return repository;
  }

  function git(cwd: string, ...parameters: string[]): string {
    return execFileSync('git', parameters, {
      cwd,
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  function byGit(cwd: string): string[] {
    const output = git(cwd, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
    return output
      .split('\0')
      .filter((file) => file !== '')
      .sort();
  }

  async function listed(root: string): Promise<string[]> {
    const { files } = await listFiles(root, { limits: { files: 10_000, bytes: 1e9 }, environment });
    return files.map((file) => file.path).sort();
  }
});

function isLeftOut(rules: IgnoreRules, candidate: string): boolean {
  const parts = candidate.split('/');
  return parts.some(
    (_, index) => rules.verdict(parts.slice(0, index + 1).join('/'), index < parts.length - 1)?.isLeftOut === true,
  );
}

function write(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

/** A name that is a file already cannot be a folder, and the other way round: then there is one file less. */
function writeIfPossible(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch {
    // As said.
  }
}
