/*
 * A process that restores the one backup and the other by turns, for a test that kills it: `node restoreProcess.ts
 * DIRECTORY FILE FILE`. It prints the number of the file once its restore is acknowledged.
 */
import { writeSync } from 'node:fs';
import path from 'node:path';
import { archiveFiles } from '../../../src/storage/archive/archiveFiles.node.ts';
import { nodePlatform } from '../../../src/storage/engine/nodePlatform.node.ts';
import { fileFolder } from '../../../src/storage/files/fileFolder.node.ts';
import { openStore } from '../../../src/storage/openStore.ts';
import { openStoreKey } from '../../../src/storage/seal/storeKey.node.ts';
import { assetDirectory } from '../../unit/storage/engineFixture.ts';

const [directory = '', ...backups] = process.argv.slice(2);
const { handlers } = openStore({
  platform: nodePlatform({ directory, assetDirectory }),
  fileFolder: fileFolder(path.join(directory, 'files')),
  archive: archiveFiles(path.join(directory, 'backups')),
  keySource: { find: () => Promise.resolve(null), open: openStoreKey },
});
const { signal } = new AbortController();
for (let turn = 0; ; turn++) {
  const number = turn % backups.length;
  await handlers['backups.restore']({ file: backups[number] ?? '', dryRun: false }, signal);
  writeSync(1, `${number}\n`);
}
