import type { Caller, Flat, Handlers } from '../base/rpc.ts';
import type { ChatHistoryRequests } from '../protocol/chatHistory.ts';
import { HISTORY_PAGE, type HistoryRequest, type HistoryResults } from '../protocol/historyIndex.ts';
import type { StoreContract } from '../protocol/store.ts';
import type { ChatSession } from './chatSession.ts';

/** What the answers about past chats come from. */
export interface ChatHistorySources {
  readonly store: Caller<StoreContract>;
  readonly session: Pick<ChatSession, 'update' | 'delete' | 'undelete' | 'deleteFolder'>;
  readonly search: { search(request: HistoryRequest, signal?: AbortSignal): Promise<HistoryResults> };
  /** Null in a window without a folder: then “this workspace” narrows nothing. */
  readonly workspaceUri: string | null;
  exportChats(chats: { ids: readonly string[]; format: 'markdown' | 'json' }): Promise<void>;
}

/** A contract of these requests alone. */
interface HistoryContract {
  readonly requests: Flat<ChatHistoryRequests>;
  readonly events: Record<never, never>;
}

/** Answers what the chat view asks about past chats. Changes are told to every window by the store. */
export function chatHistoryHandlers(sources: ChatHistorySources): Handlers<HistoryContract> {
  const { store, session, search, workspaceUri } = sources;
  const workspace = (isThisWorkspace: boolean | undefined): { readonly workspaceUri?: string } =>
    isThisWorkspace === true && workspaceUri !== null ? { workspaceUri } : {};
  return {
    listConversations: ({ filter: { isThisWorkspace, ...filter }, ...page }) =>
      store.call('conversations.list', { ...page, filter: { ...filter, ...workspace(isThisWorkspace) } }),
    updateConversations: ({ ids, changes }) => session.update(ids, changes),
    deleteConversations: ({ ids }) => session.delete(ids),
    undeleteConversations: ({ ids }) => session.undelete(ids),
    holdDeletedConversations: (chats) => store.call('conversations.holdDeleted', chats),
    exportConversations: (chats) => sources.exportChats(chats),
    searchHistory: ({ query, filter: { isThisWorkspace, ...filter }, ...page }, signal) => {
      const narrowed = { ...filter, ...workspace(isThisWorkspace) };
      return search.search({ query, filter: narrowed, ...page, limit: HISTORY_PAGE }, signal);
    },
    listFolders: () => store.call('folders.list', null),
    createFolder: (folder) => store.call('folders.create', folder),
    renameFolder: (folder) => store.call('folders.rename', folder),
    moveFolder: (move) => store.call('folders.move', move),
    deleteFolder: (folder) => session.deleteFolder(folder),
  };
}
