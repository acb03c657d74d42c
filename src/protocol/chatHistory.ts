import type { HistoryFilter, HistoryResults } from './historyIndex.ts';
import type { ConversationChanges, Folder } from './library.ts';
import type { ConversationSummary } from './store.ts';

/** Which chats a list holds. What is left out does not matter, but archived chats are only in lists that ask for them. */
export interface ChatFilter {
  /** Null: in no folder. */
  readonly folderId?: string | null;
  readonly isPinned?: boolean;
  readonly isArchived?: boolean;
  /** Only those that were begun in the workspace of this window. The page does not know which one that is. */
  readonly isThisWorkspace?: boolean;
}

/** Which messages are searched; what is left out does not matter. */
export interface MessageFilter extends Omit<HistoryFilter, 'workspaceUri'> {
  /** As in {@link ChatFilter}. */
  readonly isThisWorkspace?: boolean;
}

/** Most chats that one request names. */
export const chatsLimit = 20_000;
/** Longest page of a list. */
export const pageLimit = 1_000;
/** Longest name of a folder and title of a chat that is typed, in UTF-16 code units. */
export const nameLimit = 200;
/** Longest search, in UTF-16 code units. */
export const queryLimit = 1_000;

/** What the host of the chat view answers about past chats. */
export interface ChatHistoryRequests {
  /** Newest first; `before` is a `lastMessageAt`, milliseconds since the epoch. */
  listConversations(params: { before?: number; limit: number; filter: ChatFilter }): readonly ConversationSummary[];
  updateConversations(params: { ids: readonly string[]; changes: ConversationChanges }): void;
  /** They can be taken back for `UNDO_MS`. */
  deleteConversations(params: { ids: readonly string[] }): void;
  undeleteConversations(params: { ids: readonly string[] }): void;
  /** Begins `UNDO_MS` anew for them, and for all that was deleted together with one of them. */
  holdDeletedConversations(params: { ids: readonly string[] }): void;
  /** Asks where to and writes them there. */
  exportConversations(params: { ids: readonly string[]; format: 'markdown' | 'json' }): void;
  /** 50 at a time, the best first. For `isDeep` see `HistoryRequest`. */
  searchHistory(params: { query: string; filter: MessageFilter; offset: number; isDeep: boolean }): HistoryResults;
  listFolders(params: null): readonly Folder[];
  createFolder(params: { id: string; name: string; parentId: string | null }): void;
  renameFolder(params: { id: string; name: string }): void;
  /** Puts it into a folder, or null for none, before a sibling, or null for the end. */
  moveFolder(params: { id: string; parentId: string | null; before: string | null }): void;
  /** With the folders in it. Chats that are kept move to its parent; of those that are deleted these are the ids. */
  deleteFolder(params: { id: string; conversations: 'keep' | 'delete' }): readonly string[];
}
