import { processChannel } from '../../../src/base/channels.node.ts';
import { serveContextIndex } from '../../../src/index/serveContextIndex.node.ts';

/** The index process as it ships, but that it makes a graph of a hundred passages. Forked with the folder of its assets. */
const [, , assetDirectory = ''] = process.argv;
process.on('disconnect', () => {
  process.exit(0);
});
serveContextIndex(
  processChannel(process),
  assetDirectory,
  () => {
    process.disconnect();
  },
  100,
);
