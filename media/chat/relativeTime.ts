const units = [
  { unit: 'minute', ms: 60_000, below: 60 },
  { unit: 'hour', ms: 3_600_000, below: 24 },
  { unit: 'day', ms: 86_400_000, below: 7 },
] as const;

/** How long ago a time was, in the reader's language; a date when that is more than a week. Milliseconds. */
export function relativeTime(timeMs: number, nowMs: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const agoMs = Math.max(0, nowMs - timeMs);
  if (agoMs < 60_000) return format.format(0, 'second');
  for (const { unit, ms, below } of units) {
    const count = Math.floor(agoMs / ms);
    if (count < below) return format.format(-count, unit);
  }
  const isThisYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear();
  const date: Intl.DateTimeFormatOptions = {
    month: 'short',
    day: 'numeric',
    ...(isThisYear ? {} : { year: 'numeric' }),
  };
  return new Intl.DateTimeFormat(language, date).format(timeMs);
}
