import { type Chunk, Lines, type Piece, joinPieces } from './chunk.ts';
import { cutRows } from './lineChunks.ts';

/** Chunks Markdown by its headings; a section's symbol is the way of headings to it. */
export function chunkMarkdown(textLines: readonly string[]): Chunk[] {
  const lines = new Lines(textLines);
  const sections: Piece[] = [];
  const titles: string[] = [];
  let start = 0;
  let symbol = '';
  const close = (end: number): void => {
    if (end >= start) sections.push({ start, end, symbol, kind: 'section' });
  };
  for (const heading of headings(lines)) {
    close(heading.row - 1);
    start = heading.row;
    titles.length = Math.min(titles.length, heading.level - 1);
    titles.push(heading.title);
    symbol = titles.filter((title) => title !== '').join('.');
  }
  close(lines.count - 1);
  return joinPieces(
    sections.flatMap((section) => cutRows(section, lines)),
    lines,
  );
}

interface Heading {
  readonly row: number;
  readonly level: number;
  readonly title: string;
}

function* headings(lines: Lines): Generator<Heading> {
  let fence: string | undefined;
  for (let row = frontMatterEnd(lines); row < lines.count; row++) {
    const line = lines.line(row);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence) && line.trim() === mark) fence = undefined;
    }
    if (fence !== undefined || mark !== undefined) continue;
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line);
    if (atx !== null) yield { row, level: (atx[1] ?? '').length, title: plain(atx[2] ?? '') };
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines.line(row + 1))?.[1];
    const isText = /^ {0,3}[^\s#>|`~*+-]/.test(line);
    if (atx === null && underline !== undefined && isText && (underline.startsWith('=') || underline.length > 2)) {
      yield { row, level: underline.startsWith('=') ? 1 : 2, title: plain(line) };
    }
  }
}

function frontMatterEnd(lines: Lines): number {
  if (lines.line(0) !== '---') return 0;
  for (let row = 1; row < Math.min(lines.count, 200); row++) if (lines.line(row) === '---') return row + 1;
  return 0;
}

/** A title as it reads: without links, code marks and emphasis, and without dots, which join symbols. */
function plain(title: string): string {
  return title
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>|[`*]/g, '')
    .replaceAll('.', ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
}
