import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import { EDITOR_MODELS, EgressGate } from '../../../src/privacy/egressGate.ts';
import { EgressLedger } from '../../../src/privacy/egressLedger.ts';
import { type PrivacyFacts, privacyReport } from '../../../src/privacy/privacyReport.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder } from '../../unit/storage/storeFixture.ts';

const origin = { purpose: 'chat', model: 'm', files: [] } as const;

describe('What the privacy document says', function () {
  this.timeout(30_000);
  let folder: StoreFolder;
  let store: Caller<StoreContract>;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
  });
  afterEach(() => folder.dispose());

  async function report(facts: Partial<PrivacyFacts> = {}): Promise<string> {
    return privacyReport({
      localOnly: false,
      sums: await store.call('egress.sums', { since: 0 }),
      keepRequestsDays: 90,
      retentionDays: 0,
      folder: folder.directory,
      isEncrypted: (await store.call('status', null)).keyId !== null,
      vault: 'the OS keychain',
      telemetry: 'Telemetry is off: nothing is recorded and nothing is sent.',
      usageEvents: await store.call('usage.count', null),
      policies: [],
      ...facts,
    });
  }

  it('is that nothing has left as long as nothing has', async () => {
    const said = await report();
    assert.match(said, /In the last 30 days nothing has left this machine\./);
    assert.match(said, /Chats are not encrypted/);
    assert.match(said, /nothing is sent\. 0 events of use are on this machine/);
    assert.match(said, /No organisation has set rules/);
  });

  it('names each server that something went to, and none besides', async () => {
    const ledger = new EgressLedger((requests) => store.call('egress.save', { requests }), { warn: () => undefined });
    const gate = new EgressGate(
      () => Promise.resolve(new Response('answer')),
      ledger,
      () => [],
    );
    const addresses = ['https://api.one.test/v1/chat?key=x', 'https://api.one.test/v1/models', 'http://127.0.0.1:9/x'];
    for (const address of addresses)
      await (await gate.fetch(address, { method: 'POST', body: 'x'.repeat(2_500) }, origin)).text();
    (await gate.open(EDITOR_MODELS, 10, origin))(20);
    await ledger.flush();
    const rows = (await report()).split('\n').filter((line) => line.startsWith('|'));
    assert.deepEqual(
      rows.slice(2).map((row) => row.replaceAll(/\s+/gu, ' ')),
      ['| api.one.test | 2 | 5.0 kB |', '| models of VS Code | 1 | 10 bytes |'],
    );
  });

  it('follows what is set', async () => {
    const said = await report({
      localOnly: true,
      keepRequestsDays: 0,
      retentionDays: 7,
      isEncrypted: true,
      policies: [{ file: '/etc/sextant/policy.json' }, { file: '/x', problem: 'It cannot be read.' }],
    });
    for (const line of [
      /“Local only” is on: nothing is sent beyond this machine\./,
      /It is kept for ever\./,
      /Chats that are not pinned are kept for 7 days\./,
      /Chats are encrypted\./,
      /- The rules in `\/etc\/sextant\/policy\.json` hold\.\n- It cannot be read\./,
    ])
      assert.match(said, line);
    assert.doesNotMatch(said, /asks the servers|not encrypted/);
  });
});
