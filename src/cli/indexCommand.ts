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
    .option(
      '--json',
      'print {files, chunks, leftOut, leftOutFiles, work}: counts, by reason, paths with their reasons, and what was done in how much time, by stage',
    )
    .option('--deep', 'wait until the deep model has embedded every passage as well, some 30 a second')
    .addOption(storeOption())
    .action(async (folder: string, { json, store, deep }: IndexOptions) => {
      const { status, files, work } = await withIndex(surroundings, { folder, store }, async (index) => {
        const status = await index.update();
        if (deep === true) await index.useDeepModel('all');
        return { status, files: json === true ? await index.leftOut(MOST_LISTED) : [], work: await index.work() };
      });
      const leftOutFiles = files.map(({ path, reason }) => ({ path, reason }));
      const { filesDone, chunks, skipped, message } = status;
      if (json !== true) surroundings.terminal.print(`${describe(status)}\n`);
      else surroundings.terminal.printJson({ files: filesDone, chunks, leftOut: skipped, leftOutFiles, work, message });
    });
}

interface IndexOptions extends StoreOption {
  readonly json?: true;
  readonly deep?: true;
}

/** A list of more paths helps nobody. */
const MOST_LISTED = 10_000;

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
