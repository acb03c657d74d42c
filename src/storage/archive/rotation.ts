import type { Backup } from '../../protocol/archive.ts';

const DAILY = 7;
const WEEKLY = 4;
const SAFETY = 3;
const DAY_MS = 86_400_000;
/** The epoch was a Thursday; a week begins on Monday. */
const MONDAY_OFFSET_DAYS = 3;

type Dated = Pick<Backup, 'file' | 'createdAt' | 'kind'>;

/**
 * The backups that need not be kept: of those that Sextant makes each day all but the newest of each of the last 7 days
 * that have one, and of the weeks before these the newest of each of the last 4; of those before a restore all but 3.
 * Whoever asked for a backup keeps it.
 */
export function dispensableBackups<T extends Dated>(backups: readonly T[]): T[] {
  const newestFirst = backups.toSorted((a, b) => b.createdAt - a.createdAt);
  const daily = newestFirst.filter(({ kind }) => kind === 'daily');
  const days = newestOfEach(daily, dayOf).slice(0, DAILY);
  const oldestWeek = Math.min(...days.map(weekOf));
  const older = daily.filter((backup) => weekOf(backup) < oldestWeek);
  const weeks = newestOfEach(older, weekOf).slice(0, WEEKLY);
  const safety = newestFirst.filter(({ kind }) => kind === 'safety').slice(0, SAFETY);
  const kept = new Set<T>([...days, ...weeks, ...safety]);
  return backups.filter((backup) => backup.kind !== 'asked' && !kept.has(backup));
}

function dayOf({ createdAt }: Dated): number {
  return Math.floor(createdAt / DAY_MS);
}

function weekOf(backup: Dated): number {
  return Math.floor((dayOf(backup) + MONDAY_OFFSET_DAYS) / 7);
}

function newestOfEach<T extends Dated>(newestFirst: readonly T[], period: (backup: T) => number): T[] {
  const seen = new Set<number>();
  return newestFirst.filter((backup) => {
    const found = period(backup);
    if (seen.has(found)) return false;
    seen.add(found);
    return true;
  });
}
