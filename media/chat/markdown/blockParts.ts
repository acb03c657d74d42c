import type { Disposable } from '../../../src/base/disposable.ts';
import type { Islands } from './islands.ts';
import { morphChildren } from './morph.ts';
import { SteadyColumns } from './steadyColumns.ts';

/** So many blocks make a part: few enough that one is soon laid out, many enough that a long answer has few parts. */
const BLOCKS = 8;

/** What has come of an answer. With `goesOn` the first block holds further items of the list, table or quote before it. */
export interface NewBlocks {
  readonly blocks: readonly Node[];
  readonly goesOn: boolean;
}

/**
 * The blocks of an answer, in parts of some each. A part that is finished is `settled`: its height is known, and it is
 * neither laid out nor painted again while it is far from what is in sight. So the end of a long answer grows as fast
 * as its beginning.
 */
export class BlockParts implements Disposable {
  readonly #container: HTMLElement;
  readonly #islands: Islands;
  readonly #observer = new ResizeObserver((entries, observer) => {
    for (const { target, borderBoxSize } of entries) {
      observer.unobserve(target);
      if (target instanceof HTMLElement) settle(target, borderBoxSize[0]?.blockSize ?? 0);
    }
  });
  readonly #columns = new SteadyColumns();
  #settled = 0;
  #finished = 0;
  /** So many items of the last finished block are finished; it may go on. */
  #finishedItems = 0;

  constructor(container: HTMLElement, islands: Islands) {
    this.#container = container;
    this.#islands = islands;
  }

  /** Nothing is finished any more; what is there stays until other blocks take its place. */
  restart(): void {
    this.#finished = 0;
    this.#finishedItems = 0;
  }

  /**
   * Shows blocks behind those that are finished: some that are now, and some that may be others next time. What stays
   * the same is left alone, see {@link morphChildren}. Gives what is finished now, blocks and items.
   */
  show(finished: NewBlocks, open: NewBlocks): Element[] {
    const [start, firstItem] = [this.#finished, this.#finishedItems];
    const isOnlyOpen = finished.blocks.length === 0;
    const last = itemsIn(finished.blocks.at(-1));
    const ownItems = last?.childElementCount ?? 0;
    const blocks = [...finished.blocks, ...open.blocks];
    if (!isOnlyOpen && open.goesOn) {
      const [more] = blocks.splice(finished.blocks.length, 1);
      last?.append(...(itemsIn(more)?.children ?? []));
    }
    const grown = finished.goesOn || (isOnlyOpen && open.goesOn) ? itemsIn(this.#block(start - 1)) : null;
    if (grown !== null) morphChildren(grown, firstItem, [...(itemsIn(blocks.shift())?.children ?? [])], this.#islands);
    this.#columns.grow(grown);
    this.#replaceFrom(start, blocks);
    if (isOnlyOpen) return [];
    const isStillGrowing = grown !== null && finished.blocks.length === 1;
    this.#finished += finished.blocks.length - (grown === null ? 0 : 1);
    this.#finishedItems = ownItems + (isStillGrowing ? firstItem : 0);
    this.#settle(this.#finished - 1);
    const items = grown === null ? [] : elementsOf(grown, firstItem, isStillGrowing ? this.#finishedItems : Infinity);
    return [...items, ...this.#blocks(start, this.#finished)];
  }

  /** All is there. */
  end(): void {
    this.#columns.end();
  }

  dispose(): void {
    this.#observer.disconnect();
  }

  #block(at: number): ChildNode | undefined {
    return this.#container.children[Math.floor(at / BLOCKS)]?.childNodes[at % BLOCKS];
  }

  *#blocks(start: number, end: number): Iterable<Element> {
    for (let at = start; at < end; at++) {
      const block = this.#block(at);
      if (block instanceof Element) yield block;
    }
  }

  #replaceFrom(start: number, blocks: readonly Node[]): void {
    const count = Math.ceil((start + blocks.length) / BLOCKS);
    for (let at = Math.floor(start / BLOCKS); at < count; at++) {
      const first = at * BLOCKS;
      const own = blocks.slice(Math.max(0, first - start), first + BLOCKS - start);
      morphChildren(this.#part(at), Math.max(0, start - first), own, this.#islands);
    }
    while (this.#container.children.length > count) this.#container.lastElementChild?.remove();
  }

  /** So many blocks will not change any more. The last part grows with what comes after it. */
  #settle(count: number): void {
    const finished = Math.min(Math.floor(count / BLOCKS), this.#container.children.length - 1);
    for (; this.#settled < finished; this.#settled++) this.#observer.observe(this.#part(this.#settled));
  }

  #part(at: number): Element {
    const known = this.#container.children[at];
    if (known !== undefined) return known;
    const part = document.createElement('div');
    part.className = 'part';
    this.#container.append(part);
    return part;
  }
}

/** What holds the items of a list, the rows of a table or the blocks of a quote; null for all else, and for a table that has none. */
function itemsIn(block: Node | undefined): Element | null {
  if (!(block instanceof Element)) return null;
  return block.matches('ul, ol, blockquote') ? block : block.querySelector(':scope > table > tbody');
}

function* elementsOf(parent: Element, start: number, end: number): Iterable<Element> {
  let child = parent.children[start] ?? null;
  for (let at = start; child !== null && at < end; at++, child = child.nextElementSibling) yield child;
}

function settle(part: HTMLElement, height: number): void {
  part.style.containIntrinsicBlockSize = `auto ${height}px`;
  part.classList.add('settled');
}
