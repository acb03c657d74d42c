import assert from 'node:assert/strict';
import { isSextantError } from '../../../src/base/errors.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import type { Robustness } from '../../../src/models/robustStream.ts';
import { type Fault, FaultProxy } from '../../fixtures/faultProxy.ts';
import { MULTI_BYTE_TEXT } from '../../fixtures/modelScenarios.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { type Random, pick, randomFrom } from '../../bench/apply/random.ts';

const FAULTS_EACH = process.env['SEXTANT_CAMPAIGN'] === '1' ? 2000 : 44;
const protocols: readonly HttpProtocol[] = ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama'];
const TEXT = Array.from({ length: 12 }, (_, line) => `${line}: ${MULTI_BYTE_TEXT}`).join('\n');

const PATIENCE_MS = 1500;
const robustness: Robustness = {
  timeouts: { connectMs: PATIENCE_MS, firstTokenMs: PATIENCE_MS, stallMs: PATIENCE_MS },
  retries: 1,
  firstDelayMs: 1,
  longestWaitMs: 1,
};

/** Where in an answer something happens: often in its head, where it has not begun, else anywhere and beyond. */
function placeIn(random: Random): number {
  return Math.floor(random() * (random() < 0.3 ? 300 : 12_000));
}

function faultFrom(random: Random): Fault {
  const afterBytes = placeIn(random);
  const kinds: readonly (() => Fault)[] = [
    () => ({ type: 'reset', afterBytes }),
    () => ({ type: 'half-close', afterBytes }),
    () => ({ type: 'deaf', afterBytes: Math.floor(random() * 900) }),
    () => ({ type: 'delay', afterBytes, durationMs: Math.floor(random() * 40) }),
    () => ({ type: 'crumbs', bytes: 1 + Math.floor(random() * 7) }),
    () => ({ type: 'refused' }),
    () => ({ type: 'noise' }),
    () => ({ type: 'proxy-password' }),
    () => ({ type: 'certificate', flaw: pick(random, ['self', 'other-name', 'yesterday']) }),
    // They cost the most time, for nothing happens.
    () => (random() < 0.3 ? { type: 'stall', afterBytes } : { type: 'reset', afterBytes }),
  ];
  return pick(random, kinds)();
}

/** What the sentence has to say, where the fault always shows as one thing. */
const says: Partial<Record<Fault['type'], RegExp>> = {
  certificate: /certificate of 127\.0\.0\.1 is not trusted/,
  'proxy-password': /proxy/i,
  noise: /does not speak the protocol|not an answer/,
};

describe('On a bad line', function () {
  this.timeout(30_000 + FAULTS_EACH * 200);
  let server: ModelServer;
  let proxy: FaultProxy;

  before(async () => {
    server = await startModelServer();
    proxy = new FaultProxy(server.address);
    await proxy.open();
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });

  for (const protocol of protocols) {
    it(`every turn ends in the answer or in a sentence, with no word lost or doubled: ${protocol}`, async () => {
      const random = randomFrom(protocol);
      for (let index = 0; index < FAULTS_EACH; index++) {
        const fault = faultFrom(random);
        const address = proxy.set(fault);
        server.reset();
        const answer = { type: 'answer', text: TEXT } as const;
        // Every fourth time the first of two keys is not served, so that one turn is two requests on the bad line.
        const refused = index % 4 === 3 ? [{ type: 'status', status: pick(random, [401, 402, 429]) } as const] : [];
        server.enqueue(...refused, answer, answer);
        const told = `${index}: ${JSON.stringify([fault, ...refused])}`;
        const { shown, pieces, error } = await turn(protocol, address);
        if (error === null) {
          assert.equal(shown, TEXT, told);
          continue;
        }
        assert.ok(TEXT.startsWith(shown), `${told}: ${shown}`);
        assert.ok(isSextantError(error) && error.code === 'model', told);
        assert.match(error.message, says[fault.type] ?? /\w.*[.?!]$/s, `${told}: ${error.message}`);
        assert.ok(error.message.length < 400, `${told}: ${error.message}`);
        // Whoever has read a part is never given another answer from its beginning.
        if (pieces > 0) assert.ok(server.generations.length <= 2 + refused.length, told);
      }
    });
  }
});

async function turn(
  protocol: HttpProtocol,
  address: string,
): Promise<{ shown: string; pieces: number; error: unknown }> {
  const endpoint = {
    ...{ displayName: 'Acme', protocol, apiKey: 'sk-planted', headers: {}, fetch },
    otherKey: () => Promise.resolve('sk-planted-too'),
    baseUrl: normaliseAddress(address, protocol),
  };
  const model = createChatModel(endpoint, { provider: 'acme', model: 'echo' }, robustness);
  const request = { system: '', messages: [{ role: 'user', text: 'Where is the harbour?' }] } as const;
  let [shown, pieces, isFinished] = ['', 0, false];
  try {
    for await (const part of model.stream(request, new AbortController().signal)) {
      if (part.type === 'text-delta') [shown, pieces] = [shown + part.text, pieces + 1];
      isFinished = part.type === 'finish';
    }
    assert.ok(isFinished, 'it ended without saying so');
    return { shown, pieces, error: null };
  } catch (error) {
    return { shown, pieces, error };
  }
}
