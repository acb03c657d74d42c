import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Server, createServer } from 'node:net';
import { fetchWhereListening, listening } from '../../../src/models/listeningPorts.node.ts';
import { LocalServerWatch } from '../../../src/models/localServerWatch.ts';
import { type LocalAddresses, findLocalServers } from '../../../src/models/localServers.ts';
import { startModelServer } from '../../fixtures/modelServer.ts';

/** Nobody may listen at this port. */
const NOBODY = 'http://127.0.0.1:1';

describe('Servers on this machine', function () {
  this.timeout(30_000);

  it('appear while somebody looks, vanish, and hear nothing of the waiting', async () => {
    const first = await startModelServer({ kind: 'ollama' });
    const port = Number(new URL(first.address).port);
    const addresses: LocalAddresses = { ollama: first.address, lmstudio: NOBODY, llamacpp: NOBODY, vllm: NOBODY };
    let found: readonly string[] = [];
    const changes: (readonly string[])[] = [];
    const watch = new LocalServerWatch(
      {
        addresses: () => addresses,
        listening,
        changed: async (providers) => {
          changes.push(providers);
          found = (await findLocalServers(fetch, addresses, 5000)).map(({ provider }) => provider);
        },
      },
      10,
    );
    const seen = watch.add(() => true);
    await until(() => found.includes('ollama'));
    assert.equal(first.requests.length, 1, 'it is asked who it is, once');
    await first.close();
    await until(() => found.length === 0);
    const second = await startModelServer({ kind: 'ollama', port });
    await until(() => found.includes('ollama'));
    assert.ok(changes.every((each) => each.join() === 'ollama'));
    seen.dispose();
    watch.dispose();
    await second.close();
  });

  it('are not looked for while nobody looks, or the user does not want it', async () => {
    const seen = { asked: 0, ticks: 0 };
    const state = { isSeen: false, isWanted: true };
    const watch = new LocalServerWatch(
      {
        addresses: () => {
          seen.ticks++;
          return state.isWanted ? { ollama: NOBODY, lmstudio: NOBODY, llamacpp: NOBODY, vllm: NOBODY } : null;
        },
        listening: (origins) => {
          seen.asked++;
          return listening(origins);
        },
        changed: () => Promise.resolve(),
      },
      1,
    );
    const some = async (): Promise<void> => {
      const enough = seen.ticks + 5;
      await until(() => seen.ticks > enough);
    };
    watch.add(() => state.isSeen);
    await some();
    assert.equal(seen.asked, 0);
    state.isSeen = true;
    await until(() => seen.asked > 0);
    state.isWanted = false;
    const before = seen.asked;
    await some();
    assert.equal(seen.asked, before);
    watch.dispose();
  });

  it('are there also where the system’s name for this machine leads', async () => {
    const server: Server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const here = `http://localhost:${address.port}`;
    assert.deepEqual([...(await listening([here, NOBODY]))], [here]);
    server.close();
  });

  it('are asked nothing where nobody listens', async () => {
    const server = await startModelServer({ kind: 'ollama' });
    const asked: string[] = [];
    const asking = fetchWhereListening((address, init) => {
      asked.push(address);
      return fetch(address, init);
    });
    const addresses = { ollama: server.address, lmstudio: NOBODY, llamacpp: NOBODY, vllm: NOBODY };
    const found = await findLocalServers(asking, addresses, 5000);
    assert.deepEqual([found.map(({ provider }) => provider), asked], [['ollama'], [`${server.address}/`]]);
    await server.close();
  });
});

/** Waits for a state that stays. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
