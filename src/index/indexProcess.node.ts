import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import { processChannel } from '../base/channels.node.ts';
import { serveContextIndex } from './serveContextIndex.node.ts';

/** The process that holds the index: forked, with its assets beside its own file. It ends with its parent. */
function main(): void {
  const script = process.argv[1];
  if (script === undefined) return;
  // The optimizing compiler takes half a gigabyte for a moment over the grammars' largest functions, and
  // gains a fifth of parsing time. Set before anything is compiled; unknown names are ignored.
  for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) v8.setFlagsFromString(flag);
  try {
    // Whoever types comes first.
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Some systems allow no change; it works all the same.
  }
  process.on('disconnect', () => {
    process.exit(0);
  });
  serveContextIndex(processChannel(process), path.dirname(script), () => {
    // Not an exit: the last answer may still be on its way.
    process.disconnect();
  });
}

main();
