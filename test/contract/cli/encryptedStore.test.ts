import assert from 'node:assert/strict';
import path from 'node:path';
import { Service } from '../../../src/base/service.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { encodeRecoveryCode } from '../../../src/storage/seal/recoveryCode.ts';
import { newStoreSecret } from '../../../src/storage/seal/storeKey.node.ts';
import { startStoreWorker } from '../../../src/storage/startStoreWorker.node.ts';
import { CliSandbox, cliFile } from './runCli.ts';

describe('sextant on an encrypted store', function () {
  this.timeout(60_000);
  const secret = newStoreSecret();
  const code = encodeRecoveryCode(secret);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create({ 'a.ts': 'export const a = 1;\n' });
    const place = {
      directory: path.join(sandbox.directory, 'store', 'database'),
      assetDirectory: path.dirname(cliFile),
    };
    const store = new Service<StoreContract>('store', () => startStoreWorker(place, () => Promise.resolve(null)));
    await store.call('encryption.turnOn', { secret });
    await store.call('close', null);
    store.dispose();
  });

  after(() => sandbox.remove());

  const database = async (env: Record<string, string>): Promise<string> => {
    const { out, err } = await sandbox.run(['doctor', 'project', '--store', 'store'], { env });
    assert.ok(!(out + err).includes(code.slice(0, 9)), 'it never shows the code');
    return out.split('\n').find((line) => line.includes(' database ')) ?? '';
  };

  it('opens it with the recovery code', async () => {
    assert.match(await database({ SEXTANT_STORE_RECOVERY_CODE: code.toLowerCase() }), /^✔ database .* encrypted, in /);
  });

  for (const [name, env, message] of [
    ['without a code', {}, /encrypted.*SEXTANT_STORE_RECOVERY_CODE/],
    [
      'with the code of another store',
      { SEXTANT_STORE_RECOVERY_CODE: encodeRecoveryCode(newStoreSecret()) },
      /another store/,
    ],
    ['with half a code', { SEXTANT_STORE_RECOVERY_CODE: code.slice(0, 20) }, /14 groups of 4/],
  ] as const) {
    it(`says ${name} what is missing`, async () => {
      const line = await database(env);
      assert.match(line, /^✖ database/);
      assert.match(line, message);
    });
  }
});
