import path from 'node:path';
import type { Command } from 'commander';
import { describeImport } from '../protocol/archiveText.ts';
import { type StoreOption, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';

interface ImportOptions extends StoreOption {
  readonly dryRun?: boolean;
  readonly json?: true;
}

/** `sextant import FILE` */
export function addImportCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command('import')
    .summary('take in chats that were exported as JSON')
    .description(
      'Takes in the chats of FILE. What is there already is not doubled, and nothing is overwritten: a chat whose ' +
        'messages say something else here comes in as a copy.',
    )
    .argument('<FILE>', 'a file that “sextant export” has written', notEmpty)
    .option('--dry-run', 'only check, and tell what would be done')
    .option('--json', 'print one object')
    .addOption(storeOption())
    .action(async (file: string, { dryRun = false, json, store }: ImportOptions) => {
      const report = await withStore(surroundings, store, (worker) =>
        worker.call('library.import', { file: path.resolve(file), dryRun }),
      );
      if (json === true) terminal.printJson(report);
      else terminal.print(`${dryRun ? 'It would be: ' : ''}${describeImport(report)}.\n`);
    });
}
