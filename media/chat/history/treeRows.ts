import { t } from '../../../src/base/texts.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { type ListKey, type Row, type RowDraft, amongSiblings } from './rows.ts';
import { dayGroup } from './times.ts';

/** What is known of a list. */
export interface KnownList {
  readonly items: readonly ConversationSummary[];
  readonly isComplete: boolean;
  readonly failure: string | null;
}

/** Everything that the tree of chats is made of. */
export interface TreeState {
  /** Archived chats stand in days alone, without pins and folders. */
  readonly isArchived: boolean;
  readonly list: (key: ListKey) => KnownList;
  readonly folders: readonly Folder[];
  readonly openFolders: ReadonlySet<string>;
  /** By the ids of sections. */
  readonly foldedSections: ReadonlySet<string>;
  /** Where a folder is being made. */
  readonly newFolder: { readonly parentId: string | null } | null;
  readonly nowMs: number;
  readonly language: string;
}

/** The lines of the history: pinned chats, folders with what is in them, then the other chats by days. */
export function treeRows(state: TreeState): Row[] {
  const drafts: RowDraft[] = [];
  const openEnded = new Set<string | null>();
  const source: Source = { state, drafts, openEnded };
  if (state.isArchived) addDays(source, 'archived');
  else {
    addPinned(source);
    addFolders(source, null, 1, foldersByParent(state.folders));
    addDays(source, 'unfiled');
  }
  return amongSiblings(drafts, openEnded);
}

/** The folders of each parent, in their order; those whose parent is not there stand at the top. */
export function foldersByParent(folders: readonly Folder[]): ReadonlyMap<string | null, readonly Folder[]> {
  const ids = new Set(folders.map(({ id }) => id));
  const parentOf = ({ parentId }: Folder): string | null => (parentId !== null && ids.has(parentId) ? parentId : null);
  const byParent = new Map<string | null, Folder[]>();
  for (const folder of [...folders].sort((one, other) => one.sortOrder - other.sortOrder)) {
    const parent = parentOf(folder);
    const siblings = byParent.get(parent);
    if (siblings === undefined) byParent.set(parent, [folder]);
    else siblings.push(folder);
  }
  return byParent;
}

interface Source {
  readonly state: TreeState;
  readonly drafts: RowDraft[];
  readonly openEnded: Set<string | null>;
}

function addPinned({ state, drafts, openEnded }: Source): void {
  const list = state.list('pinned');
  if (list.items.length === 0 && list.failure === null) return;
  const key = 'section pinned';
  const isOpen = !state.foldedSections.has('pinned');
  drafts.push({ type: 'section', key, parent: null, level: 1, id: 'pinned', label: t('Pinned'), isOpen, count: null });
  if (isOpen) addChats({ state, drafts, openEnded }, 'pinned', key, 2);
}

function addFolders(
  source: Source,
  parentId: string | null,
  level: number,
  byParent: ReadonlyMap<string | null, readonly Folder[]>,
): void {
  const { state, drafts } = source;
  const parent = parentId === null ? null : folderKey(parentId);
  if (state.newFolder?.parentId === parentId) {
    drafts.push({ type: 'newFolder', key: 'new folder', parent, level, parentId });
  }
  for (const folder of byParent.get(parentId) ?? []) {
    const key = folderKey(folder.id);
    const isOpen = state.openFolders.has(folder.id) || state.newFolder?.parentId === folder.id;
    drafts.push({ type: 'folder', key, parent, level, folder, isOpen, count: chatsIn(folder, byParent) });
    if (!isOpen) continue;
    addFolders(source, folder.id, level + 1, byParent);
    const list = state.list(`folder ${folder.id}`);
    const isEmpty = list.isComplete && list.items.length === 0 && !byParent.has(folder.id);
    if (isEmpty && state.newFolder?.parentId !== folder.id) {
      drafts.push({
        ...{ type: 'note', key: `note ${key}`, parent: key, level: level + 1, list: `folder ${folder.id}` },
        text: t('No chats in this folder'),
      });
    }
    addChats(source, `folder ${folder.id}`, key, level + 1);
  }
}

function addChats({ state, drafts, openEnded }: Source, list: ListKey, parent: string, level: number): void {
  const known = state.list(list);
  for (const [at, conversation] of known.items.entries()) {
    drafts.push({
      ...{ type: 'chat', key: chatKey(list, conversation.id), parent, level },
      ...{ conversation, list, at, highlights: [] },
    });
  }
  addEnd({ state, drafts, openEnded }, list, parent, level);
}

function addDays(source: Source, list: ListKey): void {
  const { state, drafts, openEnded } = source;
  const { items, isComplete } = state.list(list);
  let parent: string | null = null;
  let isOpen = true;
  for (const [at, conversation] of items.entries()) {
    const { id, label } = dayGroup(conversation.lastMessageAt, state.nowMs, state.language);
    const key = `section ${id}`;
    if (key !== parent) {
      parent = key;
      isOpen = !state.foldedSections.has(id);
      drafts.push({ type: 'section', key, parent: null, level: 1, id, label, isOpen, count: null });
    }
    if (!isOpen) continue;
    drafts.push({
      ...{ type: 'chat', key: chatKey(list, conversation.id), parent, level: 2 },
      ...{ conversation, list, at, highlights: [] },
    });
  }
  if (!isComplete) openEnded.add(null);
  addEnd(source, list, parent, isOpen && parent !== null ? 2 : 1);
}

function addEnd({ state, drafts, openEnded }: Source, list: ListKey, parent: string | null, level: number): void {
  const { failure, isComplete } = state.list(list);
  if (!isComplete) openEnded.add(parent);
  const common = { parent, level, list };
  if (failure !== null) drafts.push({ type: 'failed', key: `failed ${list}`, ...common, message: failure });
  else if (!isComplete) drafts.push({ type: 'more', key: `more ${list}`, ...common });
}

function chatsIn(folder: Folder, byParent: ReadonlyMap<string | null, readonly Folder[]>): number {
  const inner = byParent.get(folder.id) ?? [];
  return inner.reduce((sum, each) => sum + chatsIn(each, byParent), folder.conversationCount);
}

/** The key of a folder's row. */
export function folderKey(id: string): string {
  return `folder ${id}`;
}

function chatKey(list: ListKey, id: string): string {
  return `chat ${list} ${id}`;
}
