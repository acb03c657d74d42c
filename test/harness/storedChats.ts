import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Service } from '../../src/base/service.ts';
import type { StoreContract } from '../../src/protocol/store.ts';
import { startStoreWorker } from '../../src/storage/startStoreWorker.node.ts';
import { type StoredChat, exported } from '../fixtures/exportedChats.ts';
import { projectRoot } from './project.ts';

/** Puts chats into the store of a VS Code, as an import does. */
export async function storeChats(globalStorage: string, chats: readonly StoredChat[]): Promise<void> {
  const directory = path.join(globalStorage, 'sextant.sextant', 'store');
  const file = path.join(globalStorage, 'chats.json');
  const store = new Service<StoreContract>('store', () =>
    startStoreWorker({ directory, assetDirectory: path.join(projectRoot, 'dist') }, () => Promise.resolve(null)),
  );
  try {
    // It makes the folders.
    await store.call('user.get', null);
    await writeFile(file, JSON.stringify(exported(chats)));
    await store.call('library.import', { file, dryRun: false });
    await store.call('close', null);
  } finally {
    store.dispose();
  }
}
