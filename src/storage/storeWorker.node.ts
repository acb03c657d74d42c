import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import { archiveFiles } from './archive/archiveFiles.node.ts';
import { nodePlatform } from './engine/nodePlatform.node.ts';
import { fileFolder } from './files/fileFolder.node.ts';
import { openStore } from './openStore.ts';
import { serveStore } from './serveStore.ts';
import type { StorePlace } from './startStoreWorker.node.ts';

if (parentPort === null) throw new Error('This is the entry of a worker thread.');
const place = workerData as StorePlace;
const store = openStore({
  platform: nodePlatform(place),
  fileFolder: fileFolder(path.join(place.directory, 'files')),
  archive: archiveFiles(path.join(place.directory, '..', 'backups')),
  sync: place.sync,
});
serveStore(threadChannel(parentPort), store);
