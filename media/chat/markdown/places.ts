import type { PassagePlace } from '../../../src/protocol/searchView.ts';

/** Tells which places in the workspace names stand for, in their order; null where they stand for none. */
export type ResolvePlaces = (names: readonly string[]) => Promise<readonly (PassagePlace | null)[]>;

/** How many names one question may hold; the host refuses more. */
const MOST_NAMES = 50;
/** Names are asked about together. Milliseconds. */
const PAUSE_MS = 60;

/**
 * Turns names in finished blocks into links where the workspace has what they name: `src/a.ts:10`, `waitBeforeRetry`.
 * Each name is asked about once.
 */
export class Places {
  readonly #resolve: ResolvePlaces;
  readonly #known = new Map<string, PassagePlace | null>();
  readonly #waiting = new Map<string, HTMLElement[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(resolve: ResolvePlaces) {
    this.#resolve = resolve;
  }

  /** Makes links of what a block of an answer names. */
  equip(block: HTMLElement): void {
    for (const element of [block, ...block.querySelectorAll<HTMLElement>('[data-place]')]) {
      const name = element.dataset['place'];
      if (name === undefined) continue;
      const known = this.#known.get(name);
      if (known !== undefined) link(element, known);
      else this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), element]);
    }
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  /** The place that a link made here leads to. */
  of(element: HTMLElement): PassagePlace | null {
    return this.#known.get(element.dataset['place'] ?? '') ?? null;
  }

  async #ask(): Promise<void> {
    const asked = [...this.#waiting].slice(0, MOST_NAMES);
    for (const [name] of asked) this.#waiting.delete(name);
    const places = await this.#resolve(asked.map(([name]) => name)).catch(() => []);
    for (const [at, [name, elements]] of asked.entries()) {
      const place = places[at] ?? null;
      this.#known.set(name, place);
      for (const element of elements) link(element, place);
    }
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => void this.#ask(), PAUSE_MS) : undefined;
  }
}

function link(element: HTMLElement, place: PassagePlace | null): void {
  if (place === null) return;
  element.role = 'link';
  element.tabIndex = 0;
  const { path, startLine } = place;
  element.title = `${path}:${startLine}`;
}
