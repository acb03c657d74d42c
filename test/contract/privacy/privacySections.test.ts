import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../../src/base/rpc.ts';
import { EgressGate } from '../../../src/privacy/egressGate.ts';
import { EDITOR_MODELS } from '../../../src/protocol/egress.ts';
import { EgressLedger } from '../../../src/privacy/egressLedger.ts';
import { maskSecrets } from '../../../src/privacy/maskSecrets.ts';
import { type PrivacyFacts, privacySections } from '../../../src/privacy/privacySections.ts';
import { isSecretFile } from '../../../src/privacy/secretFiles.ts';
import { type PrivacySection, privacyActions } from '../../../src/protocol/privacyPage.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { freshFacts } from '../../fixtures/privacyFacts.ts';
import { StoreFolder } from '../../unit/storage/storeFixture.ts';

const origin = { purpose: 'chat', model: 'm', files: [] } as const;
const away = 'https://api.one.test/v1/chat?key=x';

const ask = { purpose: 'chat', requests: 2, bytesOut: 5_000, bytesIn: 1, lastAt: 1 } as const;
const sums = fc.subarray([
  { ...ask, address: 'https://api.one.test/v1/chat' },
  { ...ask, address: 'http://127.0.0.1:9/x' },
  { ...ask, address: EDITOR_MODELS },
]);
const anyFacts: fc.Arbitrary<PrivacyFacts> = fc.record({
  localOnly: fc.constantFrom('off', 'on', 'ruled'),
  today: sums,
  sums,
  keepRequestsDays: fc.nat(3),
  retentionDays: fc.nat(3),
  folder: fc.constant('/data/store'),
  isEncrypted: fc.boolean(),
  providers: fc.subarray([
    { name: 'One', address: 'https://api.one.test/v1', key: 'the OS keychain' },
    { name: 'Near', address: 'http://localhost:11434', key: null },
  ]),
  vault: fc.constant('the OS keychain'),
  telemetry: fc.constantFrom(
    { state: 'off', sentence: 'Telemetry is off.' } as const,
    { state: 'on', sentence: 'Telemetry is on.' } as const,
    { state: 'held', sentence: 'Telemetry is held.' } as const,
    { state: 'forbidden', sentence: 'Telemetry is forbidden.' } as const,
  ),
  usageEvents: fc.nat(2),
  secretFiles: fc.nat(2),
  secretGlobs: fc.nat(2),
  policies: fc.subarray([{ file: '/etc/sextant/policy.json' }, { file: '/x', problem: 'It cannot be read.' }]),
});

const leaves = (all: PrivacyFacts['sums']): boolean => all.some(({ address }) => !address.includes('127.0.0.1'));

/** Every sentence that the page has, and when it is true. One that is in none of these is a claim that nobody checks. */
const claims: readonly (readonly [sentence: RegExp, isTrue: (facts: PrivacyFacts) => boolean])[] = [
  [/^Sextant asks the servers of the models that you use/, ({ localOnly }) => localOnly === 'off'],
  [/^“Local only” is on: nothing is sent/, ({ localOnly }) => localOnly !== 'off'],
  [/policy has turned “Local only” on/, ({ localOnly }) => localOnly === 'ruled'],
  [/^Today nothing has left/, ({ today }) => !leaves(today)],
  [/^Today \d requests with [\d.]+ kB left this machine, to /, ({ today }) => leaves(today)],
  [/^In the last 30 days nothing has left/, ({ sums: all }) => !leaves(all)],
  // The next four are checked below, by doing what they speak of.
  [/^Each request is written down before it goes/, () => true],
  [/^Sextant writes no key into a setting, a log or a view/, () => true],
  [/^Files that git ignores, and secret files/, () => true],
  [/^What looks like a secret in another file is masked/, () => true],
  [/^This list is kept on this machine for ever/, ({ keepRequestsDays }) => keepRequestsDays === 0],
  [/^This list is kept on this machine for 1 day\./, ({ keepRequestsDays }) => keepRequestsDays === 1],
  [/^This list is kept on this machine for [23] days\./, ({ keepRequestsDays }) => keepRequestsDays > 1],
  [/^No provider is set up/, ({ providers }) => providers.length === 0],
  [/^New keys are kept in the OS keychain/, ({ vault }) => vault === 'the OS keychain'],
  [/^1 secret file of the open folders is left out/, ({ secretFiles }) => secretFiles === 1],
  [/^Your own list of secret files adds 1 pattern to them/, ({ secretGlobs }) => secretGlobs === 1],
  [/^Your own list of secret files adds 2 patterns to them/, ({ secretGlobs }) => secretGlobs === 2],
  [/^2 secret files of the open folders are left out/, ({ secretFiles }) => secretFiles === 2],
  [/^Telemetry is (off|on|held|forbidden)\.$/, () => true],
  [/^1 event of use is on this machine/, ({ usageEvents }) => usageEvents === 1],
  [/^[02] events of use are on this machine/, ({ usageEvents }) => usageEvents !== 1],
  [/^Chats, the index and their backups lie in \/data\/store\.$/, () => true],
  [/^Chats are encrypted/, ({ isEncrypted }) => isEncrypted],
  [/^Chats are not encrypted/, ({ isEncrypted }) => !isEncrypted],
  [/^Chats are kept for ever/, ({ retentionDays }) => retentionDays === 0],
  [/^Chats that are not pinned are kept for 1 day\./, ({ retentionDays }) => retentionDays === 1],
  [/^Chats that are not pinned are kept for [23] days\./, ({ retentionDays }) => retentionDays > 1],
  [/^No organisation has set rules/, ({ policies }) => policies.length === 0],
  [
    /^The rules in \/etc\/sextant\/policy\.json hold/,
    ({ policies }) => policies.some(({ file }) => file.startsWith('/etc')),
  ],
  [/^It cannot be read\.$/, ({ policies }) => policies.some(({ problem }) => problem !== undefined)],
];

