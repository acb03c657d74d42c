import assert from 'node:assert/strict';
import { cp, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Service } from '../../src/base/service.ts';
import { errorCode } from '../../src/base/errors.ts';
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
 * Fails when a request was made that no ledger below `directory` has, when a connection was made that none of its
 * requests explains, or when an event of use was written down although telemetry is off. Waits until the ledger has
 * what is still to be written. At least one request must have been made.
 */
export async function assertNothingElseWent(directory: string, file: string): Promise<void> {
  const stores = (await storesBelow(directory)).map(
    (store) =>
      new Service<StoreContract>('store', () =>
        startStoreWorker({ directory: store, assetDirectory: path.join(projectRoot, 'dist') }, () =>
          Promise.resolve(null),
        ),
      ),
  );
  try {
    const untilMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const noted = await readNoted(file);
      const problems = await unexplained(stores, noted);
      if (problems.length === 0) {
        assert.ok(noted.requests.length > 0, 'requests were made, and written down');
        return;
      }
      if (performance.now() > untilMs) assert.deepEqual(problems, []);
      await delay(250);
    }
  } finally {
    for (const store of stores) {
      await store.call('close', null).catch(() => undefined);
      store.dispose();
    }
  }
}

interface Noted {
  /** Addresses without what stands after `?`. */
  readonly requests: readonly string[];
  /** `host:port` */
  readonly connections: ReadonlySet<string>;
}

async function readNoted(file: string): Promise<Noted> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const entries = lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly request?: string; readonly connection?: string });
  return {
    requests: entries.flatMap(({ request }) => (request === undefined ? [] : [request.replace(/[?#].*$/su, '')])),
    connections: new Set(entries.flatMap(({ connection }) => connection ?? [])),
  };
}

/** A sentence for each thing that went and is in no ledger. */
async function unexplained(stores: readonly Service<StoreContract>[], noted: Noted): Promise<string[]> {
  const written = new Map<string, number>();
  const problems: string[] = [];
  for (const store of stores) {
    try {
      for (const { address, requests } of await store.call('egress.sums', { since: 0 }))
        written.set(address, (written.get(address) ?? 0) + requests);
      const events = await store.call('usage.count', null);
      if (events > 0) problems.push(`${events} events of use were written down`);
    } catch (error) {
      // One that is encrypted tells nothing here.
      if (errorCode(error) !== 'locked') throw error;
      return [];
    }
  }
  const sent = new Map<string, number>();
  for (const address of noted.requests) sent.set(address, (sent.get(address) ?? 0) + 1);
  for (const [address, count] of sent) {
    const known = written.get(address) ?? 0;
    if (known < count) problems.push(`${count} requests went to ${address}, and the ledger has ${known}`);
  }
  const servers = new Set(
    [...written.keys()].flatMap((address) => (URL.canParse(address) ? hostAndPort(address) : [])),
  );
  for (const connection of noted.connections)
    if (!servers.has(connection)) problems.push(`a connection to ${connection}, which the ledger does not know`);
  return problems;
}

function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

/** The folders of stores: each has a file CURRENT. */
async function storesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name, parentPath }) => name === 'CURRENT' && path.basename(parentPath) === 'store')
    .map(({ parentPath }) => parentPath);
}
