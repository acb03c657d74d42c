import assert from 'node:assert/strict';
import { cp, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../src/base/errors.ts';
import { Service } from '../../src/base/service.ts';
import { isLoopback } from '../../src/privacy/isLoopback.ts';
import type { StoreContract } from '../../src/protocol/store.ts';
import { startStoreWorker } from '../../src/storage/startStoreWorker.node.ts';
import { projectRoot } from './project.ts';

/** What is sent within the machine is in the ledger a moment later. */
const PATIENCE_MS = 20_000;

/**
 * Puts an extension into a folder that VS Code has not looked at yet, which writes down what its extension host sends
 * into the file that SEXTANT_RECORDED_REQUESTS names.
 */
export async function installRecorder(extensions: string): Promise<void> {
  const from = path.join(projectRoot, 'test', 'fixtures', 'recorder');
  await cp(from, path.join(extensions, 'sextant-test.request-recorder-1.0.0'), { recursive: true });
}

/**
 * Fails unless the ledgers below `directory` have each request that was made, as often as it was made, and no other;
 * and where something was sent over a connection that none of them explains, or an event of use was written down or
 * sent although telemetry is off. Waits until the ledger has what is still to be written. A store that cannot be read
 * fails, and so does an extension host that nobody has watched. Where ledgers have lost entries (`isWhole` is false),
 * what went within this machine is let go.
 */
export async function assertNothingElseWent(directory: string, file: string, isWhole: boolean): Promise<void> {
  const stores = new Map<string, Service<StoreContract>>();
  /** A window that nobody has asked anything writes its store with its first request in the ledger. */
  const openNew = async (): Promise<void> => {
    for (const store of await storesBelow(directory)) {
      if (stores.has(store)) continue;
      const options = { directory: store, assetDirectory: path.join(projectRoot, 'dist') };
      const start = () => startStoreWorker(options, () => Promise.resolve(null));
      stores.set(store, new Service<StoreContract>('store', start));
    }
  };
  try {
    for (const untilMs = performance.now() + PATIENCE_MS; ;) {
      await openNew();
      const problems = await differences(stores, await readNoted(file), isWhole);
      if (problems.length === 0) return;
      if (performance.now() > untilMs) assert.fail(`Not all that went is accounted for:\n${problems.join('\n')}`);
      await delay(250);
    }
  } finally {
    for (const store of stores.values()) {
      await store.call('close', null).catch(() => undefined);
      store.dispose();
    }
  }
}

interface Noted {
  /** How many threads wrote down what they sent. */
  readonly watched: number;
  /** Addresses without what stands after `?`, and how often each was asked. */
  readonly requests: ReadonlyMap<string, number>;
  /** `host:port` of those over which something was sent, or is being sent. */
  readonly connections: ReadonlySet<string>;
}

interface Line {
  readonly watched?: string;
  readonly request?: string;
  readonly connection?: string;
  readonly socket?: string;
  /** A socket, and what was written to it. */
  readonly closed?: string;
  readonly bytes?: number;
}

async function readNoted(file: string): Promise<Noted> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const entries = lines.map((line) => JSON.parse(line) as Line);
  const silent = new Set(entries.flatMap(({ closed, bytes }) => (closed !== undefined && bytes === 0 ? [closed] : [])));
  return {
    watched: entries.filter(({ watched }) => watched !== undefined).length,
    requests: counted(entries.flatMap(({ request }) => request?.replace(/[?#].*$/su, '') ?? [])),
    connections: new Set(
      entries.flatMap(({ connection, socket = '' }) =>
        // A handshake with this machine is how servers on it are noticed.
        connection === undefined || (silent.has(socket) && isLoopback(`http://${connection}`)) ? [] : [connection],
      ),
    ),
  };
}

/** A sentence for each thing that went and is in no ledger, or is in one and did not go. */
async function differences(
  stores: ReadonlyMap<string, Service<StoreContract>>,
  noted: Noted,
  isWhole: boolean,
): Promise<string[]> {
  const written = new Map<string, number>();
  const problems = noted.watched === 0 ? ['nobody has watched what the extension host sends'] : [];
  for (const [directory, store] of stores) {
    try {
      for (const { address, purpose, requests } of await store.call('egress.sums', { since: 0 })) {
        written.set(address, (written.get(address) ?? 0) + requests);
        if (purpose === 'telemetry') problems.push(`events of use were sent to ${address}`);
      }
      const events = await store.call('usage.count', null);
      if (events > 0) problems.push(`${events} events of use were written down`);
    } catch (error) {
      problems.push(`the ledger in ${directory} cannot be read: ${errorMessage(error)}`);
    }
  }
  for (const address of new Set([...noted.requests.keys(), ...written.keys()])) {
    const [made, known] = [noted.requests.get(address) ?? 0, written.get(address) ?? 0];
    const isTold = isWhole ? made === known : known > 0 || isLoopback(address);
    if (!isTold) problems.push(`${made} requests went to ${address}, and the ledger has ${known}`);
  }
  const servers = new Set(
    [...written.keys()].flatMap((address) => (URL.canParse(address) ? hostAndPort(address) : [])),
  );
  for (const connection of noted.connections)
    if (!servers.has(connection) && (isWhole || !isLoopback(`http://${connection}`)))
      problems.push(`a connection to ${connection}, which the ledger does not know`);
  return problems;
}

function counted(addresses: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}

function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

/** The folders of stores: each has a file CURRENT. */
async function storesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const places = entries.filter(({ name }) => name === 'CURRENT').map(({ parentPath }) => parentPath);
  // The rows of an index are kept by the same engine.
  return places.filter((place) => path.basename(place) !== 'rows');
}
