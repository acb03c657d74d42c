import { t } from '../../../src/base/texts.ts';
import { type DropTarget, type Dragged, dropTarget } from './dropTarget.ts';
import type { HistoryParts } from './historyParts.ts';
import type { Place } from './popup.ts';
import { RowDrag } from './rowDrag.ts';
import { askDeleteFolder, placeBelow, rowId, rowMenu, shiftFolder } from './rowMenu.ts';
import type { RowWindow } from './rowWindow.ts';
import { type ItemRow, type Row, isItem } from './rows.ts';
import { type TreeMove, nextItem, treeMove, typeAhead } from './treeKeys.ts';

/** Letters that come within this time are one word. */
const TYPE_AHEAD_MS = 800;

/** What keys and pointer do in the tree. */
export class TreeControl {
  readonly #parts: HistoryParts;
  readonly #window: RowWindow;
  readonly drag: RowDrag;
  #typed = '';
  #typedAt = -Infinity;

  constructor(parts: HistoryParts, rowWindow: RowWindow, scroller: HTMLElement) {
    this.#parts = parts;
    this.#window = rowWindow;
    this.drag = new RowDrag(scroller, {
      start: (event) => this.#draggedFrom(event),
      targetAt: (dragged, place) => this.#targetAt(dragged, place),
      drop: (dragged, target) => {
        this.#drop(dragged, target);
      },
    });
  }

  /** The row that the keys are at. */
  get active(): ItemRow | undefined {
    const row = this.#rows[this.#at];
    return isItem(row) ? row : undefined;
  }

  keyDown(event: KeyboardEvent): void {
    // What is typed into a name, or does something on a button, is not for the tree.
    if (event.target !== event.currentTarget || event.isComposing) return;
    const act = this.#actOf(event);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  click(event: MouseEvent): void {
    const row = this.#rowOf(event);
    if (row === undefined || this.drag.hasEnded || isOnButton(event)) return;
    const { selection } = this.#parts;
    if (event.shiftKey) selection.extendTo(row, this.#rows);
    else if (event.ctrlKey || event.metaKey) selection.toggle(row);
    else {
      selection.clear();
      selection.goTo(row);
      this.#run(row);
    }
  }

  contextMenu(event: MouseEvent): void {
    event.preventDefault();
    const row = this.#rowOf(event);
    if (row !== undefined) this.#parts.selection.goTo(row);
    this.openMenu(row, { x: event.clientX, y: event.clientY });
  }

  openMenu(row: ItemRow | undefined, at: Place): void {
    const label = row === undefined ? t('Chats') : t('What to do with it');
    this.#parts.popups.open({ type: 'menu', label, groups: rowMenu(this.#parts, row), at });
  }

  get #rows(): readonly Row[] {
    return this.#parts.state.rows.value;
  }

