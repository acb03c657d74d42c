import type { Command } from 'commander';
import { type StoreOption, notEmpty, storeOption, wholeNumber } from './options.ts';
import { type Surroundings, withIndex } from './surroundings.ts';

interface MapOptions extends StoreOption {
  readonly tokens: number;
  readonly json?: true;
}

/** `sextant map FOLDER` */
export function addMapCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('map')
    .summary('print what matters most of a folder: its files and what they define')
    .description(
      'Prints the files of FOLDER that matter most, and the signatures of what they define, in at most N tokens (of ' +
        'OpenAI’s o200k_base encoding). Most used comes first. Brings the index up to date before. Nothing leaves ' +
        'this machine.',
    )
    .argument('<FOLDER>', 'the folder to map', notEmpty)
    .option('--tokens <N>', 'use at most N tokens', wholeNumber(1, 1_000_000), 2000)
    .option('--json', 'print {text, tokens, files: [{path, definitions: [{symbol, kind, line, signature}]}]}')
    .addOption(storeOption())
    .action(async (folder: string, { tokens, json, store }: MapOptions) => {
      const { terminal } = surroundings;
      const map = await withIndex(surroundings, { folder, store }, async (index) => {
        await index.refresh();
        return await index.map(tokens);
      });
      if (json === true) terminal.printJson(map);
      else if (map.text === '') terminal.note('There is nothing to show in so few tokens.');
      else terminal.print(map.text);
    });
}
