import type { ReviewHunk } from './editReview.ts';

/** Nobody listens to more. */
const MOST_PLACES = 5;

/**
 * What is left to decide and where, as it is read out: `2 changes to decide, in lines 3 to 9 and 20.` With none left it
 * says so.
 */
export function pendingInWords(hunks: readonly Pick<ReviewHunk, 'startRow' | 'added'>[]): string {
  const count = hunks.length;
  if (count === 0) return 'No change is left to decide.';
  const places = hunks.slice(0, MOST_PLACES).map(({ startRow, added }) => {
    const [first, last] = [startRow + 1, startRow + Math.max(1, added.length)];
    return first === last ? `${first}` : `${first} to ${last}`;
  });
  if (count > MOST_PLACES) places.push(`${count - MOST_PLACES} more places`);
  const isOneLine = places.length === 1 && (hunks[0]?.added.length ?? 0) <= 1;
  const list = places.length === 1 ? places.join('') : `${places.slice(0, -1).join(', ')} and ${places.at(-1) ?? ''}`;
  return `${count} ${count === 1 ? 'change' : 'changes'} to decide, in ${isOneLine ? 'line' : 'lines'} ${list}.`;
}
