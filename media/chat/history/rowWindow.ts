import { type ReadonlySignal, signal } from '@preact/signals-core';
import { RowLayout } from './rowLayout.ts';
import type { Row } from './rows.ts';

/** The rows that are drawn, from and to (excluding). */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** How many rows more than are in sight are drawn above and below. */
const SPARE = 12;

/**
 * Which part of a long list is drawn. When rows come and go it keeps what the user looks at where it is: the row
 * under the pointer, else, in a list that is scrolled, the one the keys are at or the first in sight.
 */
export class RowWindow {
  readonly #span = signal<RowSpan>({ from: 0, to: 60 });
  /** Room below the last row, so that a short list can be scrolled to keep a row where it is. Pixels. */
  readonly #slack = signal(0);
  #scroller: HTMLElement | null = null;
  #rows: readonly Row[] = [];
  #layout = new RowLayout([]);
  /** Where the pointer is over the list. Pixels from the top of the page; null when it is not. */
  #pointerY: number | null = null;
  #activeKey: string | null = null;

  get span(): ReadonlySignal<RowSpan> {
    return this.#span;
  }

  get layout(): RowLayout {
    return this.#layout;
  }

  get slack(): ReadonlySignal<number> {
    return this.#slack;
  }

  /** How many rows are in sight, about. */
  get pageRows(): number {
    const { from, to } = this.#span.value;
    return Math.max(1, to - from - 2 * SPARE - 1);
  }

  attach(scroller: HTMLElement | null): void {
    this.#scroller = scroller;
    this.scrolled();
  }

  /** To be called when the rows are drawn. */
  drawn(rows: readonly Row[], layout: RowLayout, content: HTMLElement): void {
    const shift = this.#shift(rows, layout);
    [this.#rows, this.#layout] = [rows, layout];
    if (this.#scroller !== null && shift !== 0) {
      const { scrollTop, clientHeight } = this.#scroller;
      this.#slack.value = Math.max(0, scrollTop + shift + clientHeight - layout.height);
      content.style.height = `${layout.height + this.#slack.value}px`;
      this.#scroller.scrollTop = scrollTop + shift;
    }
    this.scrolled();
  }

  /** To be called when the list was scrolled or has another size. */
  scrolled(): void {
    if (this.#scroller === null) return;
    const { scrollTop, clientHeight } = this.#scroller;
    const from = Math.max(0, this.#layout.rowAt(scrollTop) - SPARE);
    const to = Math.min(this.#rows.length, this.#layout.rowAt(scrollTop + clientHeight) + 1 + SPARE);
    const span = this.#span.value;
    if (span.from !== from || span.to !== to) this.#span.value = { from, to };
  }

  /** Where the pointer is: `clientY`, or null when it has left. */
  pointAt(clientY: number | null): void {
    this.#pointerY = clientY;
    if (clientY === null) this.#slack.value = 0;
  }

  /** The row that the keys are at; null when they are not in the list. */
  goTo(key: string | null): void {
    this.#activeKey = key;
  }

  /** Scrolls as little as is needed for a row to be in sight. */
  reveal(at: number): void {
    if (this.#scroller === null || at < 0) return;
    const { scrollTop, clientHeight } = this.#scroller;
    const [top, end] = [this.#layout.topOf(at), this.#layout.topOf(at + 1)];
    if (top < scrollTop) this.#scroller.scrollTop = at === 0 ? 0 : top;
    else if (end > scrollTop + clientHeight) this.#scroller.scrollTop = end - clientHeight;
    this.scrolled();
  }

  /** The row at a height of the page. */
  rowAtPage(clientY: number): number {
    return this.#layout.rowAt(this.heightAt(clientY));
  }

  /** A height of the page as one of the list. */
  heightAt(clientY: number): number {
    if (this.#scroller === null) return 0;
    return clientY - this.#scroller.getBoundingClientRect().top + this.#scroller.scrollTop;
  }

  /** How far the rows around the one that must stay where it is are moved. Pixels. */
  #shift(rows: readonly Row[], layout: RowLayout): number {
    const anchor = this.#anchor();
    if (anchor === null) return 0;
    const shiftOf = (before: number): number | undefined => {
      const key = this.#rows[before]?.key;
      const after = key === undefined ? -1 : rows.findIndex((row) => row.key === key);
      return after === -1 ? undefined : layout.topOf(after) - this.#layout.topOf(before);
    };
    const [above, own, below] = [shiftOf(anchor - 1), shiftOf(anchor), shiftOf(anchor + 1)];
    // A row that goes to the top alone, because somebody wrote in that chat, takes nothing along.
    if (above !== undefined && above === below) return above;
    return own ?? above ?? below ?? 0;
  }

  /** The index of the row that must stay where it is; null when none must. */
  #anchor(): number | null {
    if (this.#scroller === null || this.#rows.length === 0) return null;
    if (this.#pointerY !== null) return this.rowAtPage(this.#pointerY);
    const { scrollTop, clientHeight } = this.#scroller;
    // Who is at the very top wants to see what comes there.
    if (scrollTop === 0) return null;
    const top = this.#layout.rowAt(scrollTop);
    const bottom = this.#layout.rowAt(scrollTop + clientHeight);
    const active = this.#activeKey === null ? -1 : this.#rows.findIndex(({ key }) => key === this.#activeKey);
    return active >= top && active <= bottom ? active : top;
  }
}
