import { type Command, Option } from 'commander';
import type { SearchHit } from '../protocol/contextIndex.ts';
import { type StoreOption, UsageError, notEmpty, storeOption, wholeNumber } from './options.ts';
import { type NamedQuery, readQueries } from './queryFile.ts';
import { type Surroundings, withIndex } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

interface SearchOptions extends StoreOption {
  readonly limit: number;
  readonly deep?: true;
  readonly json?: true;
  readonly queries?: string;
  readonly rank: 'chunks' | 'files';
  readonly path?: readonly string[];
  readonly language?: readonly string[];
  readonly kind?: readonly string[];
}

const SHOWN_LINES = 12;

/** `sextant search FOLDER QUERY`, or `--queries FILE` for many at once */
export function addSearchCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('search')
    .summary('find the passages of a folder that a question or words are about')
    .description(
      'Finds the passages of FOLDER that QUERY is about, by meaning and by words, best first. Brings the index up to ' +
        'date before. Nothing leaves this machine.',
    )
    .argument('<FOLDER>', 'the folder to search', notEmpty)
    .argument('[QUERY]', 'a question, or words of the code', notEmpty)
    .option('--deep', 'let the deep model have its say on what `sextant index --deep` has embedded')
    .option('--limit <N>', 'show at most N passages', wholeNumber(1, 1000), 10)
    .option('--queries <FILE>', 'answer a JSON array of {id, query} from FILE, or - for standard input', notEmpty)
    .addOption(
      new Option('--rank <UNIT>', 'rank passages, or files by their best passage')
        .choices(['chunks', 'files'])
        .default('chunks'),
    )
    .option('--path <GLOB>', 'only in what GLOB means; with ! before it, not there (repeatable)', several)
    .option('--language <ID>', 'only in files of this language, as VS Code names it (repeatable)', several)
    .option('--kind <KIND>', 'only passages of this kind: function, class, section, … (repeatable)', several)
    .option(
      '--json',
      'print an array of {path, startLine, endLine, symbol, score, text}; with --queries one of {id, results}',
    )
    .addOption(storeOption())
    .action(async (folder: string, query: string | undefined, options: SearchOptions) => {
      if ((query === undefined) === (options.queries === undefined)) {
        throw new UsageError("Give either the argument 'QUERY' or --queries FILE.");
      }
      const queries = options.queries === undefined ? undefined : readQueries(options.queries);
      await withIndex(surroundings, { folder, store: options.store }, async (index) => {
        await index.refresh();
        if (options.deep === true) await index.useDeepModel('some');
        const { path: paths = [], language: languages = [], kind: kinds = [], limit, rank, deep } = options;
        const patience = deep === true ? 'long' : 'short';
        const find = (asked: string): Promise<SearchHit[]> =>
          index.find({ query: asked, limit, rank, patience, filter: { paths, languages, kinds } }, surroundings.signal);
        if (queries === undefined) printHits(surroundings.terminal, await find(query ?? ''), options.json === true);
        else await answerAll(surroundings.terminal, queries, find, options.json === true);
      });
    });
}

function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, notEmpty(value)];
}

function printHits(terminal: Terminal, hits: readonly SearchHit[], asJson: boolean): void {
  if (asJson) terminal.printJson(hits.map((hit) => ({ ...toJson(hit), text: hit.text })));
  else if (hits.length === 0) terminal.note('Nothing matches.');
  else terminal.print(hits.map(render).join('\n'));
}

async function answerAll(
  terminal: Terminal,
  queries: readonly NamedQuery[],
  find: (query: string) => Promise<SearchHit[]>,
  asJson: boolean,
): Promise<void> {
  const answers: { id: NamedQuery['id']; results: object[] }[] = [];
  for (const { id, query } of queries) {
    const hits = await find(query);
    if (asJson) answers.push({ id, results: hits.map(toJson) });
    else terminal.print(`# ${id}: ${query}\n\n${hits.map(render).join('\n')}`);
  }
  if (asJson) terminal.printJson(answers);
}

function toJson({ path, startLine, endLine, symbol, score }: SearchHit): object {
  return { path, startLine, endLine, symbol, score };
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
