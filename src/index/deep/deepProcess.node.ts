import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import { processChannel } from '../../base/channels.node.ts';
import { useParentLanguage } from '../../base/languageFile.node.ts';
import { serveDeepModel } from './serveDeepModel.node.ts';

/** The process that computes with the deep model: forked, with its assets beside its own file. It ends with its parent. */
function main(): void {
  const script = process.argv[1];
  if (script === undefined) return;
  useParentLanguage();
  // The kernels are small and run all the time: the optimizing compiler has them within some milliseconds.
  v8.setFlagsFromString('--no-liftoff');
  v8.setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    // Whoever types comes first.
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Some systems allow no change; it works all the same.
  }
  process.on('disconnect', () => {
    process.exit(0);
  });
  serveDeepModel(processChannel(process), path.dirname(script));
}

main();
