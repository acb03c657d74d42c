import type { Lines } from './cutSnippet.ts';

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
    .filter(([name]) => name.length > 1 && !notNames.has(name))
    .map((match) => ({ name: match[0], character: match.index }));
}

/** Keywords of many languages, and types that no file of the user's defines. */
const notNames: ReadonlySet<string> = new Set(
  `abstract and any as assert async await bool boolean break byte case catch char class const constructor continue
  crate def default del delete do double elif else end enum except export extends extern false final finally float fn
  for foreach from func function get global go goto if impl implements import in instanceof int interface internal is
  lambda let long loop match mod module mut namespace new nil none None not null number object of or override package
  pass private protected pub public raise readonly return self set short signed sizeof static str string struct super
  switch template then this throw throws trait true True False try type typedef typeof undefined union unknown unless
  unsafe unsigned until use using val var virtual void volatile when where while with yield`.split(/\s+/),
);
