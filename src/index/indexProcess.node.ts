import os from 'node:os';
import path from 'node:path';
import { processChannel } from '../base/channels.node.ts';
import { useParentLanguage } from '../base/languageFile.node.ts';
import { compileWasm, setFlags } from './compileWasm.node.ts';
import { compileSumRows } from './embedding/sumRows.ts';
import { serveContextIndex } from './serveContextIndex.node.ts';
import { compileDotProducts } from './vectors/dotProducts.ts';

/** The process that holds the index: forked, with its assets beside its own file. It ends with its parent. */
function main(): void {
  const script = process.argv[1];
  if (script === undefined) return;
  useParentLanguage();
  // What makes and compares vectors is small and runs again and again: it is worth the optimizing compiler.
  compileWasm('optimized', () => [compileSumRows(), compileDotProducts()]);
  // The optimizing compiler would take half a gigabyte for a moment over the grammars' largest functions: from here on
  // it is only for what asks for it.
  // What is thrown away is collected sooner, for a tenth more time: a quarter less memory at 10,000 files.
  setFlags(['--heap-growing-percent=30']);
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
