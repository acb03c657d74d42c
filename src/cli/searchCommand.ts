import type { Command } from 'commander';
import type { SearchHit } from '../protocol/contextIndex.ts';
import { type StoreOption, notEmpty, storeOption, wholeNumber } from './options.ts';
import { type Surroundings, withIndex } from './surroundings.ts';

interface SearchOptions extends StoreOption {
  readonly limit: number;
  readonly json?: true;
}

const SHOWN_LINES = 12;

/** `sextant search FOLDER QUERY` */
export function addSearchCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('search')
    .summary('find the passages of a folder that a question or words are about')
    .description(
      'Finds the passages of FOLDER that QUERY is about, by meaning and by words, best first. Brings the index up to ' +
        'date before. Nothing leaves this machine.',
    )
    .argument('<FOLDER>', 'the folder to search', notEmpty)
    .argument('<QUERY>', 'a question, or words of the code', notEmpty)
    .option('--limit <N>', 'show at most N passages', wholeNumber(1, 1000), 10)
    .option('--json', 'print an array of {path, startLine, endLine, symbol, score, text}')
    .addOption(storeOption())
    .action(async (folder: string, query: string, { limit, json, store }: SearchOptions) => {
      const { terminal, signal } = surroundings;
      const hits = await withIndex(surroundings, { folder, store }, async (index) => {
        await index.refresh();
        return await index.search(query, limit, signal);
      });
      if (json === true) terminal.printJson(hits.map(toJson));
      else if (hits.length === 0) terminal.note('Nothing matches.');
      else terminal.print(hits.map(render).join('\n'));
    });
}

function toJson({ path, startLine, endLine, symbol, score, text }: SearchHit): object {
  return { path, startLine, endLine, symbol, score, text };
}

function render(hit: SearchHit): string {
  const lines = hit.text.replace(/\r?\n$/, '').split(/\r?\n/);
  const width = String(hit.startLine + lines.length).length;
  const shown = lines
    .slice(0, SHOWN_LINES)
    .map((line, at) => `  ${String(hit.startLine + at).padStart(width)}  ${line}`.trimEnd());
  const more = lines.length - shown.length;
  return [
    [`${hit.path}:${hit.startLine}-${hit.endLine}`, hit.symbol, hit.score.toFixed(3)].filter(Boolean).join('  '),
    // Of a long function the passage may be a later part.
    ...(hit.signature === undefined || isShown(hit.signature, hit.text) ? [] : [`  … of  ${hit.signature}`]),
    ...shown,
    ...(more > 0 ? [`  … ${more} more lines`] : []),
    '',
  ].join('\n');
}

function isShown(signature: string, text: string): boolean {
  return text.replace(/\s+/g, ' ').includes(signature);
}
