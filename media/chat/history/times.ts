import { t } from '../../../src/base/texts.ts';
/** The days that chats are grouped by. */
export interface DayGroup {
  /** `today`, `yesterday`, `week`, or a month as `2026-11`. */
  readonly id: string;
  readonly label: string;
}

/** The group of a time, by the reader's calendar. Milliseconds since the epoch. */
export function dayGroup(timeMs: number, nowMs: number, language: string): DayGroup {
  const daysAgo = Math.round((startOfDay(nowMs) - startOfDay(timeMs)) / 86_400_000);
  if (daysAgo <= 0) return { id: 'today', label: t('Today') };
  if (daysAgo === 1) return { id: 'yesterday', label: t('Yesterday') };
  if (daysAgo < 7) return { id: 'week', label: t('Last 7 days') };
  const time = new Date(timeMs);
  const isThisYear = time.getFullYear() === new Date(nowMs).getFullYear();
  const form: Intl.DateTimeFormatOptions = isThisYear ? { month: 'long' } : { month: 'long', year: 'numeric' };
  const month = String(time.getMonth() + 1).padStart(2, '0');
  return { id: `${time.getFullYear()}-${month}`, label: format(language, form).format(time) };
}

const hourMs = 3_600_000;

/** How long ago a time was, or its date, in as few letters as the reader's language has for it. */
export function shortTime(timeMs: number, nowMs: number, language: string): string {
  const agoMs = Math.max(0, nowMs - timeMs);
  if (agoMs < 60_000) return 'now';
  const inUnits = (unit: string, amount: number): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(Math.floor(amount));
  if (agoMs < hourMs) return inUnits('minute', agoMs / 60_000);
  if (agoMs < 24 * hourMs) return inUnits('hour', agoMs / hourMs);
  if (agoMs < 7 * 24 * hourMs) return inUnits('day', agoMs / (24 * hourMs));
  const isThisYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear();
  return format(language, isThisYear ? { month: 'short', day: 'numeric' } : { month: 'short', year: 'numeric' }).format(
    timeMs,
  );
}

/** The day and the hour, short enough for a list. */
export function mediumTime(timeMs: number, language: string): string {
  return format(language, { dateStyle: 'medium', timeStyle: 'short' }).format(timeMs);
}

/** The day and the hour in full, for a tooltip. */
export function fullTime(timeMs: number, language: string): string {
  return format(language, { dateStyle: 'full', timeStyle: 'short' }).format(timeMs);
}

function startOfDay(timeMs: number): number {
  return new Date(timeMs).setHours(0, 0, 0, 0);
}

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let known = formats.get(key);
  if (known === undefined) formats.set(key, (known = new Intl.DateTimeFormat(language, options)));
  return known;
}
