import assert from 'node:assert/strict';
import { filesWith } from '../../harness/fileSearch.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { CliSandbox } from './runCli.ts';

const KEY = 'planted-key-for-the-cli-5d1c';
const WRONG = 'planted-key-that-is-wrong-77';

describe('A key that commands were given', function () {
  this.timeout(240_000);
  let sandbox: CliSandbox;
  let server: ModelServer;

  before(async () => {
    sandbox = await CliSandbox.create({ 'src/tax.ts': 'export const tax = 1.19;\n' });
    server = await startModelServer({ apiKey: KEY, chunkDelayMs: 20 });
  });
  after(async () => {
    await server.close();
    await sandbox.remove();
  });

  it('is in nothing that they print, log, store, export or leave when they crash', async () => {
    const at = ['--base-url', `${server.address}/v1`];
    const question = ['ask', 'project', 'Where is the tax?', ...at];
    const complete = ['complete', 'project/src/tax.ts', '--line', '1', '--column', '20', '--show-request', ...at];
    const outputs: string[] = [];
    const run = async (key: string, ...args: string[]): Promise<void> => {
      const env = { OPENAI_COMPATIBLE_API_KEY: key };
      const { out, err } = await sandbox.run([...args, '--store', 'store'], { env });
      outputs.push(out + err);
    };
    await run(KEY, 'index', 'project');
    for (const model of ['plain', 'status-401', 'reset']) await run(KEY, ...question, '--model', model);
    await run(KEY, ...question, '--model', 'plain', '--json');
    await run(WRONG, ...question, '--model', 'plain');
    await run(KEY, ...complete, '--model', 'plain');

    server.enqueue({ type: 'stall', text: 'The first words ' });
    const env = { OPENAI_COMPATIBLE_API_KEY: KEY };
    const crashing = sandbox.run([...question, '--model', 'plain', '--store', 'store'], { env });
    await crashing.hasPrinted('The first words');
    crashing.child.kill('SIGABRT');
    const crashed = await crashing;
    outputs.push(crashed.out + crashed.err);

    for (const args of [
      ['export', 'chats.json'],
      ['export', 'chats.md'],
      ['backup', 'backup.tar.gz'],
      ['usage', '--json'],
      ['history', '--json'],
      ['doctor', 'project', '--json'],
    ])
      await run(KEY, ...args);

    const carried = server.requests.filter(({ headers }) => headers['authorization'] === `Bearer ${KEY}`);
    assert.ok(carried.length >= 6, 'the key was used');
    assert.ok(server.requests.some(({ headers }) => headers['authorization'] === `Bearer ${WRONG}`));
    assert.ok(outputs.join('\n').includes('refused the key'), 'a refusal was told');
    for (const output of outputs) assert.ok(![KEY, WRONG].some((key) => output.includes(key)), 'it was printed');
    assert.deepEqual(await filesWith(sandbox.directory, [KEY, WRONG]), []);
    // The search itself: what the question said is in the same files, also in the packed ones.
    const control = await filesWith(sandbox.directory, ['Where is the tax?']);
    for (const name of ['chats.json', 'chats.md', 'backup.tar.gz']) assert.ok(control.includes(name), name);
    assert.ok(control.some((name) => name.startsWith('store')));
  });
});
