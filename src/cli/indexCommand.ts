import type { Command } from 'commander';
import type { IndexStatus } from '../protocol/contextIndex.ts';
import { type StoreOption, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withIndex } from './surroundings.ts';

/** `sextant index FOLDER` */
export function addIndexCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('index')
    .summary('build the index of a folder, or bring it up to date')
    .description(
      'Builds the index of FOLDER, or brings it up to date with what has changed. Honours .gitignore; files that ' +
        'usually hold secrets are never read. Nothing is written into FOLDER and nothing leaves this machine.',
    )
    .argument('<FOLDER>', 'the folder to index', notEmpty)
    .addOption(storeOption())
    .action(async (folder: string, { store }: StoreOption) => {
      const status = await withIndex(surroundings, { folder, store }, (index) => index.update());
      surroundings.terminal.print(`${describe(status)}\n`);
    });
}

function describe({ filesDone, chunks, skipped, message }: IndexStatus): string {
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0);
  const skippedText = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
  return [
    `${count(filesDone, 'file')} indexed in ${count(chunks, 'passage')}.`,
    ...(skippedText === '' ? [] : [`Left out: ${skippedText}.`]),
    ...(message === undefined ? [] : [message]),
  ].join(' ');
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
