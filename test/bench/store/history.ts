import type { Insertable } from 'kysely';
import type { Engine } from '../../../src/storage/engine/engine.ts';
import type { ConversationRow, MessageRow, StoreSchema } from '../../../src/storage/schema.ts';

/** A history to measure with; the same in each run, so that runs can be compared. */
export interface HistorySize {
  readonly conversations: number;
  /** Of every fourth conversation; the others have a fifth of it. */
  readonly longMessages: number;
}

/** 10,000 conversations with 200,000 messages. */
export const largeHistory: HistorySize = { conversations: 10_000, longMessages: 50 };
/** Some 50 MB. */
export const middleHistory: HistorySize = { conversations: 3_600, longMessages: 50 };

export const USER_ID = 'benchmark-user';
/** How many are written at a time. */
const BATCH = 100;
const START_MS = 1_790_000_000_000;

export function conversationId(index: number): string {
  return `0199aaaa-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

/** Whether it has `longMessages` messages. */
export function isLong(index: number): boolean {
  return index % 4 === 0;
}

/** When the last message of a conversation came. */
export function lastMessageMs(index: number): number {
  return START_MS + index * 60_000;
}

/** The row of one message that is written while it is measured. */
export function newMessage(number: number): Insertable<MessageRow> {
  return messageRow(conversationId(0), `0199bbbb-0000-7000-8000-${String(number).padStart(12, '0')}`, {
    parentId: null,
    number,
    createdMs: START_MS + number,
  });
}

/** Writes the history, and folds it into a snapshot. */
export async function fill(engine: Engine<StoreSchema>, { conversations, longMessages }: HistorySize): Promise<void> {
  const times = { created_at: START_MS, updated_at: START_MS };
  await engine.transaction((database) =>
    database
      .insertInto('users')
      .values({ id: USER_ID, username: 'local', ...times })
      .execute(),
  );
  for (let first = 0; first < conversations; first += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, conversations - first) }, (_, index) => first + index);
    await engine.transaction(async (database) => {
      const threads = indexes.map((index) => thread(index, isLong(index) ? longMessages : longMessages / 5));
      await database
        .insertInto('conversations')
        .values(indexes.map((index, at) => conversationRow(index, threads[at]?.length ?? 0)))
        .execute();
      for (const messages of threads) await database.insertInto('messages').values(messages).execute();
      for (const [at, messages] of threads.entries()) {
        await database
          .updateTable('conversations')
          .set({ active_message_id: messages.at(-1)?.id ?? null })
          .where('id', '=', conversationId(first + at))
          .execute();
      }
    });
  }
  await engine.compact();
}

function conversationRow(index: number, messageCount: number): Insertable<ConversationRow> {
  return {
    id: conversationId(index),
    user_id: USER_ID,
    title: words(index, 6),
    message_count: messageCount,
    last_message_at: lastMessageMs(index),
    created_at: lastMessageMs(index),
    updated_at: lastMessageMs(index),
  };
}

/** Questions and answers in turn, one after the other. */
function thread(index: number, count: number): Insertable<MessageRow>[] {
  const id = (at: number): string =>
    `0199cccc-0000-7000-8000-${String(index).padStart(8, '0')}${String(at).padStart(4, '0')}`;
  return Array.from({ length: count }, (_, at) =>
    messageRow(conversationId(index), id(at), {
      parentId: at === 0 ? null : id(at - 1),
      number: index * 100 + at,
      createdMs: lastMessageMs(index) - (count - at) * 1_000,
    }),
  );
}

function messageRow(
  conversation: string,
  id: string,
  { parentId, number, createdMs }: { parentId: string | null; number: number; createdMs: number },
): Insertable<MessageRow> {
  const isQuestion = number % 2 === 0;
  return {
    id,
    user_id: USER_ID,
    conversation_id: conversation,
    parent_id: parentId,
    role: isQuestion ? 'user' : 'assistant',
    status: 'complete',
    content: words(number, isQuestion ? 20 : 40 + (number % 80)),
    created_at: createdMs,
  };
}

const VOCABULARY = [
  ...['the', 'a', 'of', 'in', 'store', 'window', 'snapshot', 'record', 'function', 'returns', 'error', 'when', 'file'],
  ...[
    'promise',
    'await',
    'reads',
    'writes',
    'query',
    'index',
    'lock',
    'process',
    'crash',
    'buffer',
    'test',
    'why',
    'how',
  ],
];

/** Text of so many words, the same for the same number. */
function words(number: number, count: number): string {
  let state = number + 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return VOCABULARY[state % VOCABULARY.length];
  }).join(' ');
}
