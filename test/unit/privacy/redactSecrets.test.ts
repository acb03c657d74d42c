import assert from 'node:assert/strict';
import { isLoopback } from '../../../src/privacy/isLoopback.ts';
import { redactSecrets } from '../../../src/privacy/redactSecrets.ts';

/** Built from pieces, so that no scanner takes this file for a leak. */
const x = (length: number): string => 'Ab3'.repeat(length).slice(0, length);

const secrets: readonly [string, string, string][] = [
  ['an OpenAI key', `key sk-proj-${x(40)} is bad`, 'key [redacted] is bad'],
  ['an Anthropic key', `sk-ant-api03-${x(40)}`, '[redacted]'],
  ['a Google key', `AIza${x(35)}`, '[redacted]'],
  ['a Groq key', `gsk_${x(30)}`, '[redacted]'],
  ['a GitHub token', `ghp_${x(36)}`, '[redacted]'],
  ['a Hugging Face token', `hf_${x(30)}`, '[redacted]'],
  ['an AWS key id', `AKIA${x(16).toUpperCase()}`, '[redacted]'],
  [
    'a masked key',
    'Incorrect API key provided: sk-ab12************************wxyz.',
    'Incorrect API key provided: [redacted]',
  ],
  ['a JSON web token', `eyJ${x(20)}.eyJ${x(20)}.${x(20)}`, '[redacted]'],
  ['an authorisation header', `authorization: Bearer ${x(12)}`, 'authorization: Bearer [redacted]'],
  ['a header object', `{"x-api-key":"${x(12)}","accept":"*/*"}`, '{"x-api-key":"[redacted]","accept":"*/*"}'],
  ['a key in an address', `GET https://h.test/v1?key=${x(20)}&alt=sse`, 'GET https://h.test/v1?key=[redacted]&alt=sse'],
  ['a password in an address', 'http://me:hunter22@proxy.test:8080', 'http://[redacted]@proxy.test:8080'],
  ['a password', 'password = hunter22', 'password = [redacted]'],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${x(64)}\n-----END RSA PRIVATE KEY-----`, '[redacted]'],
];

describe('what a log may say', () => {
  for (const [what, message, expected] of secrets) {
    it(`does not hold ${what}`, () => {
      assert.equal(redactSecrets(message), expected);
    });
  }

  it('does not hold known keys of any shape, the longest first', () => {
    assert.equal(
      redactSecrets('hunter2 and hunter2-long, hunter2%2Fx', ['hunter2', 'hunter2-long', 'hunter2/x']),
      '[redacted] and [redacted], [redacted]',
    );
  });

  it('treats a known key as text, not as a pattern', () => {
    assert.equal(redactSecrets('a.b+c(d) aXb+c(d)', ['a.b+c(d)']), '[redacted] aXb+c(d)');
  });

  for (const harmless of [
    'Indexed 120 files in 3 s.',
    'src/models/registry.ts:12 has a task-list, sk-learn-pipelines and key_repository.ts',
    'The model “qwen2.5-coder:7b” is not there.',
    'basic usage of tokens: 1200 in, 30 out',
  ]) {
    it(`leaves “${harmless}” alone`, () => {
      assert.equal(redactSecrets(harmless, ['', 'in']), harmless);
    });
  }
});

const addresses: readonly [string, boolean][] = [
  ['http://localhost:1234/v1', true],
  ['http://ollama.localhost', true],
  ['http://127.0.0.1', true],
  ['http://127.9.9.9:80', true],
  ['http://2130706433', true],
  ['http://0x7f.1', true],
  ['http://[::1]:11434', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://0.0.0.0', false],
  ['http://localhost.evil.test', false],
  ['http://127.0.0.1.evil.test', false],
  ['http://127.0.0.1@evil.test', false],
  ['http://192.168.0.1', false],
  ['not an address', false],
];

describe('what stays on this machine', () => {
  for (const [address, expected] of addresses) {
    it(`${address}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(isLoopback(address), expected);
    });
  }
});
