import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { ConversationChanges, ConversationPage, LibraryRequests } from '../protocol/library.ts';
import { readSummary } from '../protocol/messageSummary.ts';
import type { Conversation, Message } from '../protocol/store.ts';
import { checkName } from './checkName.ts';
import {
  getConversation,
  listConversations,
  setAutomaticTitle,
  setUpConversation,
  updateConversations,
} from './conversationRepository.ts';
import { deleteConversations, holdDeleted, undeleteConversations } from './deletionRepository.ts';
import type { FileStore } from './files/fileStore.ts';
import { createFolder, deleteFolder, listFolders, moveFolder, renameFolder } from './folderRepository.ts';
import { type StoredMessage, readLongText, wholeMessage } from './longText.ts';
import { changeAnswer, deleteMessages, getMessage, listBranches, showBranch, takeOut } from './messageRepository.ts';
import { getOutline, getPage, readShownTexts } from './pageRepository.ts';
import { removeReleased } from './purge.ts';
import { dequeueQuestion, queueQuestion } from './queueRepository.ts';
import { GENERAL, type RequestHandlers, type StoreAccess } from './storeAccess.ts';

/** A page of conversations or of messages is never larger. */
const PAGE_LIMIT = 1_000;
/** Nor is what one request changes. */
const BATCH_LIMIT = 20_000;
/** When more than this change, windows are told to look at everything again. */
const TOPIC_LIMIT = 100;
const DISCARDED = 1_000;

/** Answers what concerns conversations and their folders. */
export function libraryHandlers(
  { read, write }: StoreAccess,
  files: Pick<FileStore, 'get' | 'remove'>,
  /** Something was deleted that is to be purged when its time is up. */
  onDeleted: () => void,
): RequestHandlers<LibraryRequests> {
  /** For the view of every window; whose conversation it is, is none of the caller's business. */
  const changeMessage = async (messageId: string, change: Parameters<typeof changeAnswer>[2]): Promise<void> => {
    await write<string>(
      (conversationId) => conversationId,
      (scope) => changeAnswer(scope, messageId, change),
    );
  };
  const whole = (messages: readonly StoredMessage[]): Promise<Message[]> =>
    Promise.all(messages.map((message) => wholeMessage(files, message)));
  const wholeConversation = async (stored: {
    readonly messages: readonly StoredMessage[];
    readonly comparison?: readonly StoredMessage[];
  }): Promise<Pick<Conversation, 'messages' | 'comparison'>> => ({
    messages: await whole(stored.messages),
    ...(stored.comparison === undefined ? {} : { comparison: await whole(stored.comparison) }),
  });
  return {
    'conversations.list': (page) => read((scope) => listConversations(scope, checkPage(page))),
    'conversations.get': async (conversation) => {
      const found = await read((scope) => getConversation(scope, conversation));
      return found === null ? null : { ...found, ...(await wholeConversation(found)) };
    },
    'conversations.outline': async (conversation) => {
      const found = await read((scope) =>
        getOutline(scope, { ...conversation, newest: pageLength(conversation.newest) }),
      );
      return found === null ? null : { ...found, ...(await wholeConversation(found)) };
    },
    'conversations.update': ({ ids, changes }) =>
      write(about(ids), (scope) => updateConversations(scope, { ids, changes: checkChanges(changes) })),
    'conversations.setAutomaticTitle': ({ id, title }) =>
      write(id, (scope) => setAutomaticTitle(scope, { id, title: checkName(title) })),
    'conversations.setUp': (setup) => write(setup.id, (scope) => setUpConversation(scope, setup)),
    'conversations.delete': async ({ ids }) => {
      await write(about(ids), (scope) => deleteConversations(scope, { ids }));
      onDeleted();
    },
    'conversations.undelete': async ({ ids }) => {
      const isInTime = await write(about(ids), (scope) => undeleteConversations(scope, { ids }));
      if (!isInTime) {
        throw new SextantError('not-found', t('It is too late to undo this: the chat has been removed for good.'));
      }
    },
    'conversations.holdDeleted': ({ ids }) => write(null, (scope) => holdDeleted(scope, { ids })),
    'conversations.branches': (conversation) => read((scope) => listBranches(scope, conversation)),
    'conversations.showBranch': (branch) => write(branch.id, (scope) => showBranch(scope, branch)),

    'queue.put': (question) => write(question.conversationId, (scope) => queueQuestion(scope, question)),
    'queue.remove': (question) => write(question.conversationId, (scope) => dequeueQuestion(scope, question)),

    'messages.get': async (message) => {
      const found = await read((scope) => getMessage(scope, message));
      return found === null ? null : wholeMessage(files, found);
    },
    'messages.page': async (page) =>
      whole(await read((scope) => getPage(scope, { ...page, limit: pageLength(page.limit) }))),
    'messages.find': async ({ conversationId, words }) => {
      const { path, texts } = await read((scope) => readShownTexts(scope, { conversationId }));
      const wanted = words.toLowerCase();
      const found: string[] = [];
      for (const id of path) {
        const { content = '', textFile = null } = texts.get(id) ?? {};
        const text = textFile === null ? content : await readLongText(files, textFile, content);
        if (text.toLowerCase().includes(wanted)) found.push(id);
      }
      return found;
    },
    'messages.delete': async (message) => {
      const startedAt = Date.now();
      const deleted = await write<Awaited<ReturnType<typeof deleteMessages>>>(
        ({ conversationId }) => conversationId,
        (scope) => deleteMessages(scope, message),
      );
      await removeReleased(files, deleted.files, startedAt);
    },
    'messages.takeOut': async (message) => {
      await write<string>(
        (conversationId) => conversationId,
        (scope) => takeOut(scope, message),
      );
    },
    'messages.setFeedback': ({ messageId, feedback }) => changeMessage(messageId, { feedback }),
    'messages.setDiscarded': ({ messageId, discarded }) =>
      changeMessage(messageId, { discarded: [...new Set(discarded)].slice(0, DISCARDED) }),
    'messages.setSummary': async ({ messageId, summary }) => {
      const checked = readSummary(summary);
      if (checked === null && summary !== null) {
        throw new SextantError('invalid', t('This summary is too long to be kept. Shorten it.'));
      }
      await changeMessage(messageId, { summary: checked });
    },

    'folders.list': () => read(listFolders),
    'folders.create': (folder) =>
      write(GENERAL, (scope) => createFolder(scope, { ...folder, name: checkName(folder.name) })),
    'folders.rename': ({ id, name }) => write(GENERAL, (scope) => renameFolder(scope, { id, name: checkName(name) })),
    'folders.move': (move) => write(GENERAL, (scope) => moveFolder(scope, move)),
    'folders.delete': async (folder) => {
      const deleted = await write(GENERAL, (scope) => deleteFolder(scope, folder));
      if (deleted.length > 0) onDeleted();
      return deleted;
    },
  };
}

function about(ids: readonly string[]): string | readonly string[] {
  if (ids.length > BATCH_LIMIT) {
    throw new SextantError('invalid', t('No more than {0} conversations can be changed at once.', BATCH_LIMIT));
  }
  return ids.length > TOPIC_LIMIT ? GENERAL : ids;
}

function checkPage({ limit, ...rest }: ConversationPage): ConversationPage {
  return { ...rest, limit: pageLength(limit) };
}

function pageLength(limit: number): number {
  return Math.min(Math.max(1, Math.trunc(limit)), PAGE_LIMIT);
}

function checkChanges({ title, ...rest }: ConversationChanges): ConversationChanges {
  return title === undefined ? rest : { ...rest, title: checkName(title) };
}
