import { signal } from '@preact/signals-core';
import { errorMessage } from '../../../src/base/errors.ts';
import { uuidV7 } from '../../../src/base/identifiers.ts';
import { plural, t } from '../../../src/base/texts.ts';
import type { ConversationChanges, Folder } from '../../../src/protocol/library.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import type { AskHistory } from './historyLists.ts';
import type { HistoryState } from './historyState.ts';
import { foldersByParent } from './treeRows.ts';
import { UndoStack } from './undoStack.ts';

/**
 * What can be done with past chats. Each asks the host and shows the result at once; what does not happen is
 * told by `failure` of the state, or by the promise where the user is still typing.
 */
export class HistoryActions {
  readonly #ask: AskHistory;
  readonly #state: HistoryState;
  /** What was taken back last, for those who hear it; a sentence. */
  readonly takenBack = signal('');
  /** What was done and can be taken back. */
  readonly done: UndoStack;

  constructor(ask: AskHistory, state: HistoryState) {
    this.#ask = ask;
    this.#state = state;
    this.done = new UndoStack((ids) => ask('holdDeletedConversations', { ids }));
  }

  /** Takes back what was done last, if it still can be. */
  async undo(): Promise<void> {
    const last = this.done.take();
    if (last !== null && (await this.#do(last.undo))) this.takenBack.value = t('Taken back: {0}', last.text);
  }

  /** A sentence when the chat keeps its name. */
  async renameChat(chat: ConversationSummary, title: string): Promise<string | null> {
    return this.#try(async () => {
      await this.#update([chat], { title });
    });
  }

  async pin(ids: readonly string[], isPinned: boolean): Promise<void> {
    const chats = this.#known(ids);
    const isDone = await this.#do(() => this.#update(chats, { isPinned }));
    const text = isPinned ? t('Pinned {0}.', named(chats)) : t('Unpinned {0}.', named(chats));
    const changed = chats.filter((chat) => chat.isPinned !== isPinned);
    if (isDone && changed.length > 0)
      this.done.push({ text, undo: () => this.#update(changed, { isPinned: !isPinned }) });
  }

  async archive(ids: readonly string[], isArchived: boolean): Promise<void> {
    const chats = this.#known(ids);
    const isDone = await this.#do(() => this.#update(chats, { isArchived }));
    const text = isArchived ? t('Archived {0}.', named(chats)) : t('Moved back {0}.', named(chats));
    if (isDone) this.done.push({ text, undo: () => this.#update(chats, { isArchived: !isArchived }) });
  }

  /** Into a folder, or out of all with null. */
  async move(ids: readonly string[], folderId: string | null): Promise<void> {
    const chats = this.#known(ids).filter((chat) => chat.folderId !== folderId);
    if (chats.length === 0) return;
    const isDone = await this.#do(() => this.#update(chats, { folderId }));
    const where = this.#state.folders.value.find(({ id }) => id === folderId);
    const text =
      where === undefined
        ? t('Moved {0} out of its folder.', named(chats))
        : t('Moved {0} to “{1}”.', named(chats), where.name);
    if (!isDone) return;
    const undo = async (): Promise<void> => {
      for (const before of new Set(chats.map((chat) => chat.folderId))) {
        const group = chats.filter((chat) => chat.folderId === before);
        await this.#update(group, { folderId: before });
      }
    };
    this.done.push({ text, undo });
  }

  async remove(ids: readonly string[]): Promise<void> {
    const chats = this.#known(ids);
    const isDone = await this.#do(async () => {
      await this.#ask('deleteConversations', { ids });
      this.#state.lists.remove(ids);
    });
    if (!isDone) return;
    const undo = async (): Promise<void> => {
      await this.#ask('undeleteConversations', { ids });
      this.#state.lists.put(chats);
    };
    this.done.push({ text: t('Deleted {0}.', named(chats)), undo, ...deletedOf(ids) });
  }

  async exportChats(ids: readonly string[], format: 'markdown' | 'json'): Promise<void> {
    await this.#do(() => this.#ask('exportConversations', { ids, format }));
  }

  /** A sentence when there is no such folder then. */
  async createFolder(name: string, parentId: string | null): Promise<string | null> {
    return this.#try(async () => {
      const id = uuidV7(Date.now());
      await this.#ask('createFolder', { id, name, parentId });
      if (parentId !== null) this.#state.setOpen('folder', parentId, true);
    });
  }

  /** A sentence when the folder keeps its name. */
  async renameFolder({ id }: Folder, name: string): Promise<string | null> {
    return this.#try(() => this.#ask('renameFolder', { id, name }));
  }

  async moveFolder(id: string, parentId: string | null, before: string | null): Promise<void> {
    const folders = this.#state.folders.value;
    const folder = folders.find((each) => each.id === id);
    const isDone = await this.#do(() => this.#ask('moveFolder', { id, parentId, before }));
    if (!isDone || folder === undefined) return;
    const below = (foldersByParent(folders).get(folder.parentId) ?? []).find(
      (each) => each.sortOrder > folder.sortOrder,
    );
    const back = { id, parentId: folder.parentId, before: below?.id ?? null };
    this.done.push({ text: t('Moved the folder “{0}”.', folder.name), undo: () => this.#ask('moveFolder', back) });
  }

  async deleteFolder({ id, name }: Folder, conversations: 'keep' | 'delete'): Promise<void> {
    let deleted: readonly string[] = [];
    const isDone = await this.#do(async () => {
      deleted = await this.#ask('deleteFolder', { id, conversations });
    });
    if (!isDone) return;
    await this.#state.refresh();
    if (deleted.length === 0) return;
    const count = counted(deleted.length);
    const undo = async (): Promise<void> => {
      await this.#ask('undeleteConversations', { ids: deleted });
      await this.#state.refresh();
    };
    this.done.push({ text: t('Deleted “{0}” with {1}.', name, count), undo, ...deletedOf(deleted) });
  }

  #known(ids: readonly string[]): readonly ConversationSummary[] {
    return this.#state.lists.find(ids);
  }

  async #update(chats: readonly ConversationSummary[], changes: ConversationChanges): Promise<void> {
    await this.#ask('updateConversations', { ids: chats.map(({ id }) => id), changes });
    this.#state.lists.put(chats.map((chat) => ({ ...chat, ...changes })));
  }

  /** True when it was done; else the state tells why not. */
  async #do(act: () => Promise<unknown>): Promise<boolean> {
    const failure = await this.#try(act);
    this.#state.failure.value = failure;
    return failure === null;
  }

  async #try(act: () => Promise<unknown>): Promise<string | null> {
    try {
      await act();
      await this.#state.reloadFolders();
      return null;
    } catch (error) {
      return errorMessage(error);
    } finally {
      this.#state.changed();
    }
  }
}

function named(chats: readonly ConversationSummary[]): string {
  const [only] = chats;
  return chats.length === 1 && only !== undefined ? `“${only.title}”` : counted(chats.length);
}

function deletedOf([first]: readonly string[]): { readonly deletedId?: string } {
  return first === undefined ? {} : { deletedId: first };
}

function counted(chats: number): string {
  return plural(chats, '{0} chat', '{0} chats');
}
