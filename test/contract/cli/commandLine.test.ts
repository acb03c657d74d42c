import assert from 'node:assert/strict';
import { CliSandbox } from './runCli.ts';

describe('The command line', function () {
  this.timeout(20_000);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create({ 'a.txt': 'hello' });
  });

  after(() => sandbox.remove());

  for (const [args, expected] of [
    [['--help'], ['index', 'search', 'ask', 'apply', 'doctor']],
    [
      ['index', '--help'],
      ['<FOLDER>', '--store <DIR>'],
    ],
    [
      ['search', '--help'],
      ['<FOLDER>', '[QUERY]', '--limit <N>', '--json', '--store <DIR>'],
    ],
    [
      ['ask', '--help'],
      ['<FOLDER>', '<QUESTION>', '--provider', '--model', '--base-url', '--json', '--store <DIR>'],
    ],
    [
      ['apply', '--help'],
      ['<FILE>', '--patch <PATCHFILE>', '--dry-run', '--base <BASEFILE>', '--workspace <DIR>', '--json'],
    ],
    [
      ['doctor', '--help'],
      ['[FOLDER]', '--json', '--remove-damaged', '--store <DIR>'],
    ],
  ] as const) {
    it(`sextant ${args.join(' ')} explains`, async () => {
      const { code, out, err } = await sandbox.run(args);
      assert.deepEqual([code, err], [0, '']);
      for (const part of expected) assert.ok(out.includes(part), `${part} in ${out}`);
    });
  }

  it('says its version', async () => {
    const { code, out } = await sandbox.run(['--version']);
    assert.equal(code, 0);
    assert.match(out, /^\d+\.\d+\.\d+\n$/);
  });

  for (const { args, says } of [
    { args: [], says: /Usage: sextant/ },
    { args: ['frobnicate'], says: /unknown command/ },
    { args: ['index'], says: /missing required argument 'FOLDER'/ },
    { args: ['search', 'project'], says: /either the argument 'QUERY' or --queries FILE/ },
    { args: ['search', 'project', 'x', '--queries', 'a.json'], says: /either the argument 'QUERY' or --queries FILE/ },
    { args: ['search', 'project', 'x', '--rank', 'lines'], says: /chunks, files/ },
    { args: ['search', 'project', 'x', '--path', ''], says: /--path.*empty/ },
    { args: ['search', 'project', 'x', 'y'], says: /too many arguments/ },
    { args: ['search', 'project', ' '], says: /QUERY.*empty/ },
    { args: ['search', 'project', 'x', '--limit', '0'], says: /whole number from 1 to 1000/ },
    { args: ['search', 'project', 'x', '--limit', 'ten'], says: /whole number from 1 to 1000/ },
    { args: ['search', 'project', 'x', '--colour'], says: /unknown option '--colour'/ },
    { args: ['search', 'project', 'x', '--store', ''], says: /--store.*empty/ },
    { args: ['apply', 'project/a.txt'], says: /required option '--patch <PATCHFILE>'/ },
    { args: ['apply', 'project/a.txt', '--patch', '-'], says: /patch is empty/ },
    { args: ['ask', 'project', ''], says: /QUESTION.*empty/ },
    { args: ['ask', 'project', '-'], says: /no question on standard input/ },
    { args: ['ask', 'project', 'x', '--model', 'gpt'], says: /offline provider has no models/ },
    { args: ['ask', 'project', 'x', '--provider', 'nobody'], says: /no provider “nobody”.*offline, ollama.*openai/ },
    { args: ['ask', 'project', 'x', '--provider', '__proto__', '--model', 'm'], says: /no provider/ },
  ]) {
    it(`refuses sextant ${args.map((arg) => JSON.stringify(arg)).join(' ')}`, async () => {
      const { code, out, err } = await sandbox.run(args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, says);
      assert.doesNotMatch(err, /\n +at /);
    });
  }

  for (const command of [['index'], ['search'], ['ask'], ['doctor']]) {
    const rest = ['search', 'ask'].includes(command[0]!) ? ['word'] : [];
    for (const { folder, says } of [
      { folder: 'nowhere', says: /There is no folder .*nowhere/ },
      { folder: 'project/a.txt', says: /a\.txt is a file/ },
      { folder: 'project/a.txt/b', says: /There is no folder/ },
      { folder: '', says: /empty/ },
    ]) {
      it(`sextant ${command.join(' ')} says what is wrong with the folder “${folder}”`, async () => {
        const { code, out, err } = await sandbox.run([...command, folder, ...rest]);
        assert.equal(code, folder === '' ? 2 : 1);
        assert.match(out + err, says);
        assert.doesNotMatch(err, /\n +at /);
      });
    }
  }
});
