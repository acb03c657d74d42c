import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { uuidV7 } from '../../src/base/identifiers.ts';
import { Service } from '../../src/base/service.ts';
import type { ModelRef } from '../../src/models/chatModel.ts';
import type { ChatConversation, ChatMessage, Chats } from '../../src/storage/archive/chatFormat.ts';
import type { StoreContract } from '../../src/protocol/store.ts';
import { startStoreWorker } from '../../src/storage/startStoreWorker.node.ts';
import { projectRoot } from './project.ts';

/** A chat of some time ago: a question and its answer. */
export interface StoredChat {
  readonly title: string;
  readonly hoursAgo: number;
  readonly question?: string;
  readonly answer?: string;
  /** The name of a folder at the top. */
  readonly folder?: string;
  readonly isPinned?: boolean;
  readonly isArchived?: boolean;
  readonly workspaceUri?: string;
  readonly model?: ModelRef;
}

const HOUR_MS = 3_600_000;

/** Puts chats into the store of a VS Code, as an import does. */
export async function storeChats(globalStorage: string, chats: readonly StoredChat[]): Promise<void> {
  const directory = path.join(globalStorage, 'sextant.sextant', 'store');
  const file = path.join(globalStorage, 'chats.json');
  const store = new Service<StoreContract>('store', () =>
    startStoreWorker({ directory, assetDirectory: path.join(projectRoot, 'dist') }, () => Promise.resolve(null)),
  );
  try {
    // It makes the folders.
    await store.call('user.get', null);
    await writeFile(file, JSON.stringify(exported(chats)));
    await store.call('library.import', { file, dryRun: false });
    await store.call('close', null);
  } finally {
    store.dispose();
  }
}

/** The file that an export of these chats would have been. */
export function exported(chats: readonly StoredChat[]): Chats {
  const nowMs = Date.now();
  const names = [...new Set(chats.map(({ folder }) => folder).filter((name) => name !== undefined))];
  const folders = names.map((name, sortOrder) => ({
    ...{ id: uuidV7(nowMs + sortOrder), name, parentId: null, sortOrder, createdAt: nowMs },
  }));
  const folderId = (name?: string): string | null => folders.find((folder) => folder.name === name)?.id ?? null;
  const conversations = chats.map((chat) => conversation(chat, nowMs, folderId(chat.folder)));
  return { format: 'sextant-chats', version: 1, folders, conversations, files: [] };
}

function conversation(chat: StoredChat, nowMs: number, folderId: string | null): ChatConversation {
  const { title, hoursAgo, question = title, answer = `About “${title}”.`, model = null } = chat;
  const createdAt = Math.round(nowMs - hoursAgo * HOUR_MS);
  const asked = message('user', question, createdAt, null, null);
  const answered = message('assistant', answer, createdAt + 1, asked.id, model);
  return {
    ...{ id: uuidV7(createdAt), title, titleSource: 'person', folderId, model, systemPrompt: null, extra: {} },
    ...{ workspaceUri: chat.workspaceUri ?? null, agent: 'ask', mode: 'ask', activeMessageId: answered.id },
    ...{ isPinned: chat.isPinned === true, isArchived: chat.isArchived === true },
    ...{ createdAt, updatedAt: createdAt, lastMessageAt: createdAt + 1, messages: [asked, answered] },
  };
}

function message(
  role: 'user' | 'assistant',
  content: string,
  createdAt: number,
  parentId: string | null,
  model: ModelRef | null,
): ChatMessage {
  return {
    ...{ id: uuidV7(createdAt), parentId, role, type: 'text', status: 'complete', content, reasoning: '', model },
    ...{ parts: null, context: null, metadata: {}, inputTokens: null, outputTokens: null, costMicrousd: null },
    ...{ clientMessageId: null, createdAt, attachments: [] },
  };
}
