/** The lines of a document, read one at a time. */
export interface Lines {
  readonly count: number;
  /** Counted from 0; empty outside of the document. */
  at(line: number): string;
}

export interface Cut {
  /** First line, counted from 0. */
  readonly start: number;
  readonly text: string;
}

/**
 * Lines `start` to `end` with what belongs to them: up to the blank line or the opening of the block
 * that they stand in, on both sides, `limit` lines at most. A longer range gives its middle.
 */
export function cutAround(lines: Lines, start: number, end: number, limit: number): Cut {
  let first = clamp(start, 0, lines.count - 1);
  let last = clamp(end, first, lines.count - 1);
  if (last - first >= limit) {
    first = Math.floor((first + last - limit) / 2) + 1;
    last = first + limit - 1;
  }
  const base = leastIndent(lines, first, last);
  let isTopOpen = true;
  let isBottomOpen = true;
  while ((isTopOpen || isBottomOpen) && last - first + 1 < limit) {
    if (isTopOpen) {
      isTopOpen = first > 0 && !isBlank(lines.at(first - 1));
      if (isTopOpen && indentOf(lines.at(--first)) < base) isTopOpen = false;
    }
    if (isBottomOpen && last - first + 1 < limit) {
      const next = lines.at(last + 1);
      isBottomOpen = last + 1 < lines.count && !isBlank(next) && (indentOf(next) >= base || isCloser(next));
      if (isBottomOpen && indentOf(lines.at(++last)) < base) isBottomOpen = false;
    }
  }
  return { start: first, text: read(lines, first, last) };
}

/**
 * A definition that begins at `start`: all of it where it has `limit` lines at most, else its head
 * and the heads of its members, without their bodies. `end` is its last line where that is known.
 */
export function cutDefinition(lines: Lines, start: number, end: number | null, limit: number): Cut {
  const last = end ?? endOfBlock(lines, start);
  if (last - start < limit) return { start, text: read(lines, start, last) };
  const head = indentOf(lines.at(start));
  let member: number | null = null;
  const kept: string[] = [];
  for (let at = start; at <= last && kept.length < limit; at++) {
    const line = lines.at(at);
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    if (indent > head) member ??= indent;
    if (at === last || indent <= (member ?? head)) if (!isCloser(line) || at === last) kept.push(line);
  }
  return { start, text: kept.join('\n') };
}

/** How far a block is followed whose end nobody has told. */
const LONGEST_BLOCK = 400;

function endOfBlock(lines: Lines, start: number): number {
  const head = indentOf(lines.at(start));
  let last = start;
  for (let at = start + 1; at < lines.count && at < start + LONGEST_BLOCK; at++) {
    const line = lines.at(at);
    if (isBlank(line)) continue;
    if (indentOf(line) > head) last = at;
    else return isCloser(line) && last > start ? at : last;
  }
  return last;
}

function read(lines: Lines, first: number, last: number): string {
  const taken: string[] = [];
  for (let at = first; at <= last; at++) taken.push(lines.at(at));
  return taken.join('\n');
}

function leastIndent(lines: Lines, first: number, last: number): number {
  let least = Infinity;
  for (let at = first; at <= last; at++) {
    const line = lines.at(at);
    if (!isBlank(line)) least = Math.min(least, indentOf(line));
  }
  return least === Infinity ? 0 : least;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function isCloser(line: string): boolean {
  return /^\s*(?:[)\]}]|<\/|end\b)/.test(line);
}

/** Columns before the text, a tab counted as four. */
function indentOf(line: string): number {
  const space = /^[ \t]*/.exec(line)?.[0] ?? '';
  return space.replaceAll('\t', '    ').length;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, Math.max(least, most)));
}
