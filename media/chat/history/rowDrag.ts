import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { DropTarget, Dragged } from './dropTarget.ts';
import type { Place } from './popup.ts';

/** What is dragged now, where the pointer is and what letting go would do. */
export interface Drag {
  readonly dragged: Dragged;
  readonly at: Place;
  readonly target: DropTarget | null;
}

interface DragRules {
  /** What is dragged from a place of the page; null where nothing can be. */
  start(event: PointerEvent): Dragged | null;
  targetAt(dragged: Dragged, place: Place): DropTarget | null;
  drop(dragged: Dragged, target: DropTarget): void;
}

/** How far the pointer moves before a press is a drag. Pixels. */
const THRESHOLD = 5;
/** How near to the edge of the list the pointer makes it scroll, and how far each frame. Pixels. */
const EDGE = 28;
const SCROLL_STEP = 8;

/**
 * Drags rows with the pointer. (The browser’s own drag and drop is not used: VS Code takes it for files that are
 * dropped into the editor.)
 */
export class RowDrag {
  readonly #scroller: HTMLElement;
  readonly #rules: DragRules;
  readonly #shown = signal<Drag | null>(null);
  #pressed: { readonly dragged: Dragged; readonly at: Place; readonly pointerId: number } | null = null;
  #frame = 0;
  #hasEnded = false;

  constructor(scroller: HTMLElement, rules: DragRules) {
    this.#scroller = scroller;
    this.#rules = rules;
  }

  get shown(): ReadonlySignal<Drag | null> {
    return this.#shown;
  }

  /** True for the click that comes with the end of a drag. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  press(event: PointerEvent): void {
    this.#hasEnded = false;
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const dragged = this.#rules.start(event);
    if (dragged !== null) this.#pressed = { dragged, at: placeOf(event), pointerId: event.pointerId };
  }

  move(event: PointerEvent): void {
    if (this.#pressed === null) return;
    const { dragged, at, pointerId } = this.#pressed;
    if (event.buttons === 0) {
      this.cancel();
      return;
    }
    const place = placeOf(event);
    if (this.#shown.value === null) {
      if (Math.hypot(place.x - at.x, place.y - at.y) < THRESHOLD) return;
      this.#scroller.setPointerCapture(pointerId);
      this.#frame = requestAnimationFrame(this.#scroll);
    }
    this.#shown.value = { dragged, at: place, target: this.#rules.targetAt(dragged, place) };
  }

  release(event: PointerEvent): void {
    const drag = this.#shown.value;
    this.cancel();
    if (drag === null) return;
    this.#hasEnded = true;
    const target = this.#rules.targetAt(drag.dragged, placeOf(event));
    if (target !== null) this.#rules.drop(drag.dragged, target);
  }

  /** Ends a drag without doing anything. */
  cancel(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#pressed !== null && this.#scroller.hasPointerCapture(this.#pressed.pointerId)) {
      this.#scroller.releasePointerCapture(this.#pressed.pointerId);
    }
    this.#pressed = null;
    this.#shown.value = null;
  }

  readonly #scroll = (): void => {
    const drag = this.#shown.value;
    if (drag !== null) {
      const { top, bottom } = this.#scroller.getBoundingClientRect();
      const before = this.#scroller.scrollTop;
      if (drag.at.y < top + EDGE) this.#scroller.scrollTop -= SCROLL_STEP;
      if (drag.at.y > bottom - EDGE) this.#scroller.scrollTop += SCROLL_STEP;
      if (this.#scroller.scrollTop !== before) {
        this.#shown.value = { ...drag, target: this.#rules.targetAt(drag.dragged, drag.at) };
      }
    }
    this.#frame = requestAnimationFrame(this.#scroll);
  };
}

function placeOf({ clientX, clientY }: PointerEvent): Place {
  return { x: clientX, y: clientY };
}