  get #at(): number {
    return this.#parts.selection.indexIn(this.#rows);
  }

  #actOf(event: KeyboardEvent): (() => void) | undefined {
    const { state, actions, selection, close } = this.#parts;
    const row = this.active;
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') {
      return () => {
        if (this.drag.shown.value !== null) this.drag.cancel();
        else if (selection.ids.value.size > 0) selection.clear();
        else close();
      };
    }
    if (isCommand && event.key === 'a')
      return () =>
        void state.loadAll().then(() => {
          selection.all(this.#rows);
        });
    if (isCommand && event.key === 'z') return () => void actions.undo();
    if (row === undefined) return undefined;
    if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
      return () => {
        this.openMenu(row, placeBelow(document.getElementById(rowId(row.key))));
      };
    }
    if (event.altKey) return this.#shift(row, event.key);
    if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      return () => {
        const next = nextItem(this.#rows, this.#at, event.key === 'ArrowDown' ? 1 : -1);
        if (next !== undefined) this.#parts.selection.extendTo(next, this.#rows);
        this.#window.reveal(this.#at);
      };
    }
    return this.#actOn(row, event.key, isCommand) ?? this.#moveOf(event, isCommand);
  }

  #actOn(row: ItemRow, key: string, isCommand: boolean): (() => void) | undefined {
    const { state, actions, selection } = this.#parts;
    switch (key) {
      case 'Enter':
        return () => {
          this.#run(row);
        };
      case ' ':
        // In a word that is being typed it is a letter.
        if (this.#isTyping) return undefined;
        return () => {
          if (row.type === 'chat') selection.toggle(row);
          else if ('isOpen' in row) this.#run(row);
        };
      case 'F2':
        return row.type === 'chat' || row.type === 'folder' ? () => (state.edited.value = row.key) : undefined;
      case 'Backspace':
      case 'Delete':
        // With the command key, Backspace is the Delete of a keyboard that has none.
        if (key === 'Backspace' && !isCommand) return undefined;
        return () => {
          if (row.type === 'chat')
            void actions.remove(selection.targetsOf(row)).then(() => {
              selection.clear();
            });
          if (row.type === 'folder')
            askDeleteFolder(this.#parts, row, placeBelow(document.getElementById(rowId(row.key))));
        };
      default:
        return undefined;
    }
  }

  #moveOf(event: KeyboardEvent, isCommand: boolean): (() => void) | undefined {
    const { key } = event;
    if (this.#move(key) !== null) {
      const act = (): void => {
        const move = this.#move(key);
        if (move?.type === 'to') this.#goTo(move.row);
        else if (move !== null) this.#setOpen(move.row, move.type === 'open');
      };
      // The end of a list is that of all it holds, not of what is known of it.
      const isFar = key === 'End' && this.#rows.some((row) => row.type === 'more');
      return isFar ? () => void this.#parts.state.loadAll().then(act) : act;
    }
    if (event.key.length !== 1 || isCommand) return undefined;
    return () => {
      this.#typed = this.#isTyping ? this.#typed + event.key : event.key;
      this.#typedAt = performance.now();
      const row = typeAhead(this.#rows, this.#at, this.#typed);
      if (row !== undefined) this.#goTo(row);
    };
  }

  #move(key: string): TreeMove | null {
    return treeMove(this.#rows, this.#at, key, this.#window.pageRows);
  }

  get #isTyping(): boolean {
    return performance.now() - this.#typedAt < TYPE_AHEAD_MS;
  }

  #shift(row: ItemRow, key: string): (() => void) | undefined {
    if (row.type !== 'folder' || (key !== 'ArrowUp' && key !== 'ArrowDown')) return undefined;
    return () => void shiftFolder(this.#parts, row.folder, key === 'ArrowUp' ? -1 : 1);
  }

  #goTo(row: ItemRow): void {
    this.#parts.selection.goTo(row);
    this.#window.goTo(row.key);
    this.#window.reveal(this.#at);
  }

  #setOpen(row: ItemRow, isOpen: boolean): void {
    const { state, selection } = this.#parts;
    selection.goTo(row);
    if (row.type === 'folder') state.setOpen('folder', row.folder.id, isOpen);
    if (row.type === 'section') state.setOpen('section', row.id, isOpen);
  }

  /** What Enter or a click does. */
  #run(row: ItemRow): void {
    const { state, openChat } = this.#parts;
    switch (row.type) {
      case 'chat':
        openChat(row.conversation.id);
        return;
      case 'hit':
        openChat(row.hit.conversationId, row.hit.messageId);
        return;
      case 'section':
      case 'folder':
        this.#setOpen(row, !row.isOpen);
        return;
      case 'failed':
        state.retry(row.list);
        return;
      case 'newFolder':
    }
  }

  #rowOf(event: Event): ItemRow | undefined {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-key]') : null;
    const row = this.#rows.find(({ key }) => key === element?.dataset['key']);
    return isItem(row) ? row : undefined;
  }

  #draggedFrom(event: PointerEvent): Dragged | null {
    const row = this.#rowOf(event);
    if (isOnButton(event)) return null;
    if (row?.type === 'chat') return { type: 'chats', ids: this.#parts.selection.targetsOf(row) };
    return row?.type === 'folder' ? { type: 'folder', folder: row.folder } : null;
  }

  #targetAt(dragged: Dragged, { y }: Place): DropTarget | null {
    const { state } = this.#parts;
    if (state.isResult.value) return null;
    const height = this.#window.heightAt(y);
    return dropTarget(dragged, height, this.#rows, this.#window.layout, state.folders.value);
  }

  #drop(dragged: Dragged, target: DropTarget): void {
    const { actions } = this.#parts;
    if (dragged.type === 'folder') {
      if (target.type === 'place') void actions.moveFolder(dragged.folder.id, target.parentId, target.before);
      return;
    }
    if (target.type === 'pin') void actions.pin(dragged.ids, true);
    if (target.type === 'file') void actions.move(dragged.ids, target.folderId);
  }
}

function isOnButton({ target }: Event): boolean {
  return target instanceof Element && target.closest('button, input, vscode-button') !== null;
}
