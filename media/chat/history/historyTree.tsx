import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { HistoryParts } from './historyParts.ts';
import { DragLabel, HistoryRow, isTargetRow } from './historyRow.tsx';
import type { RowTools } from './rowContent.tsx';
import type { Drag } from './rowDrag.ts';
import { RowLayout } from './rowLayout.ts';
import { placeBelow, rowId } from './rowMenu.ts';
import { RowWindow } from './rowWindow.ts';
import { type Row, isItem } from './rows.ts';
import { TreeControl } from './treeControl.ts';

interface HistoryTreeProps {
  readonly parts: HistoryParts;
  /** The chat that is shown beside or behind the history. */
  readonly shownId: string | null;
  readonly language: string;
  /** Gets the element that has the focus for the rows. */
  readonly attach: (tree: HTMLElement | null) => void;
}

/** The rows of the history as an ARIA tree; of a long one only what is in sight is drawn. */
export function HistoryTree({ parts, shownId, language, attach }: HistoryTreeProps): JSX.Element {
  const { state, selection, actions } = parts;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [control, setControl] = useState<TreeControl | null>(null);
  const rowWindow = useMemo(() => new RowWindow(), []);
  const rows = state.rows.value;
  const layout = useMemo(() => new RowLayout(rows), [rows]);
  const activeAt = selection.indexIn(rows);
  const active = rows[activeAt];
  const drag = control?.drag.shown.value ?? null;
  const hasFocus = useSignal(false);
  const isScrolled = useSignal(false);

  useLayoutEffect(() => {
    if (scroller.current === null) return undefined;
    const element = scroller.current;
    rowWindow.attach(element);
    attach(element);
    setControl(new TreeControl(parts, rowWindow, element));
    const observer = new ResizeObserver(() => {
      rowWindow.scrolled();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      rowWindow.attach(null);
      attach(null);
    };
  }, []);
  useLayoutEffect(() => {
    rowWindow.goTo(hasFocus.value ? (active?.key ?? null) : null);
    if (content.current !== null) rowWindow.drawn(rows, layout, content.current);
  }, [rows, layout, active?.key, hasFocus.value]);

  const span = rowWindow.span.value;
  useEffect(() => {
    state.see(rows.slice(span.from, span.to));
  }, [rows, span]);
  useSignalEffect(() => {
    state.isDragging.value = (control?.drag.shown.value ?? null) !== null;
  });
  useSignalEffect(() => {
    state.isHeld.value = hasFocus.value || isScrolled.value || parts.popups.shown.value !== null;
  });
  useLayoutEffect(() => {
    // What was found begins at the top.
    scroller.current?.scrollTo(0, 0);
  }, [state.isResult.value, state.query.value]);
  useSignalEffect(() => {
    // What is being named must be in sight.
    const edited = state.edited.value ?? (state.newFolder.value === null ? null : t('new folder'));
    if (edited !== null)
      queueMicrotask(() => {
        rowWindow.reveal(state.rows.peek().findIndex(({ key }) => key === edited));
      });
  });

  const focusTree = (how?: { keepFocus: boolean }): void => {
    if (how?.keepFocus !== true) scroller.current?.focus();
  };
  const names = useMemo(() => new Map(state.folders.value.map(({ id, name }) => [id, name])), [state.folders.value]);
  const tools: RowTools = {
    nowMs: state.nowMs.value,
    language,
    folderName: (id) => (id === null ? null : (names.get(id) ?? null)),
    renameChat: (chat, title) => actions.renameChat(chat, title),
    renameFolder: (folder, name) => actions.renameFolder(folder, name),
    createFolder: (name, parentId) => actions.createFolder(name, parentId),
    endEditing: (how) => {
      state.edited.value = null;
      state.newFolder.value = null;
      focusTree(how);
    },
    remove: (row) => {
      focusTree();
      void actions.remove([row.conversation.id]);
    },
    openMenu: (row, button) => {
      selection.goTo(row);
      focusTree();
      control?.openMenu(row, placeBelow(button));
    },
  };
  const target = drag?.target ?? null;

  return (
    <div
      class={`history-tree ${drag === null ? '' : 'dragging'}`}
      ref={scroller}
      role="tree"
      aria-label={t('Chats')}
      aria-multiselectable="true"
      aria-activedescendant={isItem(active) ? rowId(active.key) : undefined}
      tabIndex={0}
      onFocusIn={({ target, currentTarget }) => (hasFocus.value = target === currentTarget)}
      onFocusOut={() => (hasFocus.value = false)}
      onKeyDown={(event) => control?.keyDown(event)}
      onClick={(event) => control?.click(event)}
      onContextMenu={(event) => control?.contextMenu(event)}
      onPointerDown={(event) => control?.drag.press(event)}
      onPointerMove={(event) => {
        rowWindow.pointAt(event.clientY);
        state.touch();
        control?.drag.move(event);
      }}
      onPointerLeave={() => {
        rowWindow.pointAt(null);
      }}
      onPointerUp={(event) => control?.drag.release(event)}
      onPointerCancel={() => control?.drag.cancel()}
      onScroll={({ currentTarget }) => {
        isScrolled.value = currentTarget.scrollTop > 0;
        rowWindow.scrolled();
      }}
    >
      <div
        class="history-rows"
        ref={content}
        role="presentation"
        style={{ height: `${layout.height + rowWindow.slack.value}px` }}
      >
        {drawnRows(rows, span.from, span.to, activeAt).map(([row, at]) => (
          <HistoryRow
            key={row.key}
            row={row}
            top={layout.topOf(at)}
            height={layout.topOf(at + 1) - layout.topOf(at)}
            isActive={at === activeAt}
            isSelected={row.type === 'chat' && selection.ids.value.has(row.conversation.id)}
            isShown={row.type === 'chat' && row.conversation.id === shownId}
            isTarget={target !== null && isTargetRow(row, target)}
            isEdited={row.key === state.edited.value}
            tools={tools}
          />
        ))}
        {target?.type === 'place' && target.line !== null && (
          <div class="drop-line" style={{ top: `${target.line - 1}px` }} />
        )}
      </div>
      {drag !== null && <DragLabel drag={drag} text={nameOf(drag, parts)} />}
    </div>
  );
}

/** The rows to draw, and the one that the keys are at: it is named to screen readers wherever it is. */
function drawnRows(rows: readonly Row[], from: number, to: number, activeAt: number): (readonly [Row, number])[] {
  const drawn = rows.slice(from, to).map((row, index) => [row, from + index] as const);
  const active = rows[activeAt];
  if (active === undefined || (activeAt >= from && activeAt < to)) return drawn;
  return activeAt < from ? [[active, activeAt], ...drawn] : [...drawn, [active, activeAt]];
}

function nameOf({ dragged }: Drag, { state }: HistoryParts): string {
  if (dragged.type === 'folder') return dragged.folder.name;
  const [only] = dragged.ids;
  if (dragged.ids.length > 1 || only === undefined) return t('{0} chats', dragged.ids.length);
  return state.lists.find([only])[0]?.title ?? t('A chat');
}
