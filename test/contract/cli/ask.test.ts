import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Service } from '../../../src/base/service.ts';
import type { Conversation, StoreContract } from '../../../src/protocol/store.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { CliSandbox, cliFile } from './runCli.ts';

const KEY = 'test-key-9f8e7d6c5b4a';

const project = {
  'src/invoice.ts': `/** Adds value added tax to an invoice. */
export function addTax(invoice: { net: number }): number {
  return invoice.net * 1.19;
}
`,
  'src/mail.ts': 'export function sendMail(to: string): void {\n  console.log(to);\n}\n',
};

describe('sextant ask', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;
  let server: ModelServer;

  before(async () => {
    sandbox = await CliSandbox.create(project);
    server = await startModelServer({ apiKey: KEY });
  });

  after(async () => {
    await server.close();
    await sandbox.remove();
  });

  beforeEach(() => {
    server.requests.length = 0;
  });

  const question = 'Where is the value added tax computed?';

  function ask(...args: string[]): ReturnType<CliSandbox['run']> {
    return sandbox.run(['ask', 'project', question, '--store', 'store', ...args], {
      env: { OPENAI_COMPATIBLE_API_KEY: KEY, ANTHROPIC_API_KEY: KEY },
    });
  }

  const projectUri = (): string => pathToFileURL(realpathSync(sandbox.project)).href;

  /** What the store's database holds, newest first. */
  async function storedConversations(): Promise<Conversation[]> {
    const place = {
      directory: path.join(sandbox.directory, 'store', 'database'),
      assetDirectory: path.dirname(cliFile),
    };
    const store = new Service<StoreContract>('store', () => startStoreWorker(place, () => Promise.resolve(null)));
    try {
      const list = await store.call('conversations.list', { limit: 100 });
      const found = await Promise.all(list.map(({ id }) => store.call('conversations.get', { id })));
      return found.filter((conversation) => conversation !== null);
    } finally {
      store.dispose();
    }
  }

  const remote = (): string[] => ['--base-url', `${server.address}/v1`, '--model', 'plain'];

  it('answers offline by quoting, with place and symbol, and contacts nobody', async () => {
    const { code, out, err } = await ask();
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /src\/invoice\.ts:\d+-\d+/);
    assert.match(out, /return invoice\.net \* 1\.19;/);
    assert.match(out, /quotes; it does not generate/);
    assert.doesNotMatch(out, /sextant-source/);
    assert.equal(server.requests.length, 0);
  });

  it('prints the offline answer as JSON', async () => {
    const { code, out } = await ask('--json');
    assert.equal(code, 0);
    const { answer, provider, model, passages, finishReason } = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual([provider, model, finishReason], ['offline', 'quote', 'stop']);
    assert.match(String(answer), /invoice\.net/);
    const [first] = passages as { path: string; startLine: number; endLine: number; symbol: string }[];
    assert.deepEqual(first, { path: 'src/invoice.ts', startLine: 1, endLine: 4, symbol: 'addTax' });
  });

  it('sends question, passages and key to the model, and streams what it says', async () => {
    server.enqueue({ type: 'answer', text: 'It is in [src/invoice.ts:1-4](sextant-source:1), *once*.' });
    const { code, out, err } = await ask(...remote());
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^It is in src\/invoice\.ts:1-4, \*once\*\.\n/);
    assert.match(out, /Passages sent along:\n {2}src\/invoice\.ts:1-4 {2}addTax/);
    const [request] = server.generations;
    assert.equal(request?.headers['authorization'], `Bearer ${KEY}`);
    const body = JSON.stringify(request?.body);
    assert.ok(body.includes(question) && body.includes('return invoice.net * 1.19;'));
  });

  it('reads the question from standard input', async () => {
    const run = sandbox.run(['ask', 'project', '-', '--store', 'store', ...remote()], {
      env: { OPENAI_COMPATIBLE_API_KEY: KEY },
      input: `${'The tax of invoices. '.repeat(2000)}Where?`,
    });
    assert.equal((await run).code, 0);
    assert.ok(JSON.stringify(server.generations[0]?.body).includes('Where?'));
  });

  it('prints the model’s answer as JSON', async () => {
    server.enqueue({ type: 'answer', text: 'Yes.' });
    const { code, out } = await ask(...remote(), '--json');
    assert.equal(code, 0);
    const { answer, provider, model, outputTokens } = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual([answer, provider, model, outputTokens], ['Yes.', 'openai-compatible', 'plain', 7]);
  });

  it('speaks to each provider at the address that is given', async () => {
    server.enqueue({ type: 'answer', text: 'From Claude.' });
    const { code, out } = await ask('--provider', 'anthropic', '--model', 'claude', '--base-url', server.address);
    assert.equal(code, 0, out);
    assert.match(out, /^From Claude\./);
    assert.equal(server.generations[0]?.path, '/v1/messages');
  });

  it('keeps question, answer and passages in the database of the store', async () => {
    server.enqueue({ type: 'answer', text: 'Kept for ever.' });
    assert.equal((await ask(...remote())).code, 0);
    const [newest] = await storedConversations();
    assert.deepEqual([newest?.title, newest?.isRunning, newest?.workspaceUri], [question, false, projectUri()]);
    assert.deepEqual(
      newest?.messages.map(({ role, content, status }) => [role, content, status]),
      [
        ['user', question, 'complete'],
        ['assistant', 'Kept for ever.', 'complete'],
      ],
    );
    assert.equal(newest?.messages[1]?.context[0]?.path, 'src/invoice.ts');
  });

  it('asks which model when there are several', async () => {
    const { code, err } = await ask('--base-url', `${server.address}/v1`);
    assert.equal(code, 2);
    assert.match(err, /--model/);
  });

  for (const { what, args, env, says } of [
    { what: 'the key is wrong', args: ['--model', 'plain'], env: { OPENAI_COMPATIBLE_API_KEY: 'wrong' }, says: /key/i },
    {
      what: 'the key cannot be one',
      args: ['--model', 'plain'],
      env: { OPENAI_COMPATIBLE_API_KEY: 'a b' },
      says: /OPENAI_COMPATIBLE_API_KEY.*space/,
    },
    { what: 'there is no such model', args: ['--model', 'status-404'], env: undefined, says: /model/ },
    { what: 'the limit is reached', args: ['--model', 'status-429'], env: undefined, says: /limit|many/i },
    { what: 'the answer is a web page', args: ['--model', 'html'], env: undefined, says: /web page|HTML|page/i },
    { what: 'the answer breaks off', args: ['--model', 'reset'], env: undefined, says: /./ },
    { what: 'the answer is empty', args: ['--model', 'nothing'], env: undefined, says: /./ },
  ]) {
    it(`says so when ${what}`, async () => {
      const { code, err } = await sandbox.run(
        ['ask', 'project', question, '--store', 'store', '--base-url', `${server.address}/v1`, ...args],
        { env: env ?? { OPENAI_COMPATIBLE_API_KEY: KEY } },
      );
      assert.equal(code, 1);
      assert.match(err, says);
      assert.match(err, /^sextant: .*[.”]\n$/);
      assert.ok(!err.includes(KEY));
    });
  }

  it('says so when no server is running', async () => {
    const gone = await startModelServer();
    const { address } = gone;
    await gone.close();
    const { code, err } = await ask('--base-url', `${address}/v1`, '--model', 'plain');
    assert.equal(code, 1);
    assert.match(err, /running|reach|answer/i);
    assert.match(err, /^sextant: .*[.”]\n$/);
  });

  it('says where a key can be put when there is none', async () => {
    const run = sandbox.run([
      'ask',
      'project',
      question,
      '--store',
      'store',
      '--provider',
      'anthropic',
      '--model',
      'claude',
    ]);
    const { code, err } = await run;
    assert.equal(code, 1);
    assert.match(err, /no API key for Anthropic.*ANTHROPIC_API_KEY/);
  });

  it('stops on Ctrl-C with 130, keeps what came, and hangs up', async () => {
    server.enqueue({ type: 'stall', text: 'The first words ' });
    const run = ask(...remote());
    await run.hasPrinted('The first words');
    run.child.kill('SIGINT');
    const { code, out, err } = await run;
    assert.deepEqual([code, err], [130, '']);
    assert.match(out, /^The first words/);
    while (server.generations[0]?.clientGone !== true) await delay(5);
    const answer = (await storedConversations())[0]?.messages.at(-1);
    assert.deepEqual([answer?.content, answer?.status], ['The first words ', 'stopped']);
  });

  it('answers in a folder in which there is nothing', async () => {
    const empty = await CliSandbox.create({});
    try {
      const { code, out } = await empty.run(['ask', 'project', question, '--store', 'store']);
      assert.equal(code, 0);
      assert.match(out, /nothing to quote from/);
    } finally {
      await empty.remove();
    }
  });
});
