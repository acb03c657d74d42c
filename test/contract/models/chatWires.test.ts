import assert from 'node:assert/strict';
import { isAbort, isSextantError } from '../../../src/base/errors.ts';
import type { ChatModel, ChatPart, ChatRequest } from '../../../src/models/chatModel.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { type Robustness, defaultRobustness } from '../../../src/models/robustStream.ts';
import type { Timeouts } from '../../../src/models/watchdog.ts';
import { MULTI_BYTE_TEXT } from '../../fixtures/modelScenarios.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const KEY = 'sk-planted-0123456789abcdef';

interface Wire {
  readonly name: string;
  readonly protocol: HttpProtocol;
  readonly path: string;
  readonly keyHeader: string;
  /** Sends the official address to the scripted server, since OpenAI's Responses API is spoken only there. */
  readonly isOfficial?: true;
  readonly reasons: boolean;
}

const wires: readonly Wire[] = [
  {
    name: 'OpenAI responses',
    protocol: 'openai',
    path: '/v1/responses',
    keyHeader: 'authorization',
    isOfficial: true,
    reasons: false,
  },
  { name: 'OpenAI chat', protocol: 'openai', path: '/v1/chat/completions', keyHeader: 'authorization', reasons: false },
  {
    name: 'OpenAI-compatible',
    protocol: 'openai-compatible',
    path: '/v1/chat/completions',
    keyHeader: 'authorization',
    reasons: true,
  },
  { name: 'Anthropic', protocol: 'anthropic', path: '/v1/messages', keyHeader: 'x-api-key', reasons: true },
  { name: 'Google', protocol: 'google', path: '/v1beta/models/', keyHeader: 'x-goog-api-key', reasons: true },
  { name: 'Ollama', protocol: 'ollama', path: '/api/chat', keyHeader: 'authorization', reasons: true },
];

/** How a picture stands in a request. */
const pictures: Readonly<Record<string, string>> = {
  'OpenAI responses': '{"type":"input_image","image_url":"data:image/png;base64,BYTES"',
  'OpenAI chat': '{"type":"image_url","image_url":{"url":"data:image/png;base64,BYTES"}',
  'OpenAI-compatible': '{"type":"image_url","image_url":{"url":"data:image/png;base64,BYTES"}',
  Anthropic: '{"type":"image","source":{"type":"base64","media_type":"image/png","data":"BYTES"}',
  Google: '{"inlineData":{"mimeType":"image/png","data":"BYTES"}',
  Ollama: '"images":["BYTES"]',
};

/** For what answers at once, however busy the machine is; no test asserts how long anything took. */
const patient: Robustness = { ...defaultRobustness, firstDelayMs: 1, longestWaitMs: 5000 };

interface FailureCase {
  readonly scenario: string;
  readonly title: string;
  readonly kind: string;
  readonly actions: readonly string[];
  readonly says: RegExp;
  /** The text that stays. */
  readonly shows?: string;
  /** Requests that the server saw. */
  readonly attempts?: number;
  /** The silence that this is about. */
  readonly waits?: keyof Timeouts;
}

const failures: readonly FailureCase[] = [
  { scenario: 'status-401', title: 'the key is wrong', kind: 'auth', actions: ['set-key'], says: /refused the key/ },
  {
    scenario: 'status-403',
    title: 'the key may not',
    kind: 'auth',
    actions: ['set-key'],
    says: /does not allow this.*“You are not allowed/,
  },
  {
    scenario: 'status-404',
    title: 'there is no such model',
    kind: 'not-found',
    actions: ['pick-model'],
    says: /has no model “status-404”/,
  },
  {
    scenario: 'status-429',
    title: 'the provider wants an hour',
    kind: 'rate-limit',
    actions: ['retry'],
    says: /asks to wait 60 minutes/,
  },
  {
    scenario: 'status-500',
    title: 'it has trouble',
    kind: 'server',
    actions: ['retry'],
    says: /trouble of its own \(status 500\)/,
    attempts: 3,
  },
  {
    scenario: 'too-long',
    title: 'the prompt is too long',
    kind: 'too-large',
    actions: ['pick-model'],
    says: /longer than “too-long”/,
  },
  { scenario: 'html', title: 'a web page answers', kind: 'bad-response', actions: ['edit-endpoint'], says: /web page/ },
  {
    scenario: 'html-502',
    title: 'a gateway answers with a page',
    kind: 'server',
    actions: ['retry'],
    says: /status 502/,
    attempts: 3,
  },
  {
    scenario: 'cut',
    title: 'half a stream',
    kind: 'network',
    actions: ['retry'],
    says: /cut off/,
    shows: 'The first half of ',
  },
  {
    scenario: 'reset',
    title: 'the connection is torn down',
    kind: 'network',
    actions: ['retry'],
    says: /cut off/,
    shows: 'The first half of ',
  },
  { scenario: 'nothing', title: 'nothing at all', kind: 'bad-response', actions: ['retry'], says: /nothing at all/ },
  {
    scenario: 'failure',
    title: 'an error inside the stream',
    kind: 'server',
    actions: ['retry'],
    says: /broke off.*“The server is overloaded/,
    shows: 'The first half of ',
  },
  {
    scenario: 'hang',
    title: 'it never answers',
    kind: 'network',
    actions: ['retry'],
    says: /did not answer within/,
    waits: 'connectMs',
  },
  {
    scenario: 'silence',
    title: 'it answers, and says nothing',
    kind: 'network',
    actions: ['retry'],
    says: /sent nothing for/,
    waits: 'firstTokenMs',
  },
  {
    scenario: 'stall',
    title: 'it falls silent',
    kind: 'network',
    actions: ['retry'],
    says: /stopped in the middle/,
    shows: 'The first half of ',
    waits: 'stallMs',
  },
];

