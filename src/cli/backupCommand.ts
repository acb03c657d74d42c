import path from 'node:path';
import type { Command } from 'commander';
import type { Backup, BackupList } from '../protocol/archive.ts';
import { describeBytes, describeCounts, describeTime } from '../protocol/archiveText.ts';
import { type StoreOption, newFile, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';

interface BackupOptions extends StoreOption {
  readonly list?: true;
  readonly json?: true;
}

/** `sextant backup [FILE]` */
export function addBackupCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command('backup')
    .summary('write a backup of all chats, or list the backups')
    .description(
      'Writes everything that is stored, chats and files, to FILE, and verifies it by reading it back. Without FILE ' +
        'it goes to the folder of the backups. A backup is a tar archive (.tar.gz) that any tool opens; of an ' +
        'encrypted store it is encrypted with the same key. No API key is ever in one.',
    )
    .argument('[FILE]', 'where to write it; must not be there yet', notEmpty)
    .option('--list', 'list the backups in the folder of the backups')
    .option('--json', 'print one object')
    .addOption(storeOption())
    .action(async (file: string | undefined, { list, json, store }: BackupOptions) => {
      const target = file === undefined ? null : newFile(path.resolve(file));
      if (list === true) {
        const found = await withStore(surroundings, store, (worker) => worker.call('backups.list', null));
        if (json === true) terminal.printJson(found);
        else terminal.print(renderList(found));
        return;
      }
      const backup = await withStore(surroundings, store, (worker) => worker.call('backups.create', { file: target }));
      if (json === true) terminal.printJson(backup);
      else terminal.print(`${render(backup)}\n`);
    });
}

function render({ file, bytes, createdAt, counts, missingFiles }: Backup): string {
  const lacks = missingFiles === 0 ? '' : `; ${missingFiles} files could not be read and are not in it`;
  return `${file}  ${describeTime(createdAt)}, ${describeBytes(bytes)}: ${describeCounts(counts)}${lacks}`;
}

function renderList({ backups, unreadable, directory }: BackupList): string {
  if (backups.length + unreadable.length === 0) return `There are no backups in ${directory}.\n`;
  const broken = unreadable.map(({ file, problem }) => `${file}  cannot be read: ${problem}`);
  return [...backups.map(render), ...broken].map((line) => `${line}\n`).join('');
}
