import type { TextRange } from './rows.ts';

/** What a title must and must not hold, without case and accents. */
export interface TitleQuery {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

/** Reads a search the way that the search of messages does: words, "phrases", -word and word*. */
export function titleQuery(query: string): TitleQuery {
  const terms = [...query.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/gu)].map(([, minus, phrase, word]) => ({
    isUnwanted: minus === '-',
    text: fold(phrase ?? word?.replace(/\*$/u, '') ?? '').text.trim(),
  }));
  const texts = (isUnwanted: boolean): string[] =>
    terms.filter((term) => term.isUnwanted === isUnwanted && term.text !== '').map(({ text }) => text);
  return { wanted: texts(false), unwanted: texts(true) };
}

/** Where a title holds what is wanted, in order and apart from each other; null when it does not fit. */
export function titleRanges(title: string, query: TitleQuery): readonly TextRange[] | null {
  const { text, origins } = fold(title);
  if (query.unwanted.some((each) => text.includes(each))) return null;
  const ranges: TextRange[] = [];
  for (const each of query.wanted) {
    const at = text.indexOf(each);
    if (at === -1) return null;
    ranges.push([origins[at] ?? 0, origins[at + each.length] ?? title.length]);
  }
  return merged(ranges);
}

/** Ranges that touch become one. */
function merged(ranges: readonly TextRange[]): TextRange[] {
  const result: TextRange[] = [];
  for (const range of [...ranges].sort((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last === undefined || range[0] > last[1]) result.push(range);
    else result[result.length - 1] = [last[0], Math.max(last[1], range[1])];
  }
  return result;
}

/** The text without case and accents, and for each of its code units where it comes from. */
export function fold(text: string): { readonly text: string; readonly origins: readonly number[] } {
  let folded = '';
  const origins: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
    origins.push(...Array<number>(plain.length).fill(at));
    folded += plain;
    at += character.length;
  }
  return { text: folded, origins };
}
