import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import type { StartedService } from '../base/service.ts';
import type { StoreSync } from './engine/engine.ts';

/** Where the store worker finds what it needs; both are absolute paths. */
export interface StorePlace {
  readonly directory: string;
  /** Folder of the bundle: the worker's own file and `sql-wasm.wasm`. */
  readonly assetDirectory: string;
  /** How soon the disk has what is written; see `EngineOptions`. By default at once. */
  readonly sync?: StoreSync;
}

/** Starts the thread that serves `StoreContract`; the folder is opened at the first request. */
export function startStoreWorker(place: StorePlace): StartedService {
  const worker = new Worker(path.join(place.assetDirectory, 'storeWorker.js'), {
    workerData: place,
    name: 'sextant store',
  });
  // An error ends the thread, which the channel reports.
  worker.on('error', () => undefined);
  return {
    channel: threadChannel(worker),
    stop() {
      void worker.terminate();
    },
  };
}
