import { figure, t } from '../../../src/base/texts.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import { isInside } from './dropTarget.ts';
import type { HistoryParts } from './historyParts.ts';
import type { MenuGroup, PickerOption, Place } from './popup.ts';
import type { ChatRow, FolderRow, HitRow, ItemRow } from './rows.ts';
import { foldersByParent } from './treeRows.ts';

/** What can be done with a row, as its context menu has it. */
export function rowMenu(parts: HistoryParts, row: ItemRow | undefined): readonly MenuGroup[] {
  switch (row?.type) {
    case 'chat':
      return chatMenu(parts, row);
    case 'hit':
      return hitMenu(parts, row);
    case 'folder':
      return folderMenu(parts, row);
    case undefined:
    case 'section':
    case 'newFolder':
    case 'failed':
      return [{ items: [newFolder(parts, null)] }];
  }
}

/** Lets the user choose the folder that chats go to. */
export function askWhereTo({ state, actions, popups }: HistoryParts, ids: readonly string[]): void {
  popups.open({
    type: 'picker',
    label: ids.length === 1 ? t('Move to a folder') : t('Move {0} chats to a folder', figure(ids.length)),
    options: [noFolder, ...folderOptions(state.folders.value)],
    pick: (id) => void actions.move(ids, id === noFolder.id ? null : id),
  });
}

/** Asks in place what to do with the chats of a folder, then deletes it. */
export function askDeleteFolder({ popups }: HistoryParts, row: FolderRow, at: Place): void {
  popups.open({ type: 'question', folder: row.folder, count: row.count, at });
}

/** Moves a folder one place up or down among its siblings; at the end of them nothing happens. */
export async function shiftFolder({ state, actions }: HistoryParts, folder: Folder, by: -1 | 1): Promise<void> {
  const siblings = siblingsOf(folder, state.folders.value);
  const at = siblings.findIndex(({ id }) => id === folder.id);
  if (siblings[at + by] === undefined) return;
  const before = siblings[by === -1 ? at - 1 : at + 2]?.id ?? null;
  await actions.moveFolder(folder.id, folder.parentId, before);
}

/** The folders, each with the path to it. */
export function folderOptions(folders: readonly Folder[]): readonly PickerOption[] {
  const byParent = foldersByParent(folders);
  const within = (parentId: string | null, path: readonly string[]): PickerOption[] =>
    (byParent.get(parentId) ?? []).flatMap(({ id, name }) => [
      { id, label: name, icon: 'folder', detail: path.join(' / ') },
      ...within(id, [...path, name]),
    ]);
  return within(null, []);
}

const noFolder: PickerOption = {
  id: '',
  get label() {
    return t('No folder');
  },
  icon: 'circle-slash',
  detail: '',
};

