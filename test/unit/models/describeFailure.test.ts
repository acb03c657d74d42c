import assert from 'node:assert/strict';
import { describeFailure } from '../../../src/models/describeFailure.ts';
import type { Failure } from '../../../src/models/failure.ts';
import type { Place } from '../../../src/models/wording.ts';

const KEY = 'planted-key-without-any-usual-shape';

const place: Place = {
  displayName: 'Acme',
  protocol: 'openai-compatible',
  baseUrl: 'https://models.acme.test/v1',
  apiKey: KEY,
  headers: { 'x-secret': 'planted-header-value' },
};
const local: Place = {
  ...place,
  displayName: 'Ollama',
  protocol: 'ollama',
  baseUrl: 'http://127.0.0.1:11434',
  apiKey: null,
};

interface Case {
  readonly title: string;
  readonly failure: Failure;
  readonly place?: Place;
  readonly hasShown?: true;
  readonly kind: string;
  readonly action?: string;
  readonly says: RegExp;
}

function status(code: number, said: string | null = null, retryAfterMs: number | null = null): Failure {
  return { type: 'status', status: code, said, retryAfterMs };
}

function network(code: string): Failure {
  return { type: 'network', code };
}

const cases: readonly Case[] = [
  {
    title: 'no key where one is asked for',
    failure: status(401),
    place: local,
    kind: 'auth',
    action: 'set-key',
    says: /asks for a key, and none is stored/,
  },
  {
    title: "Google's 400 for a wrong key",
    failure: status(400, 'API key not valid. Please pass a valid API key.'),
    kind: 'auth',
    action: 'set-key',
    says: /refused the key/,
  },
  {
    title: 'no credit, as OpenAI says it',
    failure: status(429, 'You exceeded your current quota, please check your plan and billing details.'),
    kind: 'rate-limit',
    action: 'pick-model',
    says: /no credit left/,
  },
  {
    title: 'no credit, as Anthropic says it',
    failure: status(400, 'Your credit balance is too low to access the API.'),
    kind: 'rate-limit',
    says: /no credit left/,
  },
  { title: 'payment required', failure: status(402), kind: 'rate-limit', says: /no credit left/ },
  {
    title: 'a rate limit without a time',
    failure: status(429),
    kind: 'rate-limit',
    action: 'retry',
    says: /Wait a minute/,
  },
  {
    title: 'a rate limit of seconds',
    failure: status(429, null, 45_000),
    kind: 'rate-limit',
    says: /asks to wait 45 seconds/,
  },
  {
    title: 'a rate limit of days',
    failure: status(429, null, 3 * 86_400_000),
    kind: 'rate-limit',
    says: /asks to wait 3 days/,
  },
  {
    title: "a model that is missing on the user's own machine",
    failure: status(404, "model 'm1' not found"),
    place: local,
    kind: 'not-found',
    says: /“ollama pull m1”/,
  },
  {
    title: 'an address that is wrong',
    failure: status(404),
    kind: 'not-found',
    action: 'edit-endpoint',
    says: /nothing at this address under https:\/\/models\.acme\.test\/v1/,
  },
  {
    title: 'a model that cannot fill in',
    failure: status(400, '"m1" does not support insert'),
    place: local,
    kind: 'bad-response',
    action: 'pick-model',
    says: /cannot do this/,
  },
  {
    title: 'another bad request',
    failure: status(400, 'temperature must be below 2'),
    kind: 'bad-response',
    says: /status 400\. It says: “temperature/,
  },
  {
    title: 'overload',
    failure: status(529, 'Overloaded', 30_000),
    kind: 'server',
    action: 'retry',
    says: /overloaded or not ready\. It asks to wait 30 seconds/,
  },
  {
    title: 'a proxy that wants a sign-in',
    failure: status(407),
    kind: 'network',
    action: 'edit-proxy',
    says: /http\.proxy/,
  },
  {
    title: 'a parameter that is not the user’s to set',
    failure: { type: 'bad-parameter', parameter: 'messages' },
    kind: 'bad-response',
    action: 'edit-parameters',
    says: /“messages” cannot be one of the parameters for Acme/,
  },
  {
    title: 'a context that is too small for llama.cpp',
    failure: status(400, 'request (4476 tokens) exceeds the available context size (4096 tokens)'),
    kind: 'too-large',
    action: 'pick-model',
    says: /longer than “m1”/,
  },
  {
    title: 'a context that is too small for Anthropic',
    failure: status(400, 'prompt is too long: 250000 tokens > 200000 maximum'),
    kind: 'too-large',
    says: /longer than “m1”/,
  },
  {
    title: 'a context that is too small for Google',
    failure: status(400, 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).'),
    kind: 'too-large',
    says: /longer than “m1”/,
  },
  {
    title: 'a prompt that is too long before it is sent',
    failure: { type: 'too-long', contextWindow: 8192 },
    kind: 'too-large',
    says: /about 8,192 tokens/,
  },
  {
    title: 'a server that does not run',
    failure: network('ECONNREFUSED'),
    place: { ...local, canBeStarted: true },
    kind: 'network',
    action: 'start-server',
    says: /Ollama is not running: nothing answers at http:\/\/127\.0\.0\.1:11434/,
  },
  {
    title: 'a server elsewhere that does not run',
    failure: network('ECONNREFUSED'),
    kind: 'network',
    says: /Nothing answers at https:\/\/models\.acme\.test/,
  },
  {
    title: 'a name that is not known',
    failure: network('ENOTFOUND'),
    kind: 'network',
    action: 'edit-endpoint',
    says: /models\.acme\.test is not known/,
  },
  {
    title: 'a certificate of nobody',
    failure: network('DEPTH_ZERO_SELF_SIGNED_CERT'),
    kind: 'network',
    says: /certificate of models\.acme\.test is not trusted/,
  },
  { title: 'a certificate that has ended', failure: network('CERT_HAS_EXPIRED'), kind: 'network', says: /certificate/ },
  {
    title: 'https where http is spoken',
    failure: network('ERR_SSL_WRONG_VERSION_NUMBER'),
    kind: 'network',
    says: /http:\/\/ or https:\/\//,
  },
  {
    title: 'a host out of reach',
    failure: network('UND_ERR_CONNECT_TIMEOUT'),
    kind: 'network',
    says: /could not be reached/,
  },
  {
    title: 'any other failure of the connection',
    failure: network('EWHATEVER'),
    kind: 'network',
    says: /failed \(EWHATEVER\)/,
  },
  {
    title: 'a connection that breaks in the middle',
    failure: network('ECONNRESET'),
    hasShown: true,
    kind: 'network',
    action: 'retry',
    says: /cut off above/,
  },
  {
    title: 'a redirect',
    failure: { type: 'redirect', location: 'https://evil.test/v1?x=1' },
    kind: 'bad-response',
    action: 'edit-endpoint',
    says: /to https:\/\/evil\.test\. Your key is not sent along/,
  },
  {
    title: 'a redirect to nowhere',
    failure: { type: 'redirect', location: 'http://[' },
    kind: 'bad-response',
    says: /elsewhere/,
  },
  {
    title: 'an answer that the filter withheld',
    failure: { type: 'withheld' },
    kind: 'refused',
    says: /content filter/,
  },
  {
    title: 'no key where there must be one',
    failure: { type: 'no-key' },
    kind: 'auth',
    action: 'set-key',
    says: /needs a key/,
  },
];

