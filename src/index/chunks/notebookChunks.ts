import { type Chunk, Lines } from './chunk.ts';
import { type Region, chunkRegions } from './regions.ts';
import { cutRows } from './lineChunks.ts';
import { jsonRegions } from './jsonChunks.ts';

/**
 * Chunks a Jupyter notebook by its cells: only what people wrote, not what running it gave. A cell's
 * symbol is the heading above it. The lines are those of the file, in which each is a string of JSON.
 */
export function chunkNotebook(textLines: readonly string[]): Chunk[] {
  const cells = jsonRegions(textLines.join('\n')).find(({ name }) => name === 'cells')?.children;
  if (cells === undefined || cells.length === 0 || textLines.length < 3) {
    return chunkRegions([], textLines, 'text');
  }
  const lines = new Lines(textLines);
  const chunks: Chunk[] = [];
  const titles: string[] = [];
  for (const cell of cells) {
    const source = cell.children.find(({ name }) => name === 'source');
    if (source === undefined) continue;
    const isMarkdown = lineOf(cell, 'cell_type', lines).includes('"markdown"');
    if (isMarkdown) takeHeadings(source, lines, titles);
    const symbol = titles.filter((title) => title !== '').join('.');
    const whole = { start: source.start, end: source.end, symbol, kind: isMarkdown ? 'section' : 'cell' };
    for (const { start, end, kind } of cutRows(whole, lines)) {
      chunks.push({ startLine: start + 1, endLine: end + 1, symbol, kind });
    }
  }
  return chunks;
}

function lineOf(cell: Region, key: string, lines: Lines): string {
  const region = cell.children.find(({ name }) => name === key);
  return region === undefined ? '' : lines.line(region.start);
}

function takeHeadings(source: Region, lines: Lines, titles: string[]): void {
  for (let row = source.start; row <= source.end; row++) {
    const heading = /"(#{1,6})\s+((?:[^"\\]|\\.)*?)(?:\\n)?"/.exec(lines.line(row));
    if (heading === null) continue;
    titles.length = Math.min(titles.length, (heading[1] ?? '').length - 1);
    while (titles.length < (heading[1] ?? '').length - 1) titles.push('');
    titles.push((heading[2] ?? '').replace(/\\./g, '').replace(/[*`]/g, '').replaceAll('.', ' ').trim().slice(0, 80));
  }
}
