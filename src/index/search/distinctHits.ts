import type { SearchHit } from '../../protocol/contextIndex.ts';
import type { Lines } from '../files/textLines.ts';

/** A passage with all lines of its file. */
export interface ReadHit {
  readonly hit: SearchHit;
  readonly lines: Lines;
}

/** Two long chunks and a little: a passage that is joined further would leave a small model no room for another. */
const MOST_JOINED = 5000;
/** The blank lines that may stand between two parts of one definition. */
const BLANK_BETWEEN = 2;
/** Shorter passages are alike by chance. */
const LEAST_LINES = 5;
const NEARLY_ALL = 0.9;

/**
 * Passages as they are shown: those that touch in a file as one, in the better one's place; what stands nearly
 * the same in several files once, from the file that came first.
 */
export class DistinctHits {
  readonly #hits: SearchHit[] = [];
  readonly #shown: { readonly file: string; readonly text: ReadonlySet<string> }[] = [];

  /** Best first. */
  get hits(): readonly SearchHit[] {
    return this.#hits;
  }

  /** Adds the next best. */
  add({ hit, lines }: ReadHit): void {
    const file = `${hit.folder}\0${hit.path}`;
    const text = new Set(hit.text.split('\n').map((line) => line.trim()));
    text.delete('');
    if (this.#shown.some((other) => other.file !== file && areAlike(other.text, text))) return;
    this.#shown.push({ file, text });
    this.#hits.push(hit);
    // What lies between two that are shown joins them both.
    for (let at = this.#hits.length - 1; at !== -1;) at = this.#join(at, lines);
  }

  /** Joins a hit with one that it touches, and returns where both are now; -1 where it touches none. */
  #join(at: number, lines: Lines): number {
    for (const [place, other] of this.#hits.entries()) {
      const hit = this.#hits[at];
      if (hit === undefined || place === at) continue;
      const [first, second] = place < at ? [place, at] : [at, place];
      const joined = place < at ? joinedHit(other, hit, lines) : joinedHit(hit, other, lines);
      if (joined === undefined) continue;
      this.#hits[first] = joined;
      this.#hits.splice(second, 1);
      return first;
    }
    return -1;
  }
}

/** Both as one in the place of the better; undefined where they do not touch, or are too long together. */
function joinedHit(better: SearchHit, other: SearchHit, lines: Lines): SearchHit | undefined {
  if (better.path !== other.path || better.folder !== other.folder) return undefined;
  const [first, second] = better.startLine <= other.startLine ? [better, other] : [other, better];
  const between = lines.slice(first.endLine, second.startLine - 1);
  const isOne = first.symbol !== '' && first.symbol === second.symbol;
  if (between.length > (isOne ? BLANK_BETWEEN : 0) || between.some((line) => line.trim() !== '')) return undefined;
  const endLine = Math.max(first.endLine, second.endLine);
  const text = lines.slice(first.startLine - 1, endLine).join('\n');
  return text.length > MOST_JOINED ? undefined : { ...better, startLine: first.startLine, endLine, text };
}

/** True for the same lines, or nearly all of them, in whatever indentation. */
function areAlike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const wanted = Math.min(one.size, other.size) < LEAST_LINES ? 1 : NEARLY_ALL;
  const missing = one.size - (wanted * (one.size + other.size)) / 2;
  if (missing < 0) return false;
  let missed = 0;
  for (const line of one) if (!other.has(line) && ++missed > missing) return false;
  return true;
}
