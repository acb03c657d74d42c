/** So many rows tell how wide the columns are to be. */
const ROWS = 60;

/**
 * Keeps the columns of a long table as wide as they are while it grows: else the browser would measure all of its rows
 * again for each one that comes.
 */
export class SteadyColumns {
  #table: HTMLTableElement | null = null;

  /** `grown` holds the rows, or the items of something else, that have just become more; null where nothing has grown. */
  grow(grown: Element | null): void {
    const table = grown?.nodeName === 'TBODY' ? grown.closest('table') : null;
    if (table === this.#table) return;
    this.end();
    if (table !== null && (grown?.childElementCount ?? 0) >= ROWS) this.#begin(table);
  }

  /** Nothing grows any more: the columns take the room that fits them. */
  end(): void {
    const table = this.#table;
    if (table === null) return;
    this.#table = null;
    table.classList.remove('steady');
    for (const element of [table, ...table.querySelectorAll('th')]) {
      // Chromium leaves an empty one where nobody has asked for it since it was set.
      if (element.hasAttribute('style')) element.removeAttribute('style');
    }
    if (table.classList.length === 0) table.removeAttribute('class');
  }

  #begin(table: HTMLTableElement): void {
    this.#table = table;
    const elements = [table, ...table.querySelectorAll('th')];
    const widths = elements.map((element) => element.getBoundingClientRect().width);
    for (const [at, element] of elements.entries()) element.style.width = `${widths[at] ?? 0}px`;
    table.classList.add('steady');
  }
}
