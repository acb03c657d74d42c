import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';

const good: readonly [HttpProtocol, string, string][] = [
  ['openai', 'https://api.openai.com', 'https://api.openai.com/v1'],
  ['openai', 'https://api.openai.com/v1/', 'https://api.openai.com/v1'],
  ['openai', 'https://api.openai.com/v1/chat/completions', 'https://api.openai.com/v1'],
  ['openai-compatible', 'http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1'],
  ['openai-compatible', ' http://127.0.0.1:8000/v1// ', 'http://127.0.0.1:8000/v1'],
  ['openai-compatible', 'localhost:8000', 'http://localhost:8000/v1'],
  ['openai-compatible', '192.168.1.5:8000', 'http://192.168.1.5:8000/v1'],
  ['openai-compatible', '[::1]:8000', 'http://[::1]:8000/v1'],
  ['openai-compatible', 'gpu-box:8000/v1', 'http://gpu-box:8000/v1'],
  ['openai-compatible', 'openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
  ['openai-compatible', 'https://host.test/v1beta/openai/', 'https://host.test/v1beta/openai'],
  ['openai-compatible', 'https://host.test/v1/models', 'https://host.test/v1'],
  ['anthropic', 'https://api.anthropic.com', 'https://api.anthropic.com/v1'],
  ['anthropic', 'https://api.anthropic.com/v1/messages', 'https://api.anthropic.com/v1'],
  ['google', 'https://generativelanguage.googleapis.com/', 'https://generativelanguage.googleapis.com/v1beta'],
  ['google', 'https://host.test/v1beta/models/gemini:streamGenerateContent', 'https://host.test/v1beta'],
  ['openai', 'https://a.openai.azure.com/', 'https://a.openai.azure.com/openai/v1'],
  ['openai', 'https://a.services.ai.azure.com/openai', 'https://a.services.ai.azure.com/openai/v1'],
  [
    'openai',
    'https://gateway.test/team/openai?api-version=2024-10-21',
    'https://gateway.test/team/openai?api-version=2024-10-21',
  ],
  ['ollama', 'http://127.0.0.1:11434/', 'http://127.0.0.1:11434'],
  ['ollama', 'http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434'],
  ['ollama', 'http://127.0.0.1:11434/api/chat', 'http://127.0.0.1:11434'],
  ['ollama', 'https://house.test/ollama', 'https://house.test/ollama'],
];

const bad: readonly [string, RegExp][] = [
  ['', /empty/],
  ['   ', /empty/],
  ['ftp://host.test', /http:\/\/ or https:\/\//],
  ['file:///etc/passwd', /http:\/\/ or https:\/\//],
  ['https://name:password@host.test', /name or password/],
  ['https://host.test/v1?key=1', /“\?” or “#”/],
  ['https://host.test/#a', /“\?” or “#”/],
  ['http://', /not an address/],
  ['http://a b', /not an address/],
  ['http://host:99999', /not an address/],
];

describe('the address of an endpoint', () => {
  for (const [protocol, typed, expected] of good) {
    it(`takes ${JSON.stringify(typed)} for ${protocol}`, () => {
      assert.equal(normaliseAddress(typed, protocol), expected);
    });
  }

  for (const [typed, says] of bad) {
    it(`refuses ${JSON.stringify(typed)} with a sentence`, () => {
      assert.throws(() => normaliseAddress(typed, 'openai-compatible'), { code: 'invalid', message: says });
    });
  }

  it('is stable: normalising it again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.webUrl(),
        fc.constantFrom<HttpProtocol>('openai', 'anthropic', 'google', 'ollama'),
        (url, protocol) => {
          const once = normaliseAddress(url, protocol);
          assert.equal(normaliseAddress(once, protocol), once);
        },
      ),
    );
  }).timeout(20_000);

  it('never throws anything but a sentence', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        try {
          normaliseAddress(typed, 'openai');
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'invalid');
        }
      }),
    );
  }).timeout(20_000);
});
