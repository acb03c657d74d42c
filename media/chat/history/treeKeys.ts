import { type ItemRow, type Row, isItem, labelOf } from './rows.ts';
import { fold } from './titleQuery.ts';

/** What a key does in the tree: comes to a row, or opens or folds the one it is at. */
export type TreeMove =
  | { readonly type: 'to'; readonly row: ItemRow }
  | { readonly type: 'open'; readonly row: ItemRow }
  | { readonly type: 'fold'; readonly row: ItemRow };

/** What a key of the ARIA tree pattern does at a row; null for other keys. `pageRows`: as many rows as are in sight. */
export function treeMove(rows: readonly Row[], at: number, key: string, pageRows: number): TreeMove | null {
  const row = rows[at];
  const to = (target: ItemRow | undefined): TreeMove | null =>
    target === undefined ? null : { type: 'to', row: target };
  switch (key) {
    case 'ArrowDown':
      return to(nextItem(rows, at, 1));
    case 'ArrowUp':
      return to(nextItem(rows, at, -1));
    case 'PageDown':
      return to(nextItem(rows, Math.min(at + pageRows, rows.length) - 1, 1) ?? nextItem(rows, rows.length, -1));
    case 'PageUp':
      return to(nextItem(rows, Math.max(at - pageRows, -1) + 1, -1) ?? nextItem(rows, -1, 1));
    case 'Home':
      return to(nextItem(rows, -1, 1));
    case 'End':
      return to(nextItem(rows, rows.length, -1));
    case 'ArrowRight': {
      if (!isItem(row) || !('isOpen' in row)) return null;
      if (!row.isOpen) return { type: 'open', row };
      const first = rows[at + 1];
      return isItem(first) && first.parent === row.key ? to(first) : null;
    }
    case 'ArrowLeft': {
      if (!isItem(row)) return null;
      if ('isOpen' in row && row.isOpen) return { type: 'fold', row };
      return to(rows.filter(isItem).find((each) => each.key === row.parent));
    }
    default:
      return null;
  }
}

/** The next row that the keys can come to, without those at the ends coming round. */
export function nextItem(rows: readonly Row[], from: number, step: 1 | -1): ItemRow | undefined {
  for (let at = from + step; at >= 0 && at < rows.length; at += step) {
    const row = rows[at];
    if (isItem(row)) return row;
  }
  return undefined;
}

/** The next row after `at`, round the end, whose words begin so; one letter typed again goes on to the next. */
export function typeAhead(rows: readonly Row[], at: number, typed: string): ItemRow | undefined {
  const wanted = fold(typed).text;
  const isRepeated = new Set(wanted).size === 1;
  const start = isRepeated ? at + 1 : at;
  const beginning = isRepeated ? wanted.slice(0, 1) : wanted;
  const order = [...rows.slice(start), ...rows.slice(0, start)];
  return order.filter(isItem).find((row) => fold(labelOf(row).slice(0, 200)).text.startsWith(beginning));
}
