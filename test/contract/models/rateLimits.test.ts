import assert from 'node:assert/strict';
import { isAbort } from '../../../src/base/errors.ts';
import { systemClock } from '../../../src/completion/clock.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { RateLimits } from '../../../src/models/rateLimits.ts';
import type { Held } from '../../../src/protocol/held.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

describe('A question beyond its provider’s limit', function () {
  this.timeout(20_000);
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(() => server.close());

  for (const protocol of ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama'] satisfies HttpProtocol[]) {
    it(`is not sent, and can be stopped while it waits: ${protocol}`, async () => {
      server.reset();
      let tellWaiting = (): void => undefined;
      const hasWaited = new Promise<undefined>((resolve) => {
        tellWaiting = () => {
          resolve(undefined);
        };
      });
      const limits = new RateLimits({
        clock: systemClock,
        limitOf: (name) => ({ name, requestsPerMinute: 1 }),
        onWait: () => {
          tellWaiting();
        },
      });
      const endpoint = {
        ...{ displayName: 'Acme', protocol, apiKey: 'sk-test', headers: {}, fetch },
        ...{ baseUrl: normaliseAddress(server.address, protocol), limits: limits.of('acme') },
      };
      const heard: (Held | null)[] = [];
      const ask = async (signal: AbortSignal): Promise<string> => {
        let answer = '';
        const onHeld = (held: Held | null): unknown => heard.push(held);
        const request = { onHeld, system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
        for await (const part of createChatModel(endpoint, { provider: 'acme', model: 'echo' }).stream(request, signal))
          if (part.type === 'text-delta') answer += part.text;
        return answer;
      };
      assert.match(await ask(new AbortController().signal), /Where is the harbour/);
      const controller = new AbortController();
      const second = ask(controller.signal);
      await hasWaited;
      const [held, ...others] = heard;
      assert.deepEqual([held?.why, held?.provider, others], ['limit', 'Acme', []]);
      assert.ok(held !== null && held !== undefined && held.untilMs > Date.now());
      controller.abort();
      await assert.rejects(second, (error) => isAbort(error));
      assert.equal(heard.at(-1), null, 'it waits no longer');
      assert.equal(server.generations.length, 1);
    });
  }
});
