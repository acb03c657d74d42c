import type { Chunk } from './chunk.ts';
import { MAX_REGION_DEPTH, type Region, chunkRegions } from './regions.ts';

interface Open {
  readonly indentation: number;
  readonly region: Region;
}

const keyLine = /^(\s*)((?:-\s+)*)(?:"([^"]+)"|'([^']+)'|([^\s#'"{[&*!|>%@`-][^#]*?|-[^\s#][^#]*?))\s*:(?=\s|$)/;
const itemLine = /^(\s*)-(?:\s|$)/;

/** Chunks YAML by its keys, as their indentation tells; what is in a block of text has no keys. */
export function chunkYaml(textLines: readonly string[]): Chunk[] {
  const roots: Region[] = [];
  let stack: Open[] = [];
  /** The indentation of the key whose block of text goes on. */
  let block = Number.POSITIVE_INFINITY;
  /** Where comments began that belong to the key after them. */
  let leading: number | undefined;
  const close = (indentation: number, row: number): void => {
    while ((stack.at(-1)?.indentation ?? -1) >= indentation) {
      const closed = stack.pop();
      if (closed !== undefined) closed.region.end = Math.max(closed.region.start, row - 1);
    }
  };
  for (const [row, line] of textLines.entries()) {
    const text = line.trim();
    const indentation = line.search(/\S/);
    if (text === '') {
      leading = undefined;
      continue;
    }
    if (indentation > block) continue;
    block = Number.POSITIVE_INFINITY;
    if (text.startsWith('#')) {
      leading ??= row;
      continue;
    }
    const start = leading ?? row;
    leading = undefined;
    if (text === '---' || text === '...') {
      close(0, start);
      continue;
    }
    const key = keyLine.exec(line);
    const isItem = itemLine.test(line);
    if (key === null && !isItem) continue;
    // An item stands deeper than the key that it belongs to, also where it is written at the same place.
    close(isItem ? indentation + 0.5 : indentation, start);
    const open = (at: number, name: string): void => {
      if (stack.length >= MAX_REGION_DEPTH) return;
      const region: Region = { start, end: textLines.length - 1, name, kind: 'key', children: [] };
      (stack.at(-1)?.region.children ?? roots).push(region);
      stack.push({ indentation: at, region });
    };
    if (isItem) open(indentation + 0.5, '');
    if (key !== null) {
      const [, spaces = '', dashes = ''] = key;
      open(spaces.length + dashes.length, (key[3] ?? key[4] ?? key[5] ?? '').replaceAll('.', ' '));
      if (/:\s+([|>][-+0-9]*)\s*(#.*)?$/.test(line)) block = indentation;
    }
  }
  stack = [];
  return chunkRegions(roots, textLines, 'text');
}
