import type { HistoryHit } from '../../../src/protocol/historyIndex.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';

/** Where chats come from: a list that is asked for in pages of its own. */
export type ListKey = 'pinned' | 'unfiled' | 'archived' | 'titles' | 'hits' | `folder ${string}`;

/** From and to, in UTF-16 code units. */
export type TextRange = readonly [number, number];

interface Placed {
  /** Its own for ever, also when it moves: the same chat has one in each place where it is shown. */
  readonly key: string;
  /** The key of the row it is in; null at the top. */
  readonly parent: string | null;
  /** 1 at the top. */
  readonly level: number;
}

/** Where a row stands among its siblings; `setSize` is -1 while there may be more than are known. */
export interface AmongSiblings {
  readonly position: number;
  readonly setSize: number;
}

export interface SectionRow extends Placed, AmongSiblings {
  readonly type: 'section';
  readonly id: string;
  readonly label: string;
  readonly isOpen: boolean;
  /** How many are in it, where that is worth saying. */
  readonly count: number | null;
}

export interface FolderRow extends Placed, AmongSiblings {
  readonly type: 'folder';
  readonly folder: Folder;
  readonly isOpen: boolean;
  /** Its chats and those of the folders in it. */
  readonly count: number;
}

export interface ChatRow extends Placed, AmongSiblings {
  readonly type: 'chat';
  readonly conversation: ConversationSummary;
  readonly list: ListKey;
  /** Its index in that list. */
  readonly at: number;
  /** What was found of its title. */
  readonly highlights: readonly TextRange[];
}

export interface HitRow extends Placed, AmongSiblings {
  readonly type: 'hit';
  readonly hit: HistoryHit;
  readonly at: number;
}

/** A folder that is being named. */
export interface NewFolderRow extends Placed, AmongSiblings {
  readonly type: 'newFolder';
  readonly parentId: string | null;
}

/** The end of what is known of a list: more of it comes once this is seen. */
export interface MoreRow extends Placed {
  readonly type: 'more';
  readonly list: ListKey;
}

/** A list that could not be read on; Enter tries again. */
export interface FailedRow extends Placed, AmongSiblings {
  readonly type: 'failed';
  readonly list: ListKey;
  readonly message: string;
}

/** Stands for a list that is empty, as far as is known. */
export interface NoteRow extends Placed {
  readonly type: 'note';
  readonly list: ListKey;
  readonly text: string;
}

/** A line of the history. */
export type Row = SectionRow | FolderRow | ChatRow | HitRow | NewFolderRow | MoreRow | FailedRow | NoteRow;

/** A line that the keys can come to. */
export type ItemRow = Exclude<Row, MoreRow | NoteRow>;

export function isItem(row: Row | undefined): row is ItemRow {
  return row !== undefined && row.type !== 'more' && row.type !== 'note';
}

/** The words that a line is known by, for type-ahead. */
export function labelOf(row: ItemRow): string {
  switch (row.type) {
    case 'section':
      return row.label;
    case 'folder':
      return row.folder.name;
    case 'chat':
      return row.conversation.title;
    case 'hit':
      return row.hit.title;
    case 'failed':
      return row.message;
    case 'newFolder':
      return '';
  }
}

type Draft<R extends Row> = R extends AmongSiblings ? Omit<R, keyof AmongSiblings> : R;

/** A row that does not know its siblings yet. */
export type RowDraft = { [T in Row['type']]: Draft<Extract<Row, { type: T }>> }[Row['type']];

/** Tells each row its place among its siblings. Of the parents in `openEnded` not all children are known. */
export function amongSiblings(drafts: readonly RowDraft[], openEnded: ReadonlySet<string | null>): Row[] {
  const counts = new Map<string | null, number>();
  const positions = drafts.map((row) => {
    if (row.type === 'more' || row.type === 'note') return 0;
    const position = (counts.get(row.parent) ?? 0) + 1;
    counts.set(row.parent, position);
    return position;
  });
  return drafts.map((row, at): Row => {
    if (row.type === 'more' || row.type === 'note') return row;
    const setSize = openEnded.has(row.parent) ? -1 : (counts.get(row.parent) ?? 0);
    return { ...row, position: positions[at] ?? 0, setSize };
  });
}
