import { type Command, Option } from 'commander';
import { plural } from '../base/texts.ts';
import { type UsageDimension, type UsageSum, dayOf, totalOf, usageDimensions } from '../protocol/usage.ts';
import { money } from '../protocol/usageText.ts';
import { type StoreOption, storeOption, wholeNumber } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';

interface UsageOptions extends StoreOption {
  readonly days: number;
  readonly by: UsageDimension;
  readonly json?: true;
}

/** `sextant usage` */
export function addUsageCommand(program: Command, surroundings: Surroundings): void {
  const { terminal, signal } = surroundings;
  program
    .command('usage')
    .summary('show what models were used for, and what that cost')
    .description(
      'Sums up what models were asked: requests, tokens, time and cost. Costs that no provider has told follow ' +
        'from lists of prices and are marked with ≈. Nothing leaves this machine.',
    )
    .option('--days <N>', 'today and the days before, N together', wholeNumber(1, 36_500), 30)
    .addOption(new Option('--by <WHAT>', 'a line for each').choices(usageDimensions).default('model'))
    .option('--json', 'print one array')
    .addOption(storeOption())
    .action(async ({ days, by, json, store }: UsageOptions) => {
      const now = new Date();
      const from = dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).getTime());
      const wanted = { from, to: dayOf(now.getTime()), by };
      const sums = await withStore(surroundings, store, (worker) => worker.call('modelUsage.sums', wanted, signal));
      if (json === true) terminal.printJson(sums.map(toJson));
      else if (sums.length === 0) terminal.note('No model was asked in this time.');
      else terminal.print([...sums, totalOf(sums, 'all')].map(render).join(''));
    });
}

function toJson({ costMicrousd, savedMicrousd, unpriced, uses, ...sum }: UsageSum) {
  const costUsd = unpriced === uses ? null : costMicrousd / 1e6;
  return { ...sum, uses, unpriced, costUsd, savedUsd: savedMicrousd / 1e6 };
}

function render({ name, uses, inputTokens, outputTokens, costMicrousd, estimated, unpriced }: UsageSum): string {
  const cost = unpriced === uses ? 'no price' : `${estimated > 0 ? '≈ ' : ''}${money(costMicrousd)}`;
  const counts = `${plural(uses, '{0} request', '{0} requests')}, ${inputTokens} tokens in, ${outputTokens} out`;
  return `${(name ?? 'none').padEnd(36)}  ${cost.padStart(12)}  ${counts}\n`;
}
