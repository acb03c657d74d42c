import type { Command } from 'commander';
import { SextantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Service } from '../base/service.ts';
import { HistorySearch } from '../chat/historySearch.ts';
import { startIndexProcess } from '../index/startIndexProcess.node.ts';
import { plural } from '../base/texts.ts';
import { describeTime } from '../protocol/archiveText.ts';
import { HISTORY_PAGE, type HistoryHit, type HistoryIndexContract } from '../protocol/historyIndex.ts';
import type { ConversationSummary } from '../protocol/store.ts';
import { findStoreKey } from './cliKeys.ts';
import { dataDirectories } from './dataDirectory.ts';
import { type StoreOption, notEmpty, storeOption, wholeNumber } from './options.ts';
import { type Surroundings, withStore } from './surroundings.ts';
import type { Terminal } from './terminal.ts';

interface HistoryOptions extends StoreOption {
  readonly limit: number;
  readonly archived?: boolean;
  readonly json?: true;
}

/** `sextant history [QUERY]` */
export function addHistoryCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command('history')
    .summary('list the chats, or find messages in them')
    .description(
      'Lists the chats, newest first, with the ids that “sextant export --chat” takes. With QUERY it finds messages, ' +
        'best first, by words and by meaning: "words in quotes" stand next to each other, -word leaves out what holds ' +
        'it, and the last word may be only begun. Nothing leaves this machine.',
    )
    .argument('[QUERY]', 'what the messages hold, or are about', notEmpty)
    .option('--limit <N>', 'show at most N', wholeNumber(1, 10_000), HISTORY_PAGE)
    .option('--archived', 'the archived chats instead of the others')
    .option('--json', 'print one array')
    .addOption(storeOption())
    .action(async (query: string | undefined, { limit, archived = false, json, store }: HistoryOptions) => {
      const { chats, hits } = await withStore(surroundings, store, async (worker) =>
        query === undefined
          ? { chats: await listChats(worker, limit, archived), hits: null }
          : {
              chats: [],
              hits: await withSearch(surroundings, store, worker, (search) => find(search, query, limit, archived)),
            },
      );
      if (json === true) terminal.printJson(hits?.map(hitToJson) ?? chats.map(chatToJson));
      else if (hits === null ? chats.length === 0 : hits.length === 0)
        terminal.note(query === undefined ? 'There are no chats.' : 'Nothing was found.');
      else terminal.print((hits?.map(renderHit) ?? chats.map(renderChat)).join(''));
    });
}

type Store = Parameters<Parameters<typeof withStore>[2]>[0];

async function listChats(store: Store, limit: number, isArchived: boolean): Promise<ConversationSummary[]> {
  const chats: ConversationSummary[] = [];
  for (let hasMore = true; hasMore && chats.length < limit;) {
    const before = chats.at(-1)?.lastMessageAt;
    const page = { limit: Math.min(1_000, limit - chats.length), ...(before === undefined ? {} : { before }) };
    const found = await store.call('conversations.list', { ...page, filter: { isArchived } });
    chats.push(...found);
    hasMore = found.length === page.limit;
  }
  return chats;
}

async function find(search: HistorySearch, query: string, limit: number, isArchived: boolean): Promise<HistoryHit[]> {
  await search.catchUp();
  const { phase, message } = search.status;
  if (phase === 'failed') throw new SextantError('internal', message ?? 'The chats cannot be searched.');
  const hits: HistoryHit[] = [];
  for (let total = Infinity; hits.length < Math.min(limit, total);) {
    const page = { offset: hits.length, limit: Math.min(HISTORY_PAGE, limit - hits.length) };
    const found = await search.search({ query, filter: { isArchived }, ...page });
    hits.push(...found.hits);
    total = found.hits.length === 0 ? hits.length : found.total;
  }
  return hits;
}

/** The search has an index process of its own, which shares the index with those of VS Code. */
async function withSearch<T>(
  { terminal, assetDirectory }: Surroundings,
  store: string | undefined,
  worker: Store,
  work: (search: HistorySearch) => Promise<T>,
): Promise<T> {
  const service = new Service<HistoryIndexContract>('index process', () => startIndexProcess(assetDirectory));
  const place = { directory: dataDirectories(store).history, findKey: findStoreKey(process.env) };
  const search = new HistorySearch(worker, service, place, logTo(terminal));
  try {
    return await work(search);
  } finally {
    search.dispose();
    service.dispose();
  }
}

/** What is wrong is thrown; the rest is of no interest. */
function logTo(terminal: Terminal): Log {
  const silent = (): void => undefined;
  return {
    debug: silent,
    info: silent,
    warn: silent,
    error: (line) => {
      terminal.note(line);
    },
  };
}

function renderChat({ id, title, lastMessageAt, messageCount, isPinned }: ConversationSummary): string {
  const pinned = isPinned ? ', pinned' : '';
  return `${id}  ${describeTime(lastMessageAt)}  ${title} (${plural(messageCount, '{0} message', '{0} messages')}${pinned})\n`;
}

function renderHit({ conversationId, title, role, createdAt, snippet }: HistoryHit): string {
  const who = role === 'user' ? 'you' : 'the model';
  return `${conversationId}  ${describeTime(createdAt)}  ${title}\n    ${who}: ${snippet}\n`;
}

function chatToJson({ lastMessageAt, ...chat }: ConversationSummary) {
  return { ...chat, lastMessageAt: new Date(lastMessageAt).toISOString() };
}

function hitToJson({ createdAt, ...hit }: HistoryHit) {
  return { ...hit, createdAt: new Date(createdAt).toISOString() };
}
