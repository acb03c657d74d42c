import type { Chunk } from './chunk.ts';
import { MAX_REGION_DEPTH, type Region, RowCounter, chunkRegions } from './regions.ts';

/** Chunks JSON, with comments or without, by its keys and elements. */
export function chunkJson(textLines: readonly string[]): Chunk[] {
  return chunkRegions(jsonRegions(textLines.join('\n')), textLines, 'text');
}

interface Open {
  /** The key or element that the bracket belongs to; the top has none. */
  readonly region: Region | undefined;
  readonly isObject: boolean;
  /** What is being read in it. */
  current: Region | undefined;
}

/** Strings, comments, brackets, commas, colons, and anything else up to the next of them. */
const tokens = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?\*\/|[{}[\],:]|[^\s"{}[\],:/]+|\//g;

/** The keys and elements of a JSON text, nested; of a broken one as far as its brackets tell. */
export function jsonRegions(text: string): Region[] {
  const rows = new RowCounter(text);
  const top: Open = { region: undefined, isObject: false, current: undefined };
  const stack: Open[] = [top];
  const roots: Region[] = [];
  /** Where comments began that belong to the key after them. */
  let leading: number | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const open = stack.at(-1) ?? top;
    const row = rows.row(index);
    const enter = (name: string): Region => {
      const region: Region = { start: leading ?? row, end: row, name, kind: 'key', children: [] };
      leading = undefined;
      open.current = region;
      (open.region?.children ?? roots).push(region);
      return region;
    };
    if (token === '{' || token === '[') {
      const region = open.current ?? (open === top ? undefined : enter(''));
      if (stack.length < MAX_REGION_DEPTH) stack.push({ region, isObject: token === '{', current: undefined });
      else stack.push({ ...open, current: open.current });
    } else if (token === '}' || token === ']') {
      if (stack.length > 1) stack.pop();
      for (const { current } of stack) if (current !== undefined) current.end = row;
    } else if (token === ',') {
      open.current = undefined;
    } else if (token.startsWith('/')) {
      if (open.current === undefined) leading ??= row;
    } else if (token !== ':') {
      if (open.current === undefined && open !== top) enter(open.isObject ? keyOf(token) : '');
      if (open.current !== undefined) open.current.end = row;
    }
  }
  return roots;
}

/** A key as a part of a symbol: without quotes, and without dots, which join the parts. */
function keyOf(token: string): string {
  return token.replace(/^"|"$/g, '').replaceAll('.', ' ');
}
