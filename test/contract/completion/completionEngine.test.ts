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
