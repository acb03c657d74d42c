import { citationScheme } from '../chat/prompt.ts';

const LONGEST_LINK = 400;

/**
 * Turns the citations of a streamed answer, links like `[a.ts:1-9](sextant-source:2)`, into their
 * text alone: a terminal has nothing to click. What may become one is held back until it is clear.
 */
export class CitationFilter {
  #held = '';

  /** What of the answer can be shown now. */
  push(piece: string): string {
    this.#held += piece;
    let shown = '';
    for (;;) {
      const open = this.#held.indexOf('[');
      if (open === -1) return shown + this.#take(this.#held.length);
      shown += this.#take(open);
      const link = citation.exec(this.#held);
      if (link !== null) {
        shown += link[1] ?? '';
        this.#take(link[0].length);
      } else if (mayBecomeCitation(this.#held)) {
        return shown;
      } else {
        shown += this.#take(1);
      }
    }
  }

  /** What was held back at the end. */
  finish(): string {
    return this.#take(this.#held.length);
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }
}

const citation = new RegExp(`^\\[((?:\\\\.|[^\\]\\n\\\\])+)\\]\\(${citationScheme}\\d+\\)`);

function mayBecomeCitation(text: string): boolean {
  if (text.length > LONGEST_LINK || text.includes('\n')) return false;
  const label = /^\[(?:\\.|[^\]\\])*\\?$/.test(text);
  const target = /^\[(?:\\.|[^\]\\])+\](.*)$/.exec(text)?.[1];
  if (label || target === undefined) return label;
  const expected = `(${citationScheme}`;
  return expected.startsWith(target) || (target.startsWith(expected) && /^\d*$/.test(target.slice(expected.length)));
}
