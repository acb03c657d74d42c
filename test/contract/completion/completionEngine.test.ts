import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../src/completion/clock.ts';
import { CompletionEngine } from '../../../src/completion/completionEngine.ts';
import { type CompletionInput, noContext } from '../../../src/completion/completionInput.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import type { HttpProtocol } from '../../../src/models/endpoint.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const wires: { protocol: HttpProtocol; path: string }[] = [
  { protocol: 'ollama', path: '' },
  { protocol: 'openai-compatible', path: '/v1' },
];

for (const { protocol, path } of wires) {
  describe(`The completion engine against a real server, ${protocol}`, function () {
    this.timeout(20_000);
    let server: ModelServer;
    let engine: CompletionEngine;
    let apiKey: string | null;

    before(async () => {
      server = await startModelServer({ apiKey: 'right-key' });
    });

    after(() => server.close());

    beforeEach(() => {
      server.requests.length = 0;
      apiKey = 'right-key';
      const source = {
        chosen: () => ({ provider: protocol, model: 'coder' }),
        open: async (ref: { provider: string; model: string }) => {
          const baseUrl = server.address + path;
          return createCompletionModel({ displayName: 'Test', protocol, baseUrl, apiKey, headers: {}, fetch }, ref);
        },
      };
      engine = new CompletionEngine(source, systemClock, noContext);
    });

    afterEach(() => {
      engine.dispose();
    });

    async function ask(prefix: string, suffix: string, signal = new AbortController().signal): Promise<string | null> {
      const input: CompletionInput = {
        uri: 'file:///src/sum.ts',
        path: 'src/sum.ts',
        languageId: 'typescript',
        prefix,
        suffix,
        offset: prefix.length,
        trigger: 'explicit',
      };
      return (await engine.complete(input, signal))?.text ?? null;
    }

    it('sends what is around the cursor and suggests the answer', async () => {
      server.enqueue({ type: 'answer', text: 'a + b;\n}\n', chunkSize: 2 });
      const prefix = 'function sum(a, b) {\n  return ';
      assert.equal(await ask(prefix, '\n}\n'), 'a + b;');
      const [sent] = server.generations;
      assert.ok(JSON.stringify(sent?.body).includes(JSON.stringify(prefix).slice(1, -1)));
      assert.ok(JSON.stringify(sent?.body).includes(String.raw`\n}\n`));
    });

    it('hangs up when nobody waits any more', async () => {
      server.enqueue({ type: 'stall', text: 'never end' });
      const abort = new AbortController();
      const suggestion = ask('a = ', '', abort.signal);
      await until(() => server.requests.length === 1);
      abort.abort();
      assert.equal(await suggestion, null);
      await until(() => server.requests[0]!.clientGone);
    });

    it('hangs up at the end of the line, while the server goes on', async () => {
      server.enqueue({ type: 'stall', text: 'first();\nsecond();\n' });
      assert.equal(await ask('a = ', ''), 'first();');
      await until(() => server.requests[0]!.clientGone);
    });

    const whole = 'function sum(a, b) {\n  return a + b;\n}\n';
    for (const [what, text, suggestion] of [
      ['the suffix again', '\n}\n', null],
      ['the answer and the whole file again', `a + b;\n}\n\n${whole}`, 'a + b;'],
      ['the whole file again', whole, 'a + b;'],
      ['Markdown', '```js\na + b;\n```\n\nThis adds them.', 'a + b;'],
      ['a refusal', 'I’m sorry, but I cannot help with that.', null],
      ['an apology in a fence', 'Sure! Here is the code:\n\n```js\na + b;\n```', 'a + b;'],
      ['nothing', '', null],
      ['white space', '   \n\n  ', null],
      ['the same line for ever', 'a +\n    b +\n'.repeat(500), 'a +\n    b +'],
      ['brackets for ever', '(['.repeat(50_000), null],
      ['garbage', '\u0000\ud83d\u0000', null],
    ] as const) {
      it(`suggests only what belongs when the answer is ${what}`, async () => {
        server.enqueue({ type: 'answer', text, chunkSize: 7 });
        assert.equal(await ask('function sum(a, b) {\n  return ', '\n}\n'), suggestion);
      });
    }

    for (const [what, scenario, says] of [
      ['a web page', { type: 'html' }, /web page/],
      ['an empty body', { type: 'nothing' }, /nothing at all/],
      ['no frame of the wire', { type: 'raw', body: 'data: {"a": [}\n\n{"a": [}\n' }, /./],
      ['cut off', { type: 'cut', text: 'a +' }, /cut off/],
      ['an error in mid-stream', { type: 'failure', text: 'a', message: 'Out of memory.' }, /broke off|Out of memory/],
    ] as const) {
      it(`says what is wrong when the answer is ${what}, and suggests nothing`, async () => {
        server.enqueue(scenario);
        await assert.rejects(ask('function sum(a, b) {\n  return ', '\n}\n'), { code: 'model', message: says });
      });
    }

    it('says what is wrong when the key is', async () => {
      apiKey = 'wrong-key';
      await assert.rejects(ask('a = ', ''), { code: 'model', message: /key/i });
    });
  });
}

/** Waits for what another process does; the suite’s own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}
