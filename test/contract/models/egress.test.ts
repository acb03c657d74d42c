import assert from 'node:assert/strict';
import type { Caller } from '../../../src/base/rpc.ts';
import { httpModelSources } from '../../../src/chat/modelSources.ts';
import type { ChatModel } from '../../../src/models/chatModel.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { createCompletionModel } from '../../../src/models/createCompletionModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { findLocalServers, usualAddresses } from '../../../src/models/localServers.ts';
import { listModels } from '../../../src/models/modelCatalog.ts';
import { defaultRobustness } from '../../../src/models/robustStream.ts';
import { EgressGate } from '../../../src/privacy/egressGate.ts';
import { EgressLedger } from '../../../src/privacy/egressLedger.ts';
import type { Policy } from '../../../src/privacy/policy.ts';
import type { SentRequest } from '../../../src/protocol/egress.ts';
import type { StoreContract } from '../../../src/protocol/store.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { StoreFolder } from '../../unit/storage/storeFixture.ts';

const protocols: readonly HttpProtocol[] = ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama'];
const warnings: string[] = [];
const log = { warn: (message: string) => void warnings.push(message) };

describe('What goes out', function () {
  this.timeout(30_000);

  let server: ModelServer;
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let ledger: EgressLedger;
  let policies: readonly Policy[] = [];
  let gate: EgressGate;

  before(async () => {
    server = await startModelServer();
  });
  beforeEach(() => {
    server.reset();
    warnings.length = 0;
    policies = [];
    folder = new StoreFolder();
    store = folder.open();
    ledger = new EgressLedger((requests) => store.call('egress.save', { requests }), log);
    gate = new EgressGate(fetch, ledger, () => policies);
  });
  afterEach(() => folder.dispose());
  after(() => server.close());

  function endpoint(protocol: HttpProtocol, ways = gate, address = server.address): Endpoint {
    const baseUrl = normaliseAddress(address, protocol);
    return { displayName: 'Acme', protocol, baseUrl, apiKey: 'sk-planted', headers: {}, fetch: ways.fetch };
  }

  async function ask(model: ChatModel, signal = new AbortController().signal): Promise<string> {
    const origin = { purpose: 'chat', files: ['src/a.ts', 'src/b.ts', 'src/a.ts'] } as const;
    let answer = '';
    const request = { system: 'Be brief. ⛵', messages: [{ role: 'user', text: 'How?' }], origin } as const;
    for await (const part of model.stream(request, signal)) {
      if (part.type === 'text-delta') answer += part.text;
    }
    return answer;
  }

  async function written(): Promise<SentRequest[]> {
    await ledger.flush();
    return (await store.call('egress.list', { since: 0, limit: 1_000 })).reverse();
  }

  it('is in the ledger, request for request and byte for byte, whatever wire it takes', async () => {
    for (const protocol of protocols) {
      const ref = { provider: protocol, model: 'qwen3' };
      await listModels(endpoint(protocol), new AbortController().signal);
      await ask(createChatModel(endpoint(protocol), ref));
      const gap = { path: 'src/c.ts', languageId: 'typescript', prefix: 'a', suffix: 'b', maxOutputTokens: 9 };
      const snippets = [{ path: 'src/d.ts', text: 'd', source: 'similar' } as const];
      const completing = createCompletionModel(endpoint(protocol), ref).complete(
        { ...gap, snippets },
        new AbortController().signal,
      );
      for await (const piece of completing) assert.equal(typeof piece, 'string');
    }
    await findLocalServers(gate.fetch, { ...usualAddresses, ollama: server.address });

    const rows = await written();
    const here = rows.filter(({ address }) => address.startsWith(server.address));
    assert.deepEqual(
      here.map(({ address, bytesOut }) => `${address.slice(server.address.length)} ${bytesOut}`).sort(),
      server.requests
        .map(({ path, headers }) => `${path.replace(/\?.*/, '')} ${Number(headers['content-length'] ?? 0)}`)
        .sort(),
    );
    assert.ok(here.length >= 15, `${here.length} requests`);
    for (const { address, bytesIn } of here) assert.ok(bytesIn > 0, address);
    for (const { purpose, model, files } of rows) {
      const expected = { chat: ['src/a.ts', 'src/b.ts'], completion: ['src/c.ts', 'src/d.ts'] }[purpose as 'chat'];
      assert.deepEqual(files, expected ?? [], purpose);
      assert.equal(model, expected === undefined ? null : 'qwen3');
    }
    assert.ok(!JSON.stringify(rows).includes('sk-planted'));
    assert.deepEqual(warnings, []);
  });

  it('is on disk before it leaves the machine', async () => {
    const seen: SentRequest[][] = [];
    const away = new EgressGate(
      async () => {
        seen.push(await folder.open().call('egress.list', { since: 0, limit: 10 }));
        return new Response('{"data": []}', { headers: { 'content-type': 'application/json' } });
      },
      ledger,
      () => [],
    );
    await listModels(endpoint('openai', away, 'https://acme.test/v1'), new AbortController().signal);
    assert.deepEqual(
      seen.map((rows) => rows.map(({ address, bytesIn }) => [address, bytesIn])),
      [[['https://acme.test/v1/models', 0]]],
    );
    assert.deepEqual(
      (await written()).map(({ bytesIn }) => bytesIn),
      [12],
    );
  });

  it('is nothing but to this machine while that is set, and the sentence says so', async () => {
    policies = [{ localOnly: true }];
    const away = endpoint('openai-compatible', gate, 'https://acme.test/v1');
    const ref = { provider: 'openai-compatible', model: 'qwen3' };
    await assert.rejects(
      ask(createChatModel(away, ref)),
      /“Local only” is on, so nothing was sent to Acme at https:\/\/acme\.test/,
    );
    await assert.rejects(listModels(away, new AbortController().signal), /“Local only” is on/);
    await assert.rejects(gate.open('vscode.lm', 1, { purpose: 'chat', model: null, files: [] }), {
      code: 'local-only',
    });
    assert.deepEqual(await written(), []);
    assert.notEqual(await ask(createChatModel(endpoint('openai-compatible'), ref)), '');
    assert.equal((await written()).length, 1);
  });

  it('is nothing that a policy does not allow, and the sentence names what it allows', async () => {
    policies = [{ allowedProviders: ['ollama'] }];
    const settings = { address: () => server.address, headers: () => ({}), key: () => Promise.resolve(null) };
    const sources = httpModelSources(settings, gate.fetch);
    const open = async (name: string): Promise<ChatModel> =>
      (await sources.find((source) => source.name === name)?.open('qwen3')) ?? assert.fail();
    await assert.rejects(ask(await open('openai-compatible')), {
      message: 'Your policy allows these providers: ollama. “openai-compatible” is none of them. Nothing was sent.',
    });
    await assert.rejects(gate.open('vscode.lm', 1, { purpose: 'chat', model: null, files: [], provider: 'vscode' }), {
      code: 'forbidden',
    });
    assert.deepEqual([server.requests.length, await written()], [0, []]);
    assert.notEqual(await ask(await open('ollama')), '');
    policies = [{ allowedAddresses: ['allowed.test'] }];
    await assert.rejects(
      listModels(endpoint('openai', gate, 'https://acme.test/v1'), new AbortController().signal),
      /acme\.test is not among the addresses/,
    );
    assert.ok((await written()).every(({ address }) => address.startsWith(server.address)));
  });

  for (const [name, scenario] of [
    ['is refused', 'status-401'],
    ['breaks off', 'cut'],
  ] as const) {
    it(`is in the ledger also when it ${name}`, async () => {
      const robustness = { ...defaultRobustness, retries: 0 };
      const ref = { provider: 'openai-compatible', model: scenario };
      await assert.rejects(ask(createChatModel(endpoint('openai-compatible'), ref, robustness)));
      const [row, ...others] = await written();
      assert.deepEqual([row?.model, others.length], [scenario, 0]);
      assert.ok((row?.bytesIn ?? 0) > 0);
    });
  }

  it('goes all the same while the store does not write, and is written when it does again', async () => {
    let isBroken = true;
    const waiting = new EgressLedger(
      (requests) => (isBroken ? Promise.reject(new Error('no space left')) : store.call('egress.save', { requests })),
      log,
    );
    const ref = { provider: 'ollama', model: 'qwen3' };
    await ask(createChatModel(endpoint('ollama', new EgressGate(fetch, waiting, () => [])), ref));
    await waiting.flush();
    assert.match(warnings.join(), /not written down yet: no space left/);
    isBroken = false;
    await waiting.flush();
    assert.ok((await written()).some(({ purpose }) => purpose === 'chat'));
  });

  it('is listed in pages, by server and purpose, for its own user alone, until it is forgotten', async () => {
    const address = (at: number): string => `https://${at % 2 === 0 ? 'even' : 'odd'}.test/v1/chat`;
    const requests = Array.from({ length: 250 }, (_, at): SentRequest => {
      const purpose = at % 5 === 0 ? 'edit' : 'chat';
      return {
        id: `r-${at}`,
        at: Math.floor(at / 3),
        purpose,
        address: address(at),
        model: 'm',
        files: [],
        bytesOut: 10,
        bytesIn: at,
      };
    });
    await store.call('egress.save', { requests });
    const pages: SentRequest[][] = [];
    for (let last: SentRequest | undefined; pages.at(-1)?.length !== 0; last = pages.at(-1)?.at(-1)) {
      const before = last === undefined ? {} : { before: { at: last.at, id: last.id } };
      pages.push(await store.call('egress.list', { since: 0, limit: 100, ...before }));
    }
    assert.deepEqual(
      pages.map((page) => page.length),
      [100, 100, 50, 0],
    );
    assert.equal(new Set(pages.flat().map(({ id }) => id)).size, 250);
    const edits = { since: 10, purpose: 'edit', addresses: [address(0)], limit: 100 } as const;
    assert.deepEqual(
      (await store.call('egress.list', edits)).map(({ id }) => id).sort(),
      requests
        .filter(({ at, purpose }, n) => at >= 10 && purpose === 'edit' && n % 2 === 0)
        .map(({ id }) => id)
        .sort(),
    );
    const sums = await store.call('egress.sums', { since: 0 });
    assert.deepEqual(
      sums.map(({ requests: count, bytesOut }) => [count, bytesOut]),
      [
        [100, 1000],
        [100, 1000],
        [25, 250],
        [25, 250],
      ],
    );
    await folder.asAnotherUser(async (other) => {
      assert.deepEqual(await other.call('egress.list', { since: 0, limit: 10 }), []);
      assert.equal(await other.call('egress.forget', { before: 1_000 }), 0);
      await other.call('egress.save', { requests: [{ ...requests[0]!, bytesIn: 999 }] });
    });
    const again = folder.open();
    assert.equal(await again.call('egress.forget', { before: 80 }), 240);
    assert.deepEqual(
      (await again.call('egress.sums', { since: 0 })).reduce((sum, row) => sum + row.requests, 0),
      10,
    );
  });
});
