import path from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import { languageVariables } from '../base/languageFile.node.ts';
import { RpcPeer, type Silent } from '../base/rpc.ts';
import type { StartedService } from '../base/service.ts';
import type { StoreKeeperContract } from '../protocol/store.ts';
import type { StoreSync } from './engine/engine.ts';

/** Where the store worker finds what it needs; both are absolute paths. */
export interface StorePlace {
  readonly directory: string;
  /** Folder of the bundle: the worker's own file and `sql-wasm.wasm`. */
  readonly assetDirectory: string;
  /** How soon the disk has what is written; see `EngineOptions`. By default at once. */
  readonly sync?: StoreSync;
}

/** What the thread is started with. */
export interface StoreWorkerData extends StorePlace {
  /** Where it asks for keys: serves `StoreKeeperContract`. */
  readonly keeper: MessagePort;
  /** Whether another such thread has started it, for a request that takes long. */
  readonly isAside: boolean;
}

/** The secret of the store key with this id; null when it is not known. */
export type FindStoreKey = (keyId: string) => Promise<Uint8Array | null>;

/**
 * Starts the thread that serves `StoreContract`; the folder is opened at the first request. `findKey` is asked
 * when that turns out to be encrypted.
 */
export function startStoreWorker(place: StorePlace, findKey: FindStoreKey, isAside = false): StartedService {
  const { port1, port2 } = new MessageChannel();
  const workerData: StoreWorkerData = { ...place, keeper: port2, isAside };
  const worker = new Worker(path.join(place.assetDirectory, 'storeWorker.js'), {
    workerData,
    env: { ...process.env, ...languageVariables() },
    transferList: [port2],
    name: 'sextant store',
  });
  const keeper = new RpcPeer<StoreKeeperContract, Silent>(threadChannel(port1), {
    handlers: { 'storeKey.find': ({ keyId }) => findKey(keyId) },
  });
  // It keeps nothing running: the thread does.
  port1.unref();
  // An error ends the thread, which the channel reports.
  worker.on('error', () => undefined);
  return {
    channel: threadChannel(worker),
    stop() {
      keeper.dispose();
      port1.close();
      void worker.terminate();
    },
  };
}
