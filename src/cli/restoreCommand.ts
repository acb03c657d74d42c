import path from 'node:path';
import type { Command } from 'commander';
import { describeCounts, describeTime } from '../protocol/archiveText.ts';
import { type StoreOption, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';

interface RestoreOptions extends StoreOption {
  readonly dryRun?: boolean;
  readonly json?: true;
}

/** `sextant restore FILE` */
export function addRestoreCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command('restore')
    .summary('put a backup in the place of what is stored')
    .description(
      'Verifies the backup FILE to the last byte, saves what is stored now in another backup, and then puts FILE in ' +
        'its place in one step: whenever that is interrupted, the one or the other is there, whole.',
    )
    .argument('<FILE>', 'the backup', notEmpty)
    .option('--dry-run', 'only verify, and tell what would be replaced')
    .option('--json', 'print one object')
    .addOption(storeOption())
    .action(async (file: string, { dryRun = false, json, store }: RestoreOptions) => {
      const report = await withStore(surroundings, store, (worker) =>
        worker.call('backups.restore', { file: path.resolve(file), dryRun }),
      );
      if (json === true) {
        terminal.printJson(report);
        return;
      }
      const { backup, replaced, safety } = report;
      const made = describeTime(backup.createdAt);
      terminal.print(
        safety === null
          ? `The backup of ${made} is whole: ${describeCounts(backup.counts)}.\n` +
              `It would replace: ${describeCounts(replaced)}. Nothing was changed.\n`
          : `The backup of ${made} is restored: ${describeCounts(backup.counts)}.\n` +
              `What was there before is in ${safety.file}\n`,
      );
    });
}
