import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import { useParentLanguage } from '../base/languageFile.node.ts';
import { asideStore } from './asideStore.node.ts';
import { archiveFiles } from './archive/archiveFiles.node.ts';
import { RpcPeer, type Silent } from '../base/rpc.ts';
import type { StoreKeeperContract } from '../protocol/store.ts';
import { nodePlatform } from './engine/nodePlatform.node.ts';
import { fileFolder } from './files/fileFolder.node.ts';
import { openStore } from './openStore.ts';
import { openStoreKey } from './seal/storeKey.node.ts';
import { serveStore } from './serveStore.ts';
import { type FindStoreKey, type StoreWorkerData, startStoreWorker } from './startStoreWorker.node.ts';

if (parentPort === null) throw new Error('This is the entry of a worker thread.');
useParentLanguage();
const { keeper, isAside, ...place } = workerData as StoreWorkerData;
const keys = new RpcPeer<Silent, StoreKeeperContract>(threadChannel(keeper), { handlers: {} });
const findSecret: FindStoreKey = (keyId) => keys.call('storeKey.find', { keyId });
const store = openStore({
  platform: nodePlatform(place),
  keySource: {
    open: openStoreKey,
    async find(keyId) {
      const secret = await findSecret(keyId);
      const key = secret === null ? null : openStoreKey(secret);
      return key?.id === keyId ? key : null;
    },
  },
  fileFolder: fileFolder(path.join(place.directory, 'files')),
  archive: archiveFiles(path.join(place.directory, '..', 'backups')),
  sync: place.sync,
  aside: isAside ? undefined : asideStore(() => startStoreWorker(place, findSecret, true)),
});
serveStore(threadChannel(parentPort), store);
