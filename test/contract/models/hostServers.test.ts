import assert from 'node:assert/strict';
import { type HostLookup, hostAddresses } from '../../../src/models/hostAddresses.node.ts';
import { findHostServers } from '../../../src/models/hostServers.ts';
import { fetchWhereListening } from '../../../src/models/listeningPorts.node.ts';
import type { LocalAddresses } from '../../../src/models/localServers.ts';
import { EgressGate, type Fetch } from '../../../src/privacy/egressGate.ts';
import { type Policy, refusal } from '../../../src/privacy/policy.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (destination: string, gateway: string): string =>
  `eth0\t${destination}\t${gateway}\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;
const docker = HEAD + route('00000000', '010011AC') + route('000011AC', '00000000');
const own = 'host.docker.internal';

describe('The computer that a container or WSL runs on', () => {
  const cases: Readonly<
    Record<string, { remote?: string; names?: Record<string, string[]>; routes?: string; found: string[] }>
  > = {
    'is the gateway of Docker’s network': { remote: 'dev-container', routes: docker, found: ['172.17.0.1'] },
    'has a name in Docker Desktop': {
      remote: 'attached-container',
      names: { [own]: ['192.168.65.254'], 'host.containers.internal': [] },
      found: [own],
    },
    'has a name and an address': {
      remote: 'dev-container',
      names: { [own]: ['172.17.0.1', 'fd00::1'] },
      routes: docker,
      found: [own, '172.17.0.1'],
    },
    'is the gateway of WSL, which has no such names': {
      remote: 'wsl',
      names: { [own]: ['192.168.65.254'] },
      routes: HEAD + route('00000000', '01F01EAC'),
      found: ['172.30.240.1'],
    },
    'is not where a name server leads out of the network': {
      remote: 'dev-container',
      names: { [own]: ['172.17.0.1', '203.0.113.9'] },
      found: [],
    },
    'is not this machine': { remote: 'dev-container', names: { [own]: ['127.0.0.1'] }, found: [] },
    'is not the router of a home': {
      remote: 'dev-container',
      routes: HEAD + route('00000000', '0101A8C0'),
      found: [],
    },
    'is not a gateway of the public network': {
      remote: 'wsl',
      routes: HEAD + route('00000000', '097100CB'),
      found: [],
    },
    'is not the gateway of a part of the network': {
      remote: 'wsl',
      routes: HEAD + route('000010AC', '010011AC'),
      found: [],
    },
    'is not known where the table is something else': {
      remote: 'wsl',
      routes: 'eth0 default via 172.17.0.1',
      found: [],
    },
    'is not looked for over SSH': { remote: 'ssh-remote', names: { [own]: ['172.17.0.1'] }, routes: docker, found: [] },
    'is not looked for in a codespace': { remote: 'codespaces', routes: docker, found: [] },
    'is not looked for in a window of the user’s own computer': { routes: docker, found: [] },
  };
  for (const [what, { remote, names = {}, routes, found }] of Object.entries(cases)) {
    it(what, async () => {
      const lookup: HostLookup = {
        resolve: (name) => Promise.resolve(names[name] ?? []),
        routes: () => (routes === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(routes)),
      };
      assert.deepEqual(await hostAddresses(remote, lookup), found);
    });
  }

  it('keeps nobody waiting whose name server does not answer', async () => {
    const lookup: HostLookup = { resolve: () => new Promise(() => undefined), routes: () => Promise.resolve(docker) };
    assert.deepEqual(await hostAddresses('dev-container', lookup), ['172.17.0.1']);
  });
});

describe('Servers on the computer that a container or WSL runs on', () => {
  /** Nobody may listen at this port. */
  const NOBODY = 'http://127.0.0.1:1';
  let server: ModelServer;
  let sent: string[];
  let usual: LocalAddresses;

  before(async () => {
    server = await startModelServer({ kind: 'ollama' });
    usual = { ollama: server.address, lmstudio: NOBODY, llamacpp: NOBODY, vllm: NOBODY };
  });
  beforeEach(() => {
    sent = [];
    server.reset();
  });
  after(() => server.close());

  async function find(hosts: readonly string[], policy: Policy = {}): Promise<readonly string[]> {
    const ledger = {
      begin: (request: { readonly address: string }) => {
        sent.push(request.address);
        return Promise.resolve(() => undefined);
      },
    };
    const gate = new EgressGate(fetch, ledger, () => [policy]);
    const mayAsk = (address: string, provider: string): boolean => refusal([policy], address, provider) === null;
    const found = await findHostServers(fetchWhereListening(gate.fetch), mayAsk, hosts, usual);
    return found.map(({ address }) => address);
  }

  it('are found by what they answer, each once, and only who listens is asked', async () => {
    // Both are this machine, as a name and an address of the host are the same one.
    const { port } = new URL(server.address);
    const found = await find(['127.0.0.1', 'localhost']);
    assert.deepEqual(found, [`http://127.0.0.1:${port}`]);
    assert.deepEqual(
      sent.map((address) => new URL(address).port).filter((asked) => asked !== port),
      [],
    );
    assert.equal(server.generations.length, 0);
  });

  it('are not asked what a policy forbids, and no port is touched', async () => {
    assert.deepEqual(await find(['127.0.0.1'], { allowedProviders: ['openai'] }), []);
    assert.deepEqual([sent, server.requests], [[], []]);
  });

  it('are not looked for beyond this machine where nothing may be sent there', async () => {
    const touched: string[] = [];
    const mayAsk = (address: string, provider: string): boolean =>
      refusal([{ localOnly: true }], address, provider) === null;
    const touch: Fetch = (address) => {
      touched.push(address);
      return Promise.reject(new Error('nobody is to be asked'));
    };
    await findHostServers(touch, mayAsk, ['172.17.0.1']);
    assert.equal(touched.length, 0);
    await findHostServers(touch, () => true, ['172.17.0.1']);
    assert.ok(touched.includes('http://172.17.0.1:11434/'));
  });

  it('are not there where nobody is', async () => {
    usual = { ...usual, ollama: NOBODY };
    assert.deepEqual(await find(['127.0.0.1']), []);
    assert.deepEqual(sent, []);
  });
});
