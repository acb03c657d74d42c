import type { Folder } from '../../../src/protocol/library.ts';
import type { FolderRow, Row } from './rows.ts';
import type { RowLayout } from './rowLayout.ts';
import { foldersByParent } from './treeRows.ts';

/** What is being dragged: chats by id, or a folder. */
export type Dragged =
  { readonly type: 'chats'; readonly ids: readonly string[] } | { readonly type: 'folder'; readonly folder: Folder };

/** What letting go would do. */
export type DropTarget =
  /** Chats go into a folder, or out of all with null. */
  | { readonly type: 'file'; readonly folderId: string | null }
  | { readonly type: 'pin' }
  /** The folder goes there; `line` is the height to draw the place at, null when it goes into a folder that shows it. */
  | {
      readonly type: 'place';
      readonly parentId: string | null;
      readonly before: string | null;
      readonly line: number | null;
    };

/** What letting go at a height of the list would do; null for nothing. */
export function dropTarget(
  dragged: Dragged,
  y: number,
  rows: readonly Row[],
  layout: RowLayout,
  folders: readonly Folder[],
): DropTarget | null {
  const at = layout.rowAt(y);
  const row = rows[at];
  if (row === undefined || y < 0) return null;
  const isBelow = y >= layout.height;
  if (dragged.type === 'chats') {
    if (!isBelow && (row.key === 'section pinned' || row.parent === 'section pinned')) return { type: 'pin' };
    return { type: 'file', folderId: isBelow ? null : folderOf(row) };
  }
  const part = (y - layout.topOf(at)) / (layout.topOf(at + 1) - layout.topOf(at));
  const target = isBelow
    ? lastPlace
    : placeAt(row, part, folders, { top: layout.topOf(at), end: layout.topOf(at + 1) });
  const isItself = target.before === dragged.folder.id;
  return isItself || isInside(target.parentId, dragged.folder.id, folders) ? null : target;
}

type Place = Extract<DropTarget, { type: 'place' }>;

const lastPlace: Place = { type: 'place', parentId: null, before: null, line: null };

/** The folder that a row stands for or stands in. */
export function folderOf(row: Row): string | null {
  if (row.type === 'folder') return row.folder.id;
  return row.parent?.startsWith('folder ') === true ? row.parent.slice('folder '.length) : null;
}

/** The upper quarter of a folder is before it, the lower one after it where it is not open, the middle in it. */
function placeAt(row: Row, part: number, folders: readonly Folder[], edges: { top: number; end: number }): Place {
  if (row.type !== 'folder') return { type: 'place', parentId: folderOf(row), before: null, line: null };
  const { id } = row.folder;
  if (part < 0.25) return { type: 'place', parentId: parentOf(row), before: id, line: edges.top };
  if (part > 0.75 && !row.isOpen) {
    const siblings = foldersByParent(folders).get(parentOf(row)) ?? [];
    const next = siblings[siblings.findIndex((each) => each.id === id) + 1];
    return { type: 'place', parentId: parentOf(row), before: next?.id ?? null, line: edges.end };
  }
  return { type: 'place', parentId: id, before: null, line: null };
}

function parentOf(row: FolderRow): string | null {
  return row.parent === null ? null : row.parent.slice('folder '.length);
}

/** True when a folder is the other one or lies in it. */
export function isInside(id: string | null, other: string, folders: readonly Folder[]): boolean {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const seen = new Set<string>();
  for (let at = id; at !== null && !seen.has(at); at = byId.get(at)?.parentId ?? null) {
    if (at === other) return true;
    seen.add(at);
  }
  return false;
}