describe('the sentence for a failure', () => {
  for (const { title, failure, place: at = place, hasShown, kind, action, says } of cases) {
    it(`names ${title}`, () => {
      const error = describeFailure(failure, at, 'm1', hasShown ?? false);
      assert.equal(error.data['kind'], kind);
      if (action !== undefined) assert.ok((error.data['actions'] as string[]).includes(action));
      assert.match(error.message, says);
      assert.match(error.message, /[.”]$/, 'it is a sentence');
      assert.equal(error.cause, undefined, 'a cause could hold the whole request');
    });
  }

  it('passes on how long to wait', () => {
    assert.equal(describeFailure(status(429, null, 61_000), place, 'm1', false).data['retryAfterMs'], 61_000);
  });

  const hostile: readonly [string, string][] = [
    ['the key', `The key ${KEY} is not good for this.`],
    ['the key as it stands in an address', `See https://x.test/?k=${encodeURIComponent(KEY)}`],
    ['a header of the user', 'I got planted-header-value from you.'],
    ['a masked key', 'Incorrect value provided: sk-proj-ab********************wxyz.'],
    ['terminal escapes', 'bad \u001b[31mred\u001b[0m thing'],
    ['text direction overrides', 'bad \u202egnp.exe'],
    ['the request, echoed', `1 validation error: {'type': 'missing', 'input': {'messages': 'SECRET PROMPT'}}`],
    ['a novel', 'la '.repeat(10_000)],
  ];
  for (const [what, said] of hostile) {
    it(`does not repeat ${what}`, () => {
      const { message } = describeFailure(status(400, said), place, 'm1', false);
      assert.ok(!message.includes(KEY));
      assert.ok(!message.includes('planted-header-value'));
      assert.ok(!/sk-proj|wxyz|SECRET PROMPT/.test(message));

      assert.ok(!/[\u0000-\u001f\u202e]/.test(message));
      assert.ok(message.length < 500);
    });
  }
});
