import type { Caller } from '../base/rpc.ts';
import { Service, type StartedService } from '../base/service.ts';
import { startIndexProcess } from '../index/startIndexProcess.node.ts';
import type { StoreContract } from '../protocol/store.ts';
import { startStoreWorker } from '../storage/startStoreWorker.node.ts';
import { dataDirectories } from './dataDirectory.ts';
import { openFolder } from './folder.ts';
import { FolderIndex } from './folderIndex.ts';
import { findStoreKey } from './cliKeys.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Aborts when the user, or whoever reads the output, has had enough. */
  readonly signal: AbortSignal;
  /** Folder of the bundle, with its workers and WASM files. */
  readonly assetDirectory: string;
}

/** Opens a folder's index for `work` and closes it after, however `work` ends. */
export async function withIndex<T>(
  { terminal, signal, assetDirectory }: Surroundings,
  place: { readonly folder: string; readonly store: string | undefined },
  work: (index: FolderIndex) => Promise<T>,
): Promise<T> {
  const folder = openFolder(place.folder);
  const start = (): StartedService => startIndexProcess(assetDirectory);
  const index = new FolderIndex(folder, dataDirectories(place.store).index, start, terminal, signal);
  try {
    return await work(index);
  } finally {
    await index.close();
  }
}

/** Opens the database for `work` and closes it after, however `work` ends. */
export async function withStore<T>(
  { terminal, assetDirectory }: Surroundings,
  store: string | undefined,
  work: (store: Caller<StoreContract>) => Promise<T>,
): Promise<T> {
  const directory = dataDirectories(store).database;
  const service = new Service<StoreContract>('store', () =>
    startStoreWorker({ directory, assetDirectory }, findStoreKey(process.env)),
  );
  service.on('notice', ({ severity, message }) => {
    if (severity !== 'info') terminal.note(message);
  });
  try {
    return await work(service);
  } finally {
    if (service.isRunning) await service.call('close', null).catch(() => undefined);
    service.dispose();
  }
}
