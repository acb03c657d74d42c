import { type ReadonlySignal, batch, signal } from '@preact/signals-core';
import type { Disposable } from '../../../src/base/disposable.ts';
import type { MessageOutline } from '../../../src/protocol/store.ts';
import { rowsInUse } from './rowsInUse.ts';
import { RowHeights } from './rowHeights.ts';

/** So near to the end counts as there. Pixels. */
const END_MARGIN = 32;
/** How much above and below what is in sight is drawn as well, at least. Pixels. */
const SPARE = 800;
/** So many rows are drawn before it is known how high the view is. */
const FIRST_DRAWN = 6;

/** A place in the list: how far below the top of a message the top of what is seen is. Pixels. */
export interface Anchor {
  readonly messageId: string;
  readonly offset: number;
}

/** The rows that are drawn, as indexes in their order, and how much room is left out before each and after the last. */
export interface Drawn {
  readonly rows: readonly { readonly at: number; readonly gap: number }[];
  readonly rest: number;
}

/**
 * Which messages of a list of thousands are drawn: those in sight, some around them, and those that the user has the
 * focus or a selection in. What is read stays where it is while heights become known; the end stays in sight while
 * the list grows, unless the reader has gone up.
 */
export class TranscriptWindow implements Disposable {
  readonly heights = new RowHeights();
  readonly #drawn = signal<Drawn>({ rows: [], rest: 0 });
  readonly #isFollowing = signal(true);
  readonly #isEndInSight = signal(true);
  readonly #observer: ResizeObserver;
  readonly #elements = new Map<string, HTMLElement>();
  readonly #onScroll = (): void => {
    this.#scrolled();
  };
  readonly #onMoved: (anchor: Anchor) => void;
  #rows: readonly MessageOutline[] = [];
  #indexes: ReadonlyMap<string, number> = new Map();
  #scroller: HTMLElement | null = null;
  #content: HTMLElement | null = null;
  #height = 0;
  /** Where the first row begins. Pixels. */
  #origin = 0;
  #anchor: (Anchor & { readonly at: number }) | null = null;
  /** Where we have scrolled to ourselves, or heard that the user has. */
  #top = 0;
  /** The reader was put where the list is, and has not scrolled since. */
  #isPlaced = true;
  #frame: number | undefined;

  /** Hears where the list is, whenever it has been scrolled. */
  constructor(onMoved: (anchor: Anchor) => void) {
    this.#onMoved = onMoved;
    this.#observer = new ResizeObserver((entries) => {
      this.#resized(entries);
    });
  }

  get drawn(): ReadonlySignal<Drawn> {
    return this.#drawn;
  }

  /** True while the end of the list is kept in sight. */
  get isFollowing(): ReadonlySignal<boolean> {
    return this.#isFollowing;
  }

  /** True while there is nothing further down. */
  get isEndInSight(): ReadonlySignal<boolean> {
    return this.#isEndInSight;
  }

  /** What is at the top of what is seen; null for an empty list. */
  get anchor(): Anchor | null {
    return this.#anchor;
  }

  /** The index of the row that is so far below the top of what is seen, and how far below that it begins. Pixels. */
  rowAt(below: number): { readonly at: number; readonly begins: number } {
    const place = this.#seen + below;
    const at = this.heights.rowAt(place);
    return { at, begins: this.heights.topOf(at) - place };
  }

  /** The rows of the list from now on. `start` is where the reader was when the list was last shown. */
  setRows(rows: readonly MessageOutline[], indexes: ReadonlyMap<string, number>, start: Anchor | null = null): void {
    [this.#rows, this.#indexes] = [rows, indexes];
    this.heights.setRows(rows);
    const at = start === null ? undefined : indexes.get(start.messageId);
    if (start !== null && at !== undefined) {
      this.#isFollowing.value = false;
      this.#anchor = { messageId: start.messageId, offset: start.offset, at };
    }
    if (this.#scroller === null) {
      const first = at ?? Math.max(0, rows.length - FIRST_DRAWN);
      this.#draw(first, Math.min(rows.length, first + FIRST_DRAWN));
    } else {
      this.#update();
    }
  }

  attach(scroller: HTMLElement, content: HTMLElement): void {
    [this.#scroller, this.#content] = [scroller, content];
    this.#height = scroller.clientHeight;
    const first = content.firstElementChild;
    if (first instanceof HTMLElement) this.#origin = first.offsetTop;
    this.#observer.observe(scroller);
    this.#observer.observe(content);
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    content.addEventListener('drawn', dropReserve);
    this.#hold();
  }

  /** Tells where the element of a row is; null when it has gone. */
  place(id: string, element: HTMLElement | null): void {
    const before = this.#elements.get(id);
    if (before === element) return;
    if (before !== undefined) this.#observer.unobserve(before);
    if (element === null) this.#elements.delete(id);
    else {
      this.#elements.set(id, element);
      this.#observer.observe(element);
    }
  }

  toEnd(): void {
    this.#isFollowing.value = true;
    this.#isPlaced = true;
    this.#hold();
  }

  toStart(): void {
    const [first] = this.#rows;
    if (first !== undefined) this.toMessage(first.id, -this.#origin);
  }

  /** Puts a message so far above the top of what is seen; negative: below it. */
  toMessage(messageId: string, offset: number): void {
    const at = this.#indexes.get(messageId);
    if (at === undefined) return;
    this.#isFollowing.value = false;
    this.#isPlaced = true;
    this.#anchor = { messageId, offset, at };
    this.#hold();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    this.#content?.removeEventListener('drawn', dropReserve);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Where the top of what is seen is in the list, as far as heights are known. Pixels. */
  get #seen(): number {
    if (this.#anchor === null) return 0;
    const { messageId, at, offset } = this.#anchor;
    // Another branch may have another message in this place.
    return this.heights.topOf(this.#indexes.get(messageId) ?? at) + offset;
  }

  /** Puts what is read, or the end, where it belongs. */
  #hold(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    this.#measure();
    const top = Math.max(0, this.#isFollowing.value ? scroller.scrollHeight - this.#height : this.#wanted(scroller));
    if (Math.abs(scroller.scrollTop - top) >= 1) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
    if (this.#isFollowing.value) this.#anchorHere();
    else if (this.#anchor !== null) this.#onMoved(this.#anchor);
    this.#update();
  }

  /** How far to scroll for the anchor to be where it belongs: by where it is, or before it is drawn by where it is thought to be. */
  #wanted(scroller: HTMLElement): number {
    const element = this.#elements.get(this.#anchor?.messageId ?? '');
    if (element === undefined || this.#anchor === null) return this.#seen + this.#origin;
    const below = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    return scroller.scrollTop + below + this.#anchor.offset;
  }

  #anchorHere(): void {
    const top = this.#scroller?.getBoundingClientRect().top ?? 0;
    const first = this.#drawn.value.rows.find(({ at }) => {
      const element = this.#elements.get(this.#rows[at]?.id ?? '');
      return element !== undefined && element.getBoundingClientRect().bottom > top;
    });
    const isInSight = first !== undefined && this.#bounds(first.at).top < top + this.#height;
    const at = isInSight ? first.at : this.heights.rowAt(this.#top - this.#origin);
    const messageId = this.#rows[at]?.id;
    if (messageId === undefined) return;
    const offset = isInSight ? top - this.#bounds(at).top : this.#top - this.#origin - this.heights.topOf(at);
    this.#anchor = { messageId, at, offset };
    this.#onMoved(this.#anchor);
  }

  #scrolled(): void {
    if (this.#scroller === null) return;
    // A view that has just become higher says so only later, and has moved the top up.
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const before = this.#top;
    if (Math.abs(scrollTop - before) < 1) return;
    this.#top = scrollTop;
    this.#isPlaced = false;
    batch(() => {
      const rest = scrollHeight - clientHeight - scrollTop;
      // Growing content moves the end away; only the reader moves the top up, unless less content pushes it there.
      // The first pixels of a wheel that turns count: to wait for more would pull the reader back.
      if (scrollTop < before && rest > 1) this.#isFollowing.value = false;
      else if (rest <= END_MARGIN) this.#isFollowing.value = true;
      this.#anchorHere();
      this.#update();
    });
  }

  #resized(entries: readonly ResizeObserverEntry[]): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    if (entries.some(({ target }) => target === scroller)) this.#height = scroller.clientHeight;
    const hasRoom = scroller.scrollHeight - this.#height >= this.#top;
    if (this.#isFollowing.value && hasRoom && scroller.scrollTop < this.#top - 1) {
      // The reader has gone up a moment ago, and the event that tells it is still to come.
      this.#scrolled();
      return;
    }
    const isMoved = Math.abs(scroller.scrollTop - this.#top) >= 1;
    if (this.#isFollowing.value || this.#isPlaced || !isMoved) {
      this.#hold();
      return;
    }
    // The browser has kept in its place what is read: it knows better, and lets a scroll that is under way go on.
    this.#top = scroller.scrollTop;
    this.#measure();
    this.#anchorHere();
    this.#update();
  }

  #measure(): void {
    for (const [id, element] of this.#elements) {
      const row = this.#rows[this.#indexes.get(id) ?? -1];
      // What stands for a message that is still to come was made as high as it is thought to be.
      if (row === undefined || element.firstElementChild?.className === 'message-to-come') continue;
      this.heights.measure(row, element.getBoundingClientRect().height);
    }
  }

  /** Draws what is in sight now, and what is around it: at once where some of it is there already, else a frame later. */
  #update(): void {
    if (this.#scroller === null) return;
    this.#isEndInSight.value = this.#scroller.scrollHeight - this.#height - this.#scroller.scrollTop <= 1;
    const top = this.#seen;
    const [first, last] = [this.heights.rowAt(top), this.heights.rowAt(top + this.#height)];
    if (this.#drawn.value.rows.some(({ at }) => at >= first && at <= last)) {
      const around = Math.max(SPARE, this.#height);
      this.#draw(this.heights.rowAt(top - around), this.heights.rowAt(top + this.#height + around) + 1);
      return;
    }
    this.#draw(first, last + 1);
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#update();
    });
  }

  #bounds(at: number): { readonly top: number } {
    return this.#elements.get(this.#rows[at]?.id ?? '')?.getBoundingClientRect() ?? { top: Infinity };
  }

  #draw(from: number, to: number): void {
    const inUse = this.#content === null ? [] : rowsInUse(this.#content).flatMap((id) => this.#indexes.get(id) ?? []);
    const indexes = new Set(inUse);
    for (let at = from; at < Math.min(to, this.#rows.length); at++) indexes.add(at);
    let end = 0;
    const rows = [...indexes]
      .sort((one, other) => one - other)
      .map((at) => {
        const gap = this.heights.topOf(at) - end;
        end = this.heights.topOf(at + 1);
        return { at, gap };
      });
    const drawn = { rows, rest: this.heights.topOf(this.#rows.length) - end };
    if (!isSame(drawn, this.#drawn.value)) this.#drawn.value = drawn;
  }
}

function isSame(one: Drawn, other: Drawn): boolean {
  return (
    one.rest === other.rest &&
    one.rows.length === other.rows.length &&
    one.rows.every(({ at, gap }, number) => at === other.rows[number]?.at && gap === other.rows[number].gap)
  );
}

/** A long answer that is drawn again keeps the room that it had until all of it is there. */
function dropReserve({ target }: Event): void {
  const row = target instanceof Element ? target.closest<HTMLElement>('.message-row') : null;
  if (row !== null) row.style.minHeight = '';
}
