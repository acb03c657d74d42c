import assert from 'node:assert/strict';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { CliSandbox } from './runCli.ts';

const KEY = 'test-key-5f4e3d2c1b0a';
const code = 'function sum(a, b) {\n  return \n}\n';

describe('sextant complete', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;
  let server: ModelServer;

  before(async () => {
    sandbox = await CliSandbox.create({
      'sum.js': code,
      'crlf.js': code.replaceAll('\n', '\r\n'),
      '.env': 'API_TOKEN=\n',
      'binary.js': Buffer.of(0, 1, 2, 255),
    });
    server = await startModelServer({ apiKey: KEY });
  });

  after(async () => {
    await server.close();
    await sandbox.remove();
  });

  beforeEach(() => {
    server.reset();
  });

  function complete(...args: string[]): ReturnType<CliSandbox['run']> {
    return sandbox.run(['complete', ...args, '--base-url', server.address, '--model', 'coder'], {
      env: { OPENAI_COMPATIBLE_API_KEY: KEY },
    });
  }

  const atGap = ['project/sum.js', '--line', '2', '--column', '10'];

  it('prints what would be shown, and not what stands there already', async () => {
    server.enqueue({ type: 'answer', text: 'a + b;\n}\n\nfunction other() {}\n' });
    const { code: exit, out, err } = await complete(...atGap);
    assert.deepEqual([exit, out, err], [0, 'a + b;\n', '']);
  });

  it('prints one object, with the request but never the key', async () => {
    server.enqueue({ type: 'answer', text: 'a + b;\n' });
    const { out } = await complete(...atGap, '--json', '--show-request');
    const printed = JSON.parse(out) as Record<string, unknown> & { request: { address: string; body: object } };
    assert.equal(printed['suggestion'], 'a + b;');
    assert.equal(printed['model'], 'coder');
    assert.equal(printed.request.address, `${server.address}/v1/completions`);
    assert.deepEqual(printed.request.body, server.generations[0]?.body);
    assert.ok(!out.includes(KEY));
  });

  it('puts the request beside the suggestion', async () => {
    server.enqueue({ type: 'answer', text: 'a;\n' });
    const { out, err } = await complete(...atGap, '--show-request', '--template', 'codellama');
    assert.equal(out, 'a;\n');
    assert.match(err, /<PRE> function sum/);
  });

  it('keeps the line ends of the file', async () => {
    server.enqueue({ type: 'answer', text: 'call(\n    a,\n  );\n}\n' });
    const { out } = await complete('project/crlf.js', '--line', '2', '--column', '10', '--json');
    assert.equal((JSON.parse(out) as { suggestion: string }).suggestion, 'call(\r\n    a,\r\n  );');
  });

  it('says that nothing is suggested', async () => {
    server.enqueue({ type: 'answer', text: '' });
    const { code: exit, out, err } = await complete(...atGap);
    assert.deepEqual([exit, out], [0, '']);
    assert.match(err, /Nothing is suggested here/);
  });

  for (const [what, args, exit, says] of [
    ['a file that is not there', ['project/none.js', '--line', '1', '--column', '1'], 1, /no file project\/none\.js/],
    ['a line that is not there', ['project/sum.js', '--line', '9', '--column', '1'], 2, /has no line 9/],
    [
      'a column that is not there',
      ['project/sum.js', '--line', '1', '--column', '99'],
      2,
      /has no column 99; the last is 21/,
    ],
    ['no number', ['project/sum.js', '--line', 'x', '--column', '1'], 2, /whole number/],
    ['a file that holds secrets', ['project/.env', '--line', '1', '--column', '11'], 1, /holds secrets/],
    ['what is no text', ['project/binary.js', '--line', '1', '--column', '1'], 1, /not text/],
  ] as const) {
    it(`refuses ${what} with a sentence, and asks nobody`, async () => {
      const result = await complete(...args);
      assert.equal(result.code, exit);
      assert.match(result.err, says);
      assert.deepEqual(server.requests, []);
    });
  }

  it('completes in the last, empty line', async () => {
    server.enqueue({ type: 'answer', text: 'sum(1, 2);\n' });
    const { out } = await complete('project/sum.js', '--line', '4', '--column', '1');
    assert.equal(out, 'sum(1, 2);\n');
  });

  it('hands on what the endpoint says is wrong', async () => {
    server.enqueue({ type: 'status', status: 500 });
    const { code: exit, err } = await complete(...atGap);
    assert.equal(exit, 1);
    assert.match(err, /status 500/);
  });
});