const ref = { provider: 'test', model: 'any' };

const question = {
  system: 'Cite files. Context: src/deep/file.ts:3-9',
  messages: [
    { role: 'user', text: 'What is a?' },
    { role: 'assistant', text: 'A letter.' },
    { role: 'user', text: 'What is b?' },
  ],
} as const;

describe('chat over each wire', () => {
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
  });
  after(async () => {
    await server.close();
  });
  beforeEach(() => {
    server.reset();
  });

  for (const wire of wires) {
    describe(wire.name, () => {
      const model = (name: string, robustness = patient): ChatModel => open(wire, server, name, robustness);

      it('streams an answer made from system prompt and conversation', async () => {
        const { text, finish } = await read(model('echo'));
        assert.match(text, /You asked: \*\*What is b\?\*\*/);
        assert.match(text, /- `src\/deep\/file\.ts:3-9`/);
        assert.equal(finish?.reason, 'stop');
        assert.ok((finish?.usage.inputTokens ?? 0) > 0);
        assert.equal(finish?.usage.outputTokens, 7);
        const [request] = server.generations;
        assert.ok(request?.path.startsWith(wire.path), request?.path);
        assert.ok(request?.headers[wire.keyHeader]?.endsWith(KEY));
        assert.equal(request?.headers['x-team'], 'blue');
      });

      it('shows the model a picture with its question', async () => {
        const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 7]);
        const asked = { role: 'user' as const, text: 'What is it?', images: [{ mimeType: 'image/png', bytes }] };
        const { error } = await read(model('echo'), { ...question, messages: [asked] });
        assert.equal(error, undefined);
        const body = JSON.stringify(server.generations[0]?.body);
        const picture = pictures[wire.name]?.replace('BYTES', Buffer.from(bytes).toString('base64')) ?? '';
        assert.notEqual(picture, '');
        assert.ok(body.includes(picture), body);
        assert.match(body, /What is it\?/);
      });

      it('reads characters whose bytes come one by one', async () => {
        const { text, finish } = await read(model('split-bytes'));
        assert.equal(text, MULTI_BYTE_TEXT);
        assert.equal(finish?.reason, 'stop');
      });

      it('reads 10,000 tiny chunks without losing or doubling one', async () => {
        const { text } = await read(model('many-chunks'));
        assert.equal(text, Array.from({ length: 10_000 }, (_, index) => `w${String(index)} `).join(''));
      }).timeout(20_000);

      if (wire.reasons) {
        it('tells reasoning from text', async () => {
          const { text, reasoning } = await read(model('reasoning'));
          assert.equal(reasoning, 'Let me think about it.');
          assert.equal(text, 'The answer is 42.');
        });
      }

      it('says when the answer ran into a limit', async () => {
        const { finish } = await read(model('length'));
        assert.equal(finish?.reason, 'length');
      });

      it('is stopped by its caller, which is not an error, and lets go of the connection', async () => {
        const controller = new AbortController();
        const parts = model('stall').stream(question, controller.signal);
        let text = '';
        await assert.rejects(
          async () => {
            for await (const part of parts) {
              if (part.type === 'text-delta') text += part.text;
              if (text === 'The first half of ') controller.abort();
            }
          },
          (error) => isAbort(error),
        );
        assert.equal(text, 'The first half of ');
        await until(() => server.generations[0]?.clientGone === true);
      });

      it('is stopped before the first byte', async () => {
        const controller = new AbortController();
        const parts = model('hang').stream(question, controller.signal);
        const reading = read({ ref, stream: () => parts });
        await until(() => server.generations.length === 1);
        controller.abort();
        const { error } = await reading;
        assert.ok(isAbort(error));
      });

      it('sends nothing when it was stopped before it began', async () => {
        const { error } = await read(model('echo'), question, AbortSignal.abort());
        assert.ok(isAbort(error));
        assert.equal(server.requests.length, 0);
      });

      it('lets go of the connection when its reader walks away', async () => {
        for await (const part of model('stall').stream(question, new AbortController().signal)) {
          if (part.type === 'text-delta') break;
        }
        await until(() => server.generations[0]?.clientGone === true);
      });

      for (const failure of failures) {
        it(`${failure.scenario}: ${failure.title}`, async () => {
          const { text, error } = await read(model(failure.scenario, impatient(failure.waits)));
          assert.ok(isSextantError(error), String(error));
          assert.equal(error.code, 'model');
          assert.equal(error.data['kind'], failure.kind, error.message);
          for (const action of failure.actions) assert.ok((error.data['actions'] as string[]).includes(action));
          assert.match(error.message, failure.says);
          assert.equal(text, failure.shows ?? '');
          assert.equal(server.generations.length, failure.attempts ?? 1, 'attempts');
          assert.ok(!error.message.includes(KEY) && !JSON.stringify(error.data).includes(KEY), 'the key is nowhere');
        });
      }

      it('tries again after a failure that passes, and shows the answer once', async () => {
        server.enqueue(
          { type: 'status', status: 500 },
          { type: 'status', status: 429, retryAfter: '0' },
          { type: 'answer', text: 'Here.' },
        );
        const { text, finish } = await read(model('echo'));
        assert.equal(text, 'Here.');
        assert.equal(finish?.reason, 'stop');
        assert.equal(server.generations.length, 3);
      }).timeout(10_000);

      it('tries again when the connection breaks before anything was shown', async () => {
        server.enqueue({ type: 'reset', text: '' }, { type: 'answer', text: 'Here.' });
        const { text } = await read(model('echo'));
        assert.equal(text, 'Here.');
      });

      it('does not count the time that its reader takes as silence', async () => {
        let text = '';
        for await (const part of model('echo', impatient('stallMs')).stream(question, new AbortController().signal)) {
          if (text === '') await new Promise((resolve) => setTimeout(resolve, 250));
          if (part.type === 'text-delta') text += part.text;
        }
        assert.match(text, /What is b/);
      });

      it('never tries again once something was shown', async () => {
        server.enqueue({ type: 'failure', text: 'Once', message: 'Overloaded' }, { type: 'answer', text: 'Twice' });
        const { text, error } = await read(model('echo'));
        assert.equal(text, 'Once');
        assert.ok(isSextantError(error));
        assert.equal(server.generations.length, 1);
      });
    });
  }
});

