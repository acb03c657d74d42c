import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRecoveryCode, encodeRecoveryCode, recoveryGroups } from '../../../src/storage/seal/recoveryCode.ts';

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('A recovery code', () => {
  it('is fourteen groups of four, of letters and digits that look like no other', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const code = encodeRecoveryCode(secret);
        assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/);
        assert.equal(recoveryGroups(code).length, 14);
      }),
    );
  });

  it('gives the key back, however it is written', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const code = encodeRecoveryCode(secret);
        const ways = [code, code.toLowerCase(), code.replaceAll('-', ' '), code.replaceAll('-', ''), ` ${code}\n`];
        ways.push(code.replaceAll('-', '–').replaceAll('0', 'o').replaceAll('1', 'l'));
        for (const way of ways) assert.deepEqual(decodeRecoveryCode(way), secret);
      }),
    );
  });

  it('notices every wrong character, and two that have changed places', () => {
    const digits = recoveryGroups(encodeRecoveryCode(Uint8Array.from({ length: 32 }, (_, index) => index * 7))).join(
      '',
    );
    for (let at = 0; at < digits.length; at++) {
      for (const digit of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
        const typed = digits.slice(0, at) + digit + digits.slice(at + 1);
        if (typed !== digits) assert.throws(() => decodeRecoveryCode(typed), { code: 'invalid', message: /not quite/ });
      }
      const [one = '', other = ''] = digits.slice(at, at + 2);
      const swapped = digits.slice(0, at) + other + one + digits.slice(at + 2);
      if (swapped !== digits) assert.throws(() => decodeRecoveryCode(swapped), { code: 'invalid' });
    }
  });

  for (const [typed, message] of [
    ['', 'A recovery code has 14 groups of 4; this has 0 of 56 characters.'],
    ['ABCD-EFGH', 'A recovery code has 14 groups of 4; this has 8 of 56 characters.'],
    ['ABCD-EFG!', '“!” stands in no recovery code.'],
    ['U'.repeat(56), '“U” stands in no recovery code.'],
  ] as const) {
    it(`says what is wrong with “${typed.slice(0, 12)}”`, () => {
      assert.throws(() => decodeRecoveryCode(typed), { code: 'invalid', message });
    });
  }
});
