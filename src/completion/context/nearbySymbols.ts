import type { Lines } from './cutSnippet.ts';
import { keywords } from './keywords.ts';

/** A name in a document whose definition may help. */
export interface NearbySymbol {
  readonly name: string;
  /** Both counted from 0. */
  readonly line: number;
  readonly character: number;
  /** True for what stands before the dot that the cursor follows: its type says what may come. */
  readonly isReceiver: boolean;
}

const LINES_BEFORE = 40;
const LINES_AFTER = 4;
const LONGEST_LINE = 1_000;

/**
 * The names around a cursor, the nearest first, `limit` at most, each once: the receiver of the dot
 * at the cursor, then those of its line, of the lines above it, and of a few below.
 */
export function nearbySymbols(
  lines: Lines,
  cursor: { readonly line: number; readonly character: number },
  limit: number,
): NearbySymbol[] {
  const found = new Map<string, NearbySymbol>();
  for (const line of linesByNearness(cursor.line, lines.count)) {
    const isOwn = line === cursor.line;
    const text = isOwn ? lines.at(line).slice(0, cursor.character) : lines.at(line);
    if (text.length > LONGEST_LINE) continue;
    for (const { name, character } of names(text).reverse()) {
      const isReceiver = isOwn && /^(?:\?\.|\.|->|::)[\p{L}\p{N}_$]*$/u.test(text.slice(character + name.length));
      const known = found.get(name);
      if (known === undefined) found.set(name, { name, line, character, isReceiver });
      if (found.size >= limit) return [...found.values()];
    }
  }
  return [...found.values()];
}

function linesByNearness(line: number, count: number): number[] {
  const above = Array.from({ length: LINES_BEFORE + 1 }, (_, at) => line - at);
  const below = Array.from({ length: LINES_AFTER }, (_, at) => line + 1 + at);
  return [...above.slice(0, 8), ...below, ...above.slice(8)].filter((at) => at >= 0 && at < count);
}

/** Names outside of strings and comments, as far as one line tells, without words that are no names. */
function names(text: string): { readonly name: string; readonly character: number }[] {
  const code = text
    .replaceAll(/(["'`])(?:\\.|(?!\1).)*\1/g, (quoted) => ' '.repeat(quoted.length))
    .replace(/(?:\/\/|#(?!\w)|--\s|^\s*\*).*$/, '');
  return [...code.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)]
    .filter(([name]) => name.length > 1 && !keywords.has(name))
    .map((match) => ({ name: match[0], character: match.index }));
}
