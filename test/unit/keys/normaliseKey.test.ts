import assert from 'node:assert/strict';
import { normaliseKey } from '../../../src/keys/normaliseKey.ts';

const good: readonly [string, string][] = [
  ['abc', 'abc'],
  ['  sk-123\n', 'sk-123'],
  ['\ufeffsk-123', 'sk-123'],
  ['a+b/c=~', 'a+b/c=~'],
  ['{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "s/+"}', 'AKIA:s/+'],
  ['{ "AccessKeyId": "ASIA",\n "SecretAccessKey": "s", "SessionToken": "t=" }\n', 'ASIA:s:t='],
];

const bad: readonly [string, string, RegExp][] = [
  ['nothing', '', /empty/],
  ['only space', ' \n ', /empty/],
  ['a line break inside', 'sk-12\n34', /line break/],
  ['a header injected', 'sk-12\r\nX-Evil: 1', /line break/],
  ['a space inside', 'sk 12', /space/],
  ['the scheme before it', 'Bearer sk-12', /Bearer/],
  ['a letter that is not ASCII', 'sk-ключ', /character/],
  ['a typographic dash', 'sk–12', /character/],
  ['an invisible character', 'sk-\u200b12', /character/],
  ['a control character', 'sk-\u000012', /character/],
  ['a whole file', 'a'.repeat(10_000), /too long/],
];

describe('a key', () => {
  for (const [typed, expected] of good) {
    it(`${JSON.stringify(typed)} is ${JSON.stringify(expected)}`, () => {
      assert.equal(normaliseKey(typed), expected);
    });
  }

  for (const [what, typed, says] of bad) {
    it(`is refused with ${what}, and not repeated`, () => {
      assert.throws(
        () => normaliseKey(typed),
        (error: Error & { code?: string }) =>
          error.code === 'invalid' && says.test(error.message) && !error.message.includes('sk'),
      );
    });
  }
});
