import { SextantError } from '../../base/errors.ts';
import type { Caller } from '../../base/rpc.ts';
import { plural, t } from '../../base/texts.ts';
import type { ContextChoice } from '../../protocol/chatContext.ts';
import type { Message, StoreContract } from '../../protocol/store.ts';
import type { ContextSource } from '../context.ts';
import { passagePlaces } from '../passagePlace.ts';
import type { Attached, AttachmentSource } from './attachmentSource.ts';

const PASSAGES = 30;
/** Of a past chat the end goes along. Characters. */
const CHAT = 60_000;
const CHATS = 200;

/** What the index finds for the question itself: more than goes along without being asked for. */
export function codebaseSource(
  search: Pick<ContextSource, 'search'>,
  open: (question: string) => Promise<void>,
): AttachmentSource {
  return {
    choice: {
      id: 'codebase',
      label: t('Codebase'),
      detail: t('What a search finds for your question'),
      icon: 'search',
      isSearched: false,
    },
    isFrozen: false,
    find: () => Promise.resolve([]),
    read: async (_value, question, signal): Promise<Attached> => {
      const label = t('Codebase');
      const later = t('searched when you send');
      if (question.trim() === '') return { label, detail: later, place: null, content: { type: 'text', text: '' } };
      const hits = await search.search(question.slice(0, 4_000), PASSAGES, signal);
      if (hits.length === 0) throw new SextantError('not-found', t('Nothing in the index fits the question.'));
      const places = passagePlaces(hits);
      const parts = hits.map(({ path, startLine, endLine, text }, at) => {
        return `--- ${places[at] ?? path}:${startLine}-${endLine}\n${text}`;
      });
      const detail = plural(hits.length, '{0} passage', '{0} passages');
      return { label, detail, place: null, content: { type: 'text', text: parts.join('\n') } };
    },
    open,
  };
}

/** Earlier chats, by their titles. */
export function pastChatSource(
  store: Caller<StoreContract>,
  open: (conversationId: string) => Promise<void>,
): AttachmentSource {
  return {
    choice: {
      id: 'chat',
      label: t('Past chat'),
      detail: t('What was said before'),
      icon: 'comment-discussion',
      isSearched: true,
    },
    isFrozen: true,
    find: async (typed) => {
      const words = typed.toLowerCase().split(/\s+/u);
      const chats = await store.call('conversations.list', { limit: CHATS });
      return chats
        .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
        .slice(0, 50)
        .map(({ id, title, messageCount }): ContextChoice => {
          const detail = plural(messageCount, '{0} message', '{0} messages');
          return { source: 'chat', value: id, label: title, detail, icon: 'comment-discussion' };
        });
    },
    read: async (value): Promise<Attached> => {
      const chat = await store.call('conversations.get', { id: value });
      if (chat === null) throw new SextantError('not-found', t('This chat is no longer stored.'));
      const text = chat.messages.map(said).join('\n\n');
      const cut = text.length > CHAT ? `… what was said before is left out\n${text.slice(-CHAT)}` : text;
      return { label: chat.title, detail: t('past chat'), place: null, content: { type: 'text', text: cut } };
    },
    open,
  };
}

function said({ role, content }: Message): string {
  return `${role === 'user' ? 'User' : 'Assistant'}: ${content}`;
}
