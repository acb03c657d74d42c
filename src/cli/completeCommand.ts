import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { SextantError } from '../base/errors.ts';
import { systemClock } from '../completion/clock.ts';
import { CompletionEngine } from '../completion/completionEngine.ts';
import { type CompletionInput, noContext } from '../completion/completionInput.ts';
import { readTextFile } from '../edits/textFile.node.ts';
import { languageOf } from '../index/chunks/languages.ts';
import { type Meter, meterCompletion } from '../models/meterModel.ts';
import type { EgressGate, Fetch } from '../privacy/egressGate.ts';
import { secretFilesWith } from '../privacy/ownSecretFiles.ts';
import { ruledSecretFiles } from '../privacy/policyFiles.node.ts';
import { withGate } from './cliGate.ts';
import { openKeys } from './cliKeys.ts';
import { withMeter } from './cliMeter.ts';
import { type ModelOptions, chooseModel, cliModels } from './cliModels.ts';
import { type StoreOption, UsageError, notEmpty, storeOption, wholeNumber } from './options.ts';
import type { Surroundings } from './surroundings.ts';

interface CompleteOptions extends ModelOptions, StoreOption {
  readonly line: number;
  readonly column: number;
  readonly template?: string;
  readonly json?: true;
  readonly showRequest?: true;
}

/** What went out, without its headers: they hold the key. */
interface SentRequest {
  readonly address: string;
  readonly body: unknown;
}

const MOST_LINES = 10_000_000;

/** `sextant complete FILE --line N --column N` */
export function addCompleteCommand(program: Command, surroundings: Surroundings): void {
  const place = wholeNumber(1, MOST_LINES);
  program
    .command('complete')
    .summary('print what would be suggested at a place in a file')
    .description(
      'Asks a model for the code at a cursor and prints what would be shown there, as in the editor. The provider is ' +
        'sent the text around the cursor.',
    )
    .argument('<FILE>', 'the file that the cursor is in', notEmpty)
    .requiredOption('--line <N>', 'the cursor’s line; the first is 1', place)
    .requiredOption('--column <N>', 'the cursor’s column; 1 is before the first character', place)
    .option('--provider <NAME>', 'who completes (default: ollama, or openai-compatible with --base-url)')
    .option('--model <NAME>', 'the provider’s model (default: its only one)')
    .addOption(
      new Option('--base-url <URL>', 'where the provider is, when not at its usual address').argParser(notEmpty),
    )
    .option('--template <TEMPLATE>', 'as in the setting sextant.completion.template')
    .option('--show-request', 'print the request that was sent as well, on standard error without --json')
    .option('--json', 'print one object with the suggestion and the model')
    .addOption(storeOption())
    .action(async (file: string, options: CompleteOptions) => {
      const input = await cursorIn(file, options);
      const { terminal } = surroundings;
      const { baseUrl } = options;
      await withGate(surroundings, options.store, (gate, database) =>
        withMeter({ database, terminal, workspaceUri: null, baseUrl }, (meter) =>
          complete(input, options, { gate, meter }, surroundings),
        ),
      );
    });
}

async function complete(
  input: CompletionInput,
  options: CompleteOptions,
  { gate, meter }: { readonly gate: Pick<EgressGate, 'fetch'>; readonly meter: Meter },
  { terminal, signal }: Surroundings,
): Promise<void> {
  const provider = options.provider ?? (options.baseUrl === undefined ? 'ollama' : 'openai-compatible');
  const sent: SentRequest[] = [];
  const recordingFetch: Fetch = (address, init, origin) => {
    if (init.method === 'POST') sent.push({ address, body: JSON.parse(init.body as string) as unknown });
    return gate.fetch(address, init, origin);
  };
  const models = cliModels({ ...options, provider }, openKeys(process.env), recordingFetch);
  const ref = await chooseModel({ ...options, provider }, models, signal);
  const source = {
    chosen: () => ref,
    open: async () => meterCompletion(await models.openCompletion(ref, options.template), meter),
  };
  const engine = new CompletionEngine(source, systemClock, noContext);
  terminal.progress(`Waiting for ${ref.model}…`);
  try {
    const suggestion = await engine.complete(input, signal);
    terminal.progress(null);
    signal.throwIfAborted();
    const request = options.showRequest === true ? (sent.at(-1) ?? null) : undefined;
    if (options.json === true) {
      terminal.printJson({
        suggestion: suggestion?.text ?? null,
        ...ref,
        ...(request === undefined ? {} : { request }),
      });
      return;
    }
    if (request !== undefined) terminal.note(JSON.stringify(request, null, 2));
    if (suggestion === null) terminal.note('Nothing is suggested here.');
    else terminal.print(`${suggestion.text}\n`);
  } finally {
    terminal.progress(null);
    engine.dispose();
  }
}

/** The place in the file. Throws a sentence where there is none. */
async function cursorIn(typed: string, { line, column }: CompleteOptions): Promise<CompletionInput> {
  const file = path.resolve(typed);
  if (!existsSync(file)) throw new SextantError('not-found', `There is no file ${typed}.`);
  const isSecret = secretFilesWith(ruledSecretFiles());
  if ([file, path.relative('.', file)].some(isSecret)) {
    throw new SextantError(
      'invalid',
      `${typed} is a file that usually holds secrets: nothing of it is sent to a model.`,
    );
  }
  const { text } = await readTextFile(file);
  const lines = text.split(/(?<=\n)/);
  const above = lines.slice(0, line - 1);
  // A file that ends with a line end has an empty last line.
  const own = lines[line - 1] ?? (line === lines.length + 1 && (lines.at(-1)?.endsWith('\n') ?? true) ? '' : undefined);
  if (own === undefined) throw new UsageError(`${typed} has no line ${line}; the last is ${lines.length}.`);
  const columns = own.replace(/\r?\n$/, '').length + 1;
  if (column > columns)
    throw new UsageError(`Line ${line} of ${typed} has no column ${column}; the last is ${columns}.`);
  const offset = above.join('').length + column - 1;
  const relative = path.relative(process.cwd(), file);
  return {
    uri: file,
    path: relative.startsWith('..') || path.isAbsolute(relative) ? path.basename(file) : relative.replaceAll('\\', '/'),
    languageId: languageOf(file).id,
    prefix: text.slice(0, offset),
    suffix: text.slice(offset),
    offset,
    trigger: 'explicit',
  };
}
