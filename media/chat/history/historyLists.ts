import type { ChatFilter, ChatHistoryRequests } from '../../../src/protocol/chatHistory.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { ChatList } from './chatList.ts';
import type { ListKey } from './rows.ts';

/** Asks the host about past chats; rejects with its error. */
export type AskHistory = <M extends keyof ChatHistoryRequests>(
  method: M,
  params: Parameters<ChatHistoryRequests[M]>[0],
  signal?: AbortSignal,
) => Promise<ReturnType<ChatHistoryRequests[M]>>;

/** Which chats the whole history is narrowed to. */
export interface Scope {
  readonly isArchived: boolean;
  readonly isThisWorkspace: boolean;
}

/** The lists that the history is made of, each made when it is first asked for. */
export class HistoryLists {
  readonly scope: Scope;
  readonly #ask: AskHistory;
  readonly #lists = new Map<ListKey, ChatList>();

  constructor(scope: Scope, ask: AskHistory) {
    this.scope = scope;
    this.#ask = ask;
  }

  list(key: ListKey): ChatList {
    let list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, (list = this.#make(key)));
    return list;
  }

  /** Those of the chats that are known, in the order of `ids`. */
  find(ids: readonly string[]): readonly ConversationSummary[] {
    const wanted = new Set(ids);
    const found = new Map<string, ConversationSummary>();
    for (const { items } of this.#lists.values()) {
      for (const item of items) if (wanted.has(item.id)) found.set(item.id, item);
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  markStale(): void {
    for (const list of this.#lists.values()) list.markStale();
  }

  put(changed: readonly ConversationSummary[]): void {
    for (const list of this.#lists.values()) list.put(changed);
  }

  remove(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (const list of this.#lists.values()) list.remove(gone);
  }

  #make(key: ListKey): ChatList {
    const filter = this.#filterOf(key);
    const asked: ChatFilter = this.scope.isThisWorkspace ? { ...filter, isThisWorkspace: true } : filter;
    return new ChatList(
      (page) => this.#ask('listConversations', { ...page, filter: asked }),
      (chat) =>
        chat.isArchived === (filter.isArchived ?? false) &&
        (filter.isPinned === undefined || chat.isPinned === filter.isPinned) &&
        (filter.folderId === undefined || chat.folderId === filter.folderId),
    );
  }

  #filterOf(key: ListKey): ChatFilter {
    switch (key) {
      case 'pinned':
        return { isPinned: true };
      case 'unfiled':
        return { folderId: null, isPinned: false };
      case 'archived':
        return { isArchived: true };
      case 'titles':
        return { isArchived: this.scope.isArchived };
      case 'hits':
        throw new RangeError('Hits are of messages.');
      default:
        return { folderId: key.slice('folder '.length) };
    }
  }
}
