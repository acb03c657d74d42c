import { groupBy } from '../../src/base/groupBy.ts';
import { figure, t } from '../../src/base/texts.ts';
import { type UsageSum, totalOf } from '../../src/protocol/usage.ts';
import { money } from '../../src/protocol/usageText.ts';

/** What the bars show. */
export type Measure = 'cost' | 'tokens' | 'uses';

export function measureName(measure: Measure): string {
  switch (measure) {
    case 'cost':
      return t('Cost');
    case 'tokens':
      return t('Tokens');
    case 'uses':
      return t('Requests');
  }
}

/** How long a bar is. */
export function amountOf(sum: UsageSum, measure: Measure): number {
  switch (measure) {
    case 'cost':
      return sum.costMicrousd;
    case 'tokens':
      return sum.inputTokens + sum.outputTokens;
    case 'uses':
      return sum.uses;
  }
}

/** What a bar stands for, as a reader reads it. */
export function amountText(sum: UsageSum, measure: Measure): string {
  return measure === 'cost' ? costText(sum) : figure(amountOf(sum, measure));
}

/** `≈` before what follows from a list of prices; `–` where no price is known. */
export function costText({ costMicrousd, estimated, unpriced, uses }: UsageSum): string {
  if (unpriced === uses && uses > 0) return '–';
  return `${estimated > 0 ? '≈ ' : ''}${money(costMicrousd)}`;
}

/** Milliseconds to the first piece of an answer; null where none came in pieces. */
export function meanFirstToken({ streamed, firstTokenMs }: UsageSum): number | null {
  return streamed === 0 ? null : firstTokenMs / streamed;
}

export function meanSpeed({ streamedMs, streamedTokens }: UsageSum): number | null {
  return streamedMs === 0 ? null : (streamedTokens * 1_000) / streamedMs;
}

/** So many bars stand next to each other before there is one for each month. */
const MOST_DAYS = 92;

/** One for each day from `from` to `to`, or for each month of a long time, also those without any use. */
export function timeline(days: readonly UsageSum[], from: string, to: string): UsageSum[] {
  const all: string[] = [];
  const last = Date.parse(to);
  for (let at = Date.parse(from); at <= last; at += 86_400_000) all.push(new Date(at).toISOString().slice(0, 10));
  const length = all.length > MOST_DAYS ? 'yyyy-mm'.length : 'yyyy-mm-dd'.length;
  const names = [...new Set(all.map((day) => day.slice(0, length)))];
  const found = groupBy(days, ({ name }) => (name ?? '').slice(0, length));
  return names.map((name) => totalOf(found.get(name) ?? [], name));
}

/** A day or a month as the language writes it. */
export function timeName(name: string, language: string, style: 'short' | 'long'): string {
  const isMonth = name.length === 'yyyy-mm'.length;
  return new Date(isMonth ? `${name}-01` : name).toLocaleDateString(language, {
    timeZone: 'UTC',
    month: style === 'long' && !isMonth ? 'long' : 'short',
    ...(isMonth ? { year: 'numeric' } : { day: 'numeric' }),
    ...(style === 'long' && !isMonth ? { weekday: 'short' } : {}),
  });
}
