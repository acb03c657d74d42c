import { figure, listed, plural, t } from '../../base/texts.ts';
import type { ReviewHunk } from './editReview.ts';

/** Nobody listens to more. */
const MOST_PLACES = 5;

/**
 * What is left to decide and where, as it is read out: `2 changes to decide, in lines 3 to 9 and line 20.` With none
 * left it says so.
 */
export function pendingInWords(hunks: readonly Pick<ReviewHunk, 'startRow' | 'added'>[]): string {
  const count = hunks.length;
  if (count === 0) return t('No change is left to decide.');
  const places = hunks.slice(0, MOST_PLACES).map(({ startRow, added }) => {
    const [first, last] = [startRow + 1, startRow + Math.max(1, added.length)];
    return first === last ? t('line {0}', figure(first)) : t('lines {0} to {1}', figure(first), figure(last));
  });
  if (count > MOST_PLACES) places.push(plural(count - MOST_PLACES, '{0} more place', '{0} more places'));
  return plural(count, '{0} change to decide, in {1}.', '{0} changes to decide, in {1}.', listed(places));
}