describe('What the page about privacy says', function () {
  this.timeout(30_000);

  it('is true of what it speaks of: every sentence is one that is checked, and is there when it is true and only then', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const texts = privacySections(facts).flatMap(({ statements }) => statements.map(({ text }) => text));
        for (const text of texts) assert.equal(claims.filter(([sentence]) => sentence.test(text)).length, 1, text);
        for (const [sentence, isTrue] of claims) {
          const isSaid = texts.some((text) => sentence.test(text));
          assert.equal(isSaid, isTrue(facts), `${sentence} with ${JSON.stringify(facts)}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('names each server and each provider, with where its key is', () => {
    const sections = privacySections({
      ...freshFacts,
      sums: [
        { ...ask, address: EDITOR_MODELS, bytesOut: 10 },
        { ...ask, address: 'https://api.one.test/a' },
        { ...ask, address: 'https://api.one.test/b' },
        { ...ask, address: 'http://127.0.0.1:9/x' },
      ],
      providers: [
        { name: 'One', address: 'https://api.one.test/v1', key: 'the OS keychain' },
        { name: 'Near', address: 'http://localhost:11434', key: null },
      ],
    });
    assert.deepEqual(rowsOf(sections, 'sent'), [
      ['api.one.test', '4', '10 kB'],
      ['models of VS Code', '2', '10 bytes'],
    ]);
    assert.deepEqual(rowsOf(sections, 'providers'), [
      ['One', 'api.one.test', 'the OS keychain'],
      ['Near', 'localhost:11434, on this machine', 'none'],
    ]);
  });

  it('offers what can be done, and nothing that cannot: a rule of an organisation has no switch', () => {
    const offered = (facts: Partial<PrivacyFacts>): Set<string> =>
      new Set(
        privacySections({ ...freshFacts, ...facts }).flatMap(({ actions }) => actions.map(({ action }) => action)),
      );
    const [usual, full] = [offered({}), offered({ usageEvents: 1, isEncrypted: true })];
    assert.deepEqual([...new Set([...usual, ...full])].sort(), [...privacyActions].sort());
    assert.ok(!offered({ localOnly: 'ruled' }).has('switchLocalOnly'));
    assert.ok(!offered({ telemetry: { state: 'forbidden', sentence: 'No.' } }).has('switchTelemetry'));
    assert.ok(!usual.has('deleteTelemetry'));
  });

  describe('comes from what is', () => {
    let folder: StoreFolder;
    let store: Caller<StoreContract>;

    beforeEach(() => {
      folder = new StoreFolder();
      store = folder.open();
    });
    afterEach(() => folder.dispose());

    it('Each request is written down before it goes, and “Local only” lets none go', async () => {
      const ledger = new EgressLedger((requests) => store.call('egress.save', { requests }), { warn: () => undefined });
      // What waits for a store that opens is written a moment later: it is open when the first request goes.
      await store.call('status', null);
      let localOnly = false;
      const writtenWhenSent: number[] = [];
      const gate = new EgressGate(
        async () => {
          const sent = await store.call('egress.list', { since: 0, limit: 10 });
          writtenWhenSent.push(sent.length);
          return new Response('answer');
        },
        ledger,
        () => [{ localOnly }],
      );
      await (await gate.fetch(away, { method: 'POST', body: 'x'.repeat(2_500) }, origin)).text();
      localOnly = true;
      await assert.rejects(gate.fetch(away, { method: 'POST', body: 'x' }, origin), /nothing beyond this machine/);
      await ledger.flush();
      assert.deepEqual(writtenWhenSent, [1]);
      const today = await store.call('egress.sums', { since: 0 });
      const isEncrypted = (await store.call('status', null)).keyId !== null;
      const usageEvents = await store.call('usage.count', null);
      const said = privacySections({ ...freshFacts, today, sums: today, isEncrypted, usageEvents });
      const text = said.flatMap(({ statements }) => statements.map((statement) => statement.text)).join('\n');
      assert.match(text, /^Today 1 request with 2\.5 kB left this machine, to api\.one\.test\.$/m);
      assert.match(text, /^Chats are not encrypted\.$/m);
      assert.match(text, /^0 events of use are on this machine\.$/m);
    });
  });

  it('secret files and secrets in other files are kept back', async () => {
    assert.ok(isSecretFile('/w/.env') && isSecretFile('/w/id_rsa'));
    assert.equal((await maskSecrets(`token = "ghp_${'Ab3'.repeat(12)}"`)).text, 'token = "[redacted]"');
  });
});

function rowsOf(sections: readonly PrivacySection[], id: string): readonly (readonly string[])[] | undefined {
  return sections.find((section) => section.id === id)?.table?.rows;
}
