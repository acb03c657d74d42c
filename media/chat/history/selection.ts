import { type ReadonlySignal, batch, signal } from '@preact/signals-core';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { type ItemRow, type Row, isItem } from './rows.ts';

/** Where the keys are in the tree, and which chats are chosen for what comes next. */
export class Selection {
  readonly #active = signal<string | null>(null);
  readonly #ids = signal<ReadonlySet<string>>(new Set());
  /** The row that a range begins at. */
  #anchor: string | null = null;
  /** Where the active row was, for when it is gone. */
  #lastAt = 0;

  /** The key of the row that the keys are at. */
  get active(): ReadonlySignal<string | null> {
    return this.#active;
  }

  /** The chats that are chosen, by id. */
  get ids(): ReadonlySignal<ReadonlySet<string>> {
    return this.#ids;
  }

  /** Comes to a row; what is chosen stays. */
  goTo(row: ItemRow): void {
    this.#active.value = row.key;
    this.#anchor = row.key;
  }

  /** The index of the active row; that of the row in its place when it is gone, -1 when there is none at all. */
  indexIn(rows: readonly Row[]): number {
    const at = rows.findIndex(({ key }) => key === this.#active.value);
    if (at !== -1) return (this.#lastAt = at);
    const below = rows.findIndex((row, index) => index >= this.#lastAt && isItem(row));
    return below === -1 ? rows.findLastIndex(isItem) : below;
  }

  clear(): void {
    if (this.#ids.value.size > 0) this.#ids.value = new Set();
  }

  toggle(row: ItemRow): void {
    batch(() => {
      this.goTo(row);
      const id = chatOf(row)?.id;
      if (id === undefined) return;
      const ids = new Set(this.#ids.value);
      if (!ids.delete(id)) ids.add(id);
      this.#ids.value = ids;
    });
  }

  /** Chooses all from where the last choice began to this row. */
  extendTo(row: ItemRow, rows: readonly Row[]): void {
    const anchor = this.#anchor ?? this.#active.value;
    const [from, to] = [rows.findIndex(({ key }) => key === anchor), rows.findIndex(({ key }) => key === row.key)];
    const range = rows.slice(Math.min(from === -1 ? to : from, to), Math.max(from, to) + 1);
    batch(() => {
      this.#ids.value = new Set(idsOf(range));
      this.#active.value = row.key;
    });
  }

  all(rows: readonly Row[]): void {
    this.#ids.value = new Set(idsOf(rows));
  }

  /** What an action on a row is about: all that is chosen if the row is one of it, else the row alone. */
  targetsOf(row: ItemRow): readonly string[] {
    const id = chatOf(row)?.id;
    if (id === undefined) return [];
    return this.#ids.value.has(id) ? [...this.#ids.value] : [id];
  }
}

/** The chat of a row, if it is one. */
export function chatOf(row: Row | undefined): ConversationSummary | undefined {
  return row?.type === 'chat' ? row.conversation : undefined;
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => chatOf(row)?.id ?? []);
}
