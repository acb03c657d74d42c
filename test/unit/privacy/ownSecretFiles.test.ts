import assert from 'node:assert/strict';
import { secretFilesWith } from '../../../src/privacy/ownSecretFiles.ts';

/** What a list of one glob adds, and what it leaves alone. */
const lists: readonly (readonly [glob: string, secret: readonly string[], open: readonly string[]])[] = [
  ['*.token', ['a.token', 'src/deep/A.TOKEN', 'C:\\work\\b.token'], ['token', 'a.token.ts']],
  ['customers.csv', ['customers.csv', 'data/customers.csv'], ['customers.csv.md']],
  ['config/private', ['config/private/a.ts', 'config/private/b/c.ts', 'config/private'], ['other/config/private/a.ts']],
  ['config/private/', ['config/private/a.ts'], ['config/private', 'config/privately/a.ts']],
  ['config/private/**', ['config/private/a.ts', 'config/private/b/c.ts'], ['config/a.ts']],
  ['./config/*.local.ts', ['config/a.local.ts'], ['config/b/a.local.ts']],
  ['**/vault/*.{ts,js}', ['vault/a.ts', 'x/y/vault/b.js'], ['vault/a.md']],
  ['internal', ['internal/a.ts', 'src/internal/b/c.ts', 'internal'], ['internals/a.ts']],
  ['docs\\plan*', ['docs/plan-2027.md'], ['plan-2027.md']],
  ['café.txt', ['café.txt'], ['cafe.txt']],
  ['#notes', ['#notes'], ['notes']],
  ['!.env', ['!.env', '.env'], ['a.ts']],
  ['', [], ['a.ts']],
  ['/', [], ['a.ts']],
  ['[', [], ['a.ts']],
  ['a\nb', [], ['a', 'b']],
];

describe('The user’s own list of secret files', () => {
  for (const [glob, secret, open] of lists) {
    it(`understands ${JSON.stringify(glob)}`, () => {
      const isSecret = secretFilesWith([glob]);
      assert.deepEqual(secret.filter(isSecret), secret);
      assert.deepEqual(open.filter(isSecret), []);
    });
  }

  it('takes nothing away from what usually is secret', () => {
    const isSecret = secretFilesWith(['!.env', '!**', '*.token']);
    assert.deepEqual(['.env', 'keys/server.pem', 'x.token', 'src/a.ts'].filter(isSecret), [
      '.env',
      'keys/server.pem',
      'x.token',
    ]);
  });
});