function open(wire: Wire, server: ModelServer, model: string, robustness: Robustness): ChatModel {
  const own = server.address;
  const official = 'https://api.openai.com';
  const endpoint: Endpoint = {
    displayName: wire.name,
    protocol: wire.protocol,
    baseUrl: normaliseAddress(wire.isOfficial === true ? official : own, wire.protocol),
    apiKey: KEY,
    headers: { 'X-Team': 'blue' },
    fetch: (address, init) => fetch(address.replace(official, own), init),
  };
  return createChatModel(endpoint, { provider: 'test', model }, robustness);
}

/** Waits for one kind of silence only shortly. */
function impatient(silence: keyof Timeouts | undefined): Robustness {
  return silence === undefined ? patient : { ...patient, timeouts: { ...patient.timeouts, [silence]: 100 } };
}

interface Answer {
  text: string;
  reasoning: string;
  finish: Extract<ChatPart, { type: 'finish' }> | undefined;
  error: unknown;
}

async function read(
  model: ChatModel,
  asked: ChatRequest = question,
  signal = new AbortController().signal,
): Promise<Answer> {
  const answer: Answer = { text: '', reasoning: '', finish: undefined, error: undefined };
  try {
    for await (const part of model.stream(asked, signal)) {
      assert.equal(answer.finish, undefined, 'nothing comes after the finish');
      if (part.type === 'text-delta') answer.text += part.text;
      else if (part.type === 'reasoning-delta') answer.reasoning += part.text;
      else if (part.type === 'finish') answer.finish = part;
    }
    assert.ok(answer.finish, 'it ends with a finish, or throws');
  } catch (error) {
    answer.error = error;
  }
  return answer;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
