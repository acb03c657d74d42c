import path from 'node:path';
import { type Command, Option } from 'commander';
import type { ExportFormat } from '../protocol/archive.ts';
import { describeBytes, describeChats } from '../protocol/archiveText.ts';
import { type StoreOption, newFile, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';

interface ExportOptions extends StoreOption {
  readonly format?: ExportFormat;
  readonly chat?: readonly string[];
  readonly json?: true;
}

/** `sextant export FILE` */
export function addExportCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command('export')
    .summary('write chats to a file')
    .description(
      'Writes all chats to FILE: as JSON with every branch and file, which “sextant import” takes in again, or as ' +
        'Markdown for reading. The name decides: .md is Markdown, all else JSON.',
    )
    .argument('<FILE>', 'where to write them; must not be there yet', notEmpty)
    .addOption(new Option('--format <FORMAT>', 'whatever the name of the file').choices(['json', 'markdown']))
    .option('--chat <ID...>', 'only the chats with these ids')
    .option('--json', 'print one object about the export')
    .addOption(storeOption())
    .action(async (file: string, { format, chat, json, store }: ExportOptions) => {
      const target = newFile(path.resolve(file));
      const byName = /\.(md|markdown)$/i.test(file) ? 'markdown' : 'json';
      const report = await withStore(surroundings, store, (worker) =>
        worker.call('library.export', { ids: chat ?? null, format: format ?? byName, file: target }),
      );
      if (json === true) {
        terminal.printJson(report);
        return;
      }
      const { bytes, missingFiles } = report;
      const lacks = missingFiles === 0 ? '' : ` ${missingFiles} files could not be read and are not in it.`;
      const size = describeBytes(bytes);
      terminal.print(`${describeChats(report)}, in ${report.file} (${size}).${lacks}\n`);
    });
}
