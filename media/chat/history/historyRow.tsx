import type { JSX } from 'preact';
import { type DropTarget, folderOf } from './dropTarget.ts';
import { RowContent, type RowTools } from './rowContent.tsx';
import type { Drag } from './rowDrag.ts';
import { rowId } from './rowMenu.ts';
import { type Row, isItem } from './rows.ts';

interface HistoryRowProps {
  readonly row: Row;
  /** Pixels in the list. */
  readonly top: number;
  readonly height: number;
  /** The keys are at it. */
  readonly isActive: boolean;
  readonly isSelected: boolean;
  /** It is the chat that is shown. */
  readonly isShown: boolean;
  /** What is dragged would go there. */
  readonly isTarget: boolean;
  readonly isEdited: boolean;
  readonly tools: RowTools;
}

/** Pixels that a level is further in. */
const INDENT = 12;

/** A line of the history at its place in the list. */
export function HistoryRow(props: HistoryRowProps): JSX.Element {
  const { row, top, height, isActive, isSelected, isShown, isTarget, isEdited, tools } = props;
  const states = { active: isActive, selected: isSelected, current: isShown, target: isTarget };
  const classes = Object.entries(states).flatMap(([name, holds]) => (holds ? [name] : []));
  const style = { top: `${top}px`, height: `${height}px`, paddingInlineStart: `${indentOf(row)}px` };
  const common = { class: ['row', `row-${row.type}`, ...classes].join(' '), style, children: undefined };
  const content = <RowContent row={row} isEdited={isEdited} tools={tools} />;
  if (!isItem(row)) {
    return (
      <div {...common} role="presentation">
        {content}
      </div>
    );
  }
  return (
    <div
      {...common}
      id={rowId(row.key)}
      data-key={row.key}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-expanded={'isOpen' in row ? row.isOpen : undefined}
      aria-selected={row.type === 'chat' ? isSelected : undefined}
      aria-current={isShown ? 'true' : undefined}
    >
      {content}
    </div>
  );
}

/** What is dragged, at the pointer. */
export function DragLabel({ drag, text }: { readonly drag: Drag; readonly text: string }): JSX.Element {
  return (
    <div
      class={`drag-label ${drag.target === null ? 'refused' : ''}`}
      style={{ left: `${drag.at.x + 12}px`, top: `${drag.at.y + 12}px` }}
    >
      {text}
    </div>
  );
}

/** True for a row that shows where what is dragged would go. */
export function isTargetRow(row: Row, target: DropTarget): boolean {
  switch (target.type) {
    case 'pin':
      return row.key === 'section pinned' || row.parent === 'section pinned';
    case 'place':
      return target.line === null && target.parentId !== null && folderOf(row) === target.parentId;
    case 'file':
      if (target.folderId !== null) return folderOf(row) === target.folderId;
      return row.key !== 'section pinned' && row.parent !== 'section pinned' && folderOf(row) === null;
  }
}

function indentOf(row: Row): number {
  const isParent = row.type === 'section' || row.type === 'folder' || row.type === 'newFolder';
  const inFolder = row.parent?.startsWith('folder ') === true;
  // The words of a chat begin where those of its section do, and further in than the icon of its folder.
  return (isParent ? 4 : inFolder ? 26 : 10) + INDENT * (row.level - 1);
}
