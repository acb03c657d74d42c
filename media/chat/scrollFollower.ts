import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Disposable } from '../../src/base/disposable.ts';

/** So near to the end counts as there. Pixels. */
const END_MARGIN_PX = 32;

/**
 * Keeps a scrolled list at its end while it grows, unless the reader has gone up; then it leaves the
 * list alone until the reader comes back.
 */
export class ScrollFollower implements Disposable {
  readonly #scroller: HTMLElement;
  readonly #observer: ResizeObserver;
  readonly #isFollowing = signal(true);
  #lastTop = 0;
  readonly #onScroll = (): void => {
    this.#noticeScroll();
  };

  constructor(scroller: HTMLElement, content: HTMLElement) {
    this.#scroller = scroller;
    this.#observer = new ResizeObserver(() => {
      if (this.#isFollowing.value) this.toEnd();
    });
    this.#observer.observe(scroller);
    this.#observer.observe(content);
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  /** True while the end of the list is kept in sight. */
  get isFollowing(): ReadonlySignal<boolean> {
    return this.#isFollowing;
  }

  toEnd(): void {
    this.#isFollowing.value = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#lastTop = this.#scroller.scrollTop;
  }

  toTop(top: number): void {
    this.#isFollowing.value = false;
    this.#scroller.scrollTop = top;
    this.#noticeScroll();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener('scroll', this.#onScroll);
  }

  #noticeScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Growing content moves the end away; only the reader moves the top up.
    if (scrollHeight - clientHeight - scrollTop <= END_MARGIN_PX) this.#isFollowing.value = true;
    else if (scrollTop < this.#lastTop) this.#isFollowing.value = false;
    this.#lastTop = scrollTop;
  }
}
