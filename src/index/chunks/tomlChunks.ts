import type { Chunk } from './chunk.ts';
import { type Region, chunkRegions } from './regions.ts';

const header = /^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*([#;].*)?$/;

/** Chunks TOML, and what looks like it (INI, systemd units, .editorconfig), by its tables. */
export function chunkToml(textLines: readonly string[]): Chunk[] {
  const regions: Region[] = [];
  /** What ends the text of several lines that is open. */
  let quotes: string | undefined;
  let leading: number | undefined;
  for (const [row, line] of textLines.entries()) {
    const wasOpen = quotes !== undefined;
    for (const [mark] of line.matchAll(/"""|'''/g)) {
      if (quotes === undefined) quotes = mark;
      else if (quotes === mark) quotes = undefined;
    }
    if (wasOpen) continue;
    const title = header.exec(line)?.[1];
    if (title !== undefined) {
      const start = leading ?? row;
      const before = regions.at(-1);
      if (before !== undefined) before.end = start - 1;
      regions.push({ start, end: textLines.length - 1, name: title.replace(/["']/g, ''), kind: 'table', children: [] });
    }
    if (!/^\s*[#;]/.test(line)) leading = undefined;
    else leading ??= row;
  }
  return chunkRegions(regions, textLines, 'text');
}
