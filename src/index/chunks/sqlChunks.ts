import type { Chunk } from './chunk.ts';
import { type Region, RowCounter, chunkRegions } from './regions.ts';

/** Comments, strings of all sorts, words, and what ends statements. */
const tokens =
  /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]\n]*\]|\$(\w*)\$[^]*?(?:\$\1\$|$)|[\p{L}_@#][\p{L}\p{N}_$@#]*|[;/$]+/gu;

/** What may stand between a statement's first words and the name of what it is about. */
const named =
  /^\s*(?:create|alter)\s+(?:or\s+(?:replace|alter)\s+)?(?:(?:global|local|temp|temporary|unlogged|unique|clustered|nonclustered|materialized|recursive|external|virtual|definer\s*=\s*\S+)\s+)*(table|view|index|function|procedure|proc|trigger|type|schema|sequence|extension|domain|aggregate|package|policy|role|user|database|event|rule)\s+(?:body\s+|concurrently\s+|if\s+(?:not\s+)?exists\s+)*([^\s(;,]+)/i;
const data =
  /^\s*(?:insert\s+(?:into|overwrite)|replace\s+into|update|delete\s+from|copy|merge\s+into)\s+(?:table\s+)?([^\s(;,]+)/i;
const routine = /^\s*(?:create|alter)\b[^;]*?\b(?:function|procedure|proc|trigger|package|event)\b/i;

/** Chunks SQL by its statements; a routine's body is one with it. */
export function chunkSql(textLines: readonly string[]): Chunk[] {
  const text = textLines.join('\n');
  const rows = new RowCounter(text);
  const regions: Region[] = [];
  /** Where the statement begins, and where the comments before it do. */
  let start: number | undefined;
  let leading: number | undefined;
  let depth = 0;
  let delimiter = ';';
  let previous = '';
  const close = (end: number): void => {
    if (start !== undefined) {
      const statement = text.slice(start, end);
      const found = named.exec(statement);
      const name = found?.[2] ?? data.exec(statement)?.[1] ?? '';
      const kind = found?.[1]?.toLowerCase().replace(/^proc$/, 'procedure') ?? 'statement';
      regions.push({ start: rows.row(leading ?? start), end: rows.row(end), name: plain(name), kind, children: [] });
    }
    start = leading = undefined;
    depth = 0;
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const word = token.toLowerCase();
    if (token.startsWith('--') || token.startsWith('/*')) {
      if (start === undefined) leading ??= index;
      continue;
    }
    const isLineOfItsOwn = /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, index - 40), index));
    if (word === 'delimiter' && isLineOfItsOwn) {
      close(index);
      delimiter = /^\s*(\S+)/.exec(text.slice(index + 9, index + 30))?.[1] ?? ';';
    } else if (word === 'go' && isLineOfItsOwn && /^go[ \t]*(\n|$)/i.test(text.slice(index, index + 40))) {
      close(index);
    } else if (/^[;/$]+$/.test(token)) {
      if (token.startsWith(delimiter) && depth <= 0) close(index + token.length);
    } else {
      start ??= index;
      if (word === 'begin' || word === 'case') depth += isRoutine(text, start, index) ? 1 : 0;
      if (word === 'end' && depth > 0 && !/^\s+(if|loop|while|repeat|for)\b/i.test(text.slice(index + 3, index + 20)))
        depth--;
      if (word === 'case' && previous === 'end') depth--;
    }
    previous = word;
  }
  close(text.length);
  return chunkRegions(regions, textLines, 'text');
}

/** Only in a routine do BEGIN and END hold statements together. */
function isRoutine(text: string, start: number, end: number): boolean {
  return routine.test(text.slice(start, Math.min(end, start + 500)));
}

/** A name without quotes; the dots in it separate a schema from what is in it. */
function plain(name: string): string {
  return name.replace(/["`[\]']/g, '');
}
