import { toCsv } from './csv.ts';

/** How what a list holds is written into a file. */
export interface ListFormat<T> {
  /** The columns of the table. */
  readonly head: readonly string[];
  /** Its cells, in the order of the columns. */
  readonly cells: (item: T) => readonly string[];
  /** What JSON has of it. */
  readonly plain: (item: T) => object;
}

/** Some milliseconds of work at once. */
const TOGETHER = 500;

/** The text of a list as a table (RFC 4180) or as JSON, in pieces none of which takes long to make. */
export async function* listText<T>(
  pieces: AsyncIterable<readonly T[]>,
  kind: 'csv' | 'json',
  { head, cells, plain }: ListFormat<T>,
): AsyncGenerator<string> {
  if (kind === 'csv') yield toCsv([head]);
  let before = '[';
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += TOGETHER) {
      const items = piece.slice(at, at + TOGETHER);
      if (kind === 'csv') yield toCsv(items.map(cells));
      else yield before + JSON.stringify(items.map(plain), null, 2).slice(1, -2);
      before = ',';
    }
  }
  if (kind === 'json') yield before === '[' ? '[]\n' : '\n]\n';
}