function chatMenu(parts: HistoryParts, row: ChatRow): readonly MenuGroup[] {
  const { state, actions, selection } = parts;
  const { conversation } = row;
  const ids = selection.targetsOf(row);
  const isOne = ids.length === 1;
  const many = figure(ids.length);
  const single: MenuGroup = {
    items: [
      {
        label: t('Open'),
        keys: 'Enter',
        run: () => {
          parts.openChat(conversation.id);
        },
      },
      {
        label: t('Open in Editor'),
        run: () => {
          parts.openElsewhere(conversation.id, 'tab');
        },
      },
      {
        label: t('Open in New Window'),
        run: () => {
          parts.openElsewhere(conversation.id, 'window');
        },
      },
      { label: t('Rename'), keys: 'F2', run: () => (state.edited.value = row.key) },
      {
        label: t('Search in This Chat'),
        run: () => void state.setFilters({ chat: { id: conversation.id, title: conversation.title } }),
      },
    ],
  };
  return [
    ...(isOne ? [single] : []),
    {
      items: [
        {
          label: conversation.isPinned
            ? isOne
              ? t('Unpin')
              : t('Unpin {0} Chats', many)
            : isOne
              ? t('Pin')
              : t('Pin {0} Chats', many),
          run: () => void actions.pin(ids, !conversation.isPinned),
        },
        {
          label: isOne ? t('Move to Folder…') : t('Move {0} Chats to Folder…', many),
          run: () => {
            askWhereTo(parts, ids);
          },
        },
        {
          label: conversation.isArchived
            ? isOne
              ? t('Unarchive')
              : t('Unarchive {0} Chats', many)
            : isOne
              ? t('Archive')
              : t('Archive {0} Chats', many),
          run: () => void actions.archive(ids, !conversation.isArchived),
        },
      ],
    },
    {
      items: [
        {
          label: isOne ? t('Export as Markdown…') : t('Export {0} Chats as Markdown…', many),
          run: () => void actions.exportChats(ids, 'markdown'),
        },
        {
          label: isOne ? t('Export as JSON…') : t('Export {0} Chats as JSON…', many),
          run: () => void actions.exportChats(ids, 'json'),
        },
      ],
    },
    {
      items: [
        {
          label: isOne ? t('Delete') : t('Delete {0} Chats', many),
          keys: 'Delete',
          run: () => void actions.remove(ids),
        },
      ],
    },
  ];
}

function hitMenu({ openChat }: HistoryParts, { hit }: HitRow): readonly MenuGroup[] {
  return [
    {
      items: [
        {
          label: t('Open at This Message'),
          keys: 'Enter',
          run: () => {
            openChat(hit.conversationId, hit.messageId);
          },
        },
        {
          label: t('Open Chat'),
          run: () => {
            openChat(hit.conversationId);
          },
        },
      ],
    },
  ];
}

function folderMenu(parts: HistoryParts, row: FolderRow): readonly MenuGroup[] {
  const { state, actions, popups } = parts;
  const { folder } = row;
  const folders = state.folders.value;
  const targets = folders.filter(({ id }) => !isInside(id, folder.id, folders));
  return [
    {
      items: [
        newFolder(parts, folder.id),
        { label: t('Rename'), keys: 'F2', run: () => (state.edited.value = row.key) },
      ],
    },
    {
      items: [
        {
          label: t('Move to Folder…'),
          run: () => {
            popups.open({
              type: 'picker',
              label: t('Move “{0}” to a folder', folder.name),
              options: [{ ...noFolder, label: t('Top of the list') }, ...folderOptions(targets)],
              pick: (id) => void actions.moveFolder(folder.id, id === noFolder.id ? null : id, null),
            });
          },
        },
        { label: t('Move Up'), keys: 'Alt+ArrowUp', run: () => void shiftFolder(parts, folder, -1) },
        { label: t('Move Down'), keys: 'Alt+ArrowDown', run: () => void shiftFolder(parts, folder, 1) },
      ],
    },
    {
      items: [
        {
          label: t('Delete Folder…'),
          keys: 'Delete',
          run: () => {
            const element = document.getElementById(rowId(row.key));
            askDeleteFolder(parts, row, placeBelow(element));
          },
        },
      ],
    },
  ];
}

/** Below an element; where the page begins when it is not drawn. */
export function placeBelow(element: Element | null): Place {
  const box = element?.getBoundingClientRect();
  return { x: box?.left ?? 0, y: box?.bottom ?? 0 };
}

/** The id of the element that draws a row. */
export function rowId(key: string): string {
  return `row-${key.replaceAll(/[^\w-]/gu, '_')}`;
}

function newFolder({ state }: HistoryParts, parentId: string | null): MenuGroup['items'][number] {
  return {
    label: parentId === null ? t('New Folder') : t('New Folder Inside'),
    run: () => (state.newFolder.value = { parentId }),
  };
}

function siblingsOf(folder: Folder, folders: readonly Folder[]): readonly Folder[] {
  const byParent = foldersByParent(folders);
  return [...byParent.values()].find((siblings) => siblings.some(({ id }) => id === folder.id)) ?? [];
}
