import { text as readAll } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { SextantError } from '../base/errors.ts';
import { uuidV7 } from '../base/identifiers.ts';
import type { Caller } from '../base/rpc.ts';
import { noHistory } from '../chat/attach/readConversation.ts';
import { conversationTitle } from '../chat/conversationTitle.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import { runTurn } from '../chat/turn.ts';
import type { ModelRef } from '../models/chatModel.ts';
import { meterChat } from '../models/meterModel.ts';
import type { Held } from '../protocol/held.ts';
import { questionLimit } from '../protocol/chatView.ts';
import type { ContextPassage, FinishTurn, Message, StoreContract } from '../protocol/store.ts';
import { CitationFilter } from './citationFilter.ts';
import { withGate } from './cliGate.ts';
import { openKeys } from './cliKeys.ts';
import { type CliModels, type ModelOptions, chooseModel, cliModels } from './cliModels.ts';
import { withMeter } from './cliMeter.ts';
import { openFolder } from './folder.ts';
import type { FolderIndex } from './folderIndex.ts';
import { type StoreOption, UsageError, notEmpty, storeOption } from './options.ts';
import { type Surroundings, withIndex } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

interface AskOptions extends StoreOption, ModelOptions {
  readonly json?: true;
}

const LEASE_MS = 15_000;

/** `sextant ask FOLDER QUESTION` */
export function addAskCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('ask')
    .summary('ask a question about the code of a folder')
    .description(
      'Answers QUESTION from the passages of FOLDER that it is about. The built-in offline provider quotes them and ' +
        'contacts nobody; any other provider is sent the question and those passages. The answer is kept in the ' +
        'database of the store.',
    )
    .argument('<FOLDER>', 'the folder that the question is about', notEmpty)
    .argument('<QUESTION>', 'the question; - reads it from standard input', notEmpty)
    .option('--provider <NAME>', 'who answers (default: offline, or openai-compatible with --base-url)')
    .option('--model <NAME>', 'the provider’s model (default: its only one)')
    .addOption(
      new Option('--base-url <URL>', 'where the provider is, when not at its usual address').argParser(notEmpty),
    )
    .option('--json', 'print one object with the answer, the model and the passages')
    .addOption(storeOption())
    .action((folder: string, question: string, options: AskOptions) => ask(folder, question, options, surroundings));
}

async function ask(typed: string, question: string, options: AskOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  const { store } = options;
  const folder = openFolder(typed).path;
  const text = await questionText(question);
  const workspaceUri = pathToFileURL(folder).href;
  const answer = await withGate(surroundings, store, (gate, database) =>
    withMeter({ database, terminal, workspaceUri, baseUrl: options.baseUrl }, async (meter) => {
      const models = cliModels(options, openKeys(process.env), gate.fetch);
      const model = await chooseModel(options, models, signal);
      return await withIndex(surroundings, { folder, store }, async (index) => {
        await index.refresh();
        const shown = options.json === true ? silent : terminal;
        const metered = { open: async (ref: ModelRef) => meterChat(await models.open(ref), meter) };
        return await answerTurn({ text, model, workspaceUri }, index, database, metered, shown, signal);
      });
    }),
  );
  if (options.json === true) terminal.printJson(toJson(answer));
}

async function questionText(typed: string): Promise<string> {
  const question = typed === '-' ? notEmptyInput(await readAll(process.stdin)) : typed;
  if (question.length > questionLimit) {
    throw new UsageError('The question is longer than a million characters. Shorten it.');
  }
  return question;
}

function notEmptyInput(text: string): string {
  if (text.trim() === '') throw new UsageError('There is no question on standard input.');
  return text;
}

/** Runs one turn of a new conversation and shows the answer as it comes. Throws what made it fail. */
async function answerTurn(
  question: { readonly text: string; readonly model: ModelRef; readonly workspaceUri: string },
  index: FolderIndex,
  store: Caller<StoreContract>,
  models: Pick<CliModels, 'open'>,
  terminal: Pick<Terminal, 'print' | 'progress'>,
  signal: AbortSignal,
): Promise<Message> {
  const { text, model, workspaceUri } = question;
  const owner = uuidV7(Date.now());
  const { assistant } = await store.call('turns.start', {
    conversationId: uuidV7(Date.now()),
    title: conversationTitle(text),
    workspaceUri,
    clientMessageId: uuidV7(Date.now()),
    text,
    model,
    parentId: null,
    owner,
    leaseUntil: Date.now() + LEASE_MS,
  });
  const { conversationId } = assistant;
  const renewal = setInterval(() => {
    const leaseUntil = Date.now() + LEASE_MS;
    store.call('turns.renewLease', { conversationId, owner, leaseUntil }).catch(() => undefined);
  }, LEASE_MS / 3);
  const citations = new CitationFilter();
  const listener = {
    onContext: () => {
      terminal.progress(`Waiting for ${model.model}…`);
    },
    onHeld: (held: Held | null) => {
      if (held === null) return;
      const seconds = String(Math.ceil((held.untilMs - Date.now()) / 1000));
      const { provider, attempt, attempts } = held;
      terminal.progress(
        held.why === 'limit'
          ? `Waiting ${seconds} s for the limit of ${provider}…`
          : `Asking ${provider} again in ${seconds} s (${String(attempt)} of ${String(attempts)})…`,
      );
    },
    onWritten: (piece: { readonly text: string }) => {
      if (piece.text !== '') terminal.print(citations.push(piece.text));
    },
  };
  let end: FinishTurn;
  try {
    const turn = { answer: assistant, model, question: text, history: noHistory, context: index };
    end = await runTurn(turn, store, models, listener, signal);
  } finally {
    clearInterval(renewal);
    terminal.progress(null);
  }
  if (end.status === 'stopped') throw new SextantError('aborted', 'The answer was stopped.');
  if (end.error !== null) throw new SextantError('model', end.error.message);
  const answer = (await store.call('messages.get', { messageId: assistant.id })) ?? assistant;
  terminal.print(`${citations.finish()}\n${model.provider === offlineModel.provider ? '' : sources(answer.context)}`);
  return answer;
}

function sources(passages: readonly ContextPassage[]): string {
  if (passages.length === 0) return '';
  const lines = passages.map(({ path, startLine, endLine, symbol }) =>
    `  ${path}:${startLine}-${endLine}  ${symbol}`.trimEnd(),
  );
  return ['', 'Passages sent along:', ...lines, ''].join('\n');
}

function toJson(answer: Message): object {
  const { content, model, context, finishReason, inputTokens, outputTokens } = answer;
  return {
    answer: content,
    provider: model?.provider ?? null,
    model: model?.model ?? null,
    passages: context.map(({ path, startLine, endLine, symbol }) => ({ path, startLine, endLine, symbol })),
    finishReason,
    inputTokens,
    outputTokens,
  };
}

const silent = { print: () => undefined, progress: () => undefined };
