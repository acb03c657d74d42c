import type { Disposable } from '../../../src/base/disposable.ts';
import type { Islands } from './islands.ts';
import { morphChildren } from './morph.ts';

/** So many blocks make a part: few enough that one is soon laid out, many enough that a long answer has few parts. */
const BLOCKS = 8;

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
  #settled = 0;

  constructor(container: HTMLElement, islands: Islands) {
    this.#container = container;
    this.#islands = islands;
  }

  /** The block in a place, if it is there. */
  block(at: number): ChildNode | undefined {
    return this.#container.children[Math.floor(at / BLOCKS)]?.childNodes[at % BLOCKS];
  }

  /** Makes the blocks from `start` on equal to these, as {@link morphChildren} does it. */
  replaceFrom(start: number, blocks: readonly Node[]): void {
    const count = Math.ceil((start + blocks.length) / BLOCKS);
    for (let at = Math.floor(start / BLOCKS); at < count; at++) {
      const first = at * BLOCKS;
      const own = blocks.slice(Math.max(0, first - start), first + BLOCKS - start);
      morphChildren(this.#part(at), Math.max(0, start - first), own, this.#islands);
    }
    while (this.#container.children.length > count) this.#container.lastElementChild?.remove();
  }

  /** So many blocks will not change any more. The last part grows with what comes after it. */
  finish(count: number): void {
    const finished = Math.min(Math.floor(count / BLOCKS), this.#container.children.length - 1);
    for (; this.#settled < finished; this.#settled++) this.#observer.observe(this.#part(this.#settled));
  }

  dispose(): void {
    this.#observer.disconnect();
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

function settle(part: HTMLElement, height: number): void {
  part.style.containIntrinsicBlockSize = `auto ${height}px`;
  part.classList.add('settled');
}
