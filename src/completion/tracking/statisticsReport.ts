import { markdownTable } from '../markdownTable.ts';
import type { Percentiles, StatisticsSnapshot, Timed } from './completionStatistics.ts';

const stages: Readonly<Record<Timed, string>> = {
  request: 'Keystroke to suggestion, with a request',
  cache: 'Keystroke to suggestion, from the cache',
  engine: 'Keystroke to request, without the pause in typing',
  firstText: 'Request to first text',
  answer: 'Request to the end of the answer',
};

/** What completion did in this session, as a Markdown document. */
export function statisticsReport(statistics: StatisticsSnapshot, recordsUse: boolean): string {
  const { requests, prefetches, cancelled, failed, shown, accepted, acceptedBy, rejected, times } = statistics;
  const { count: served } = times.cache;
  const offered = served + times.request.count;
  const kept = statistics.kept.map(({ afterSeconds, count, share }) => [
    `Kept after ${afterSeconds < 60 ? `${afterSeconds} s` : `${afterSeconds / 60} min`}`,
    share === null ? '–' : `${percent(share)} of the text, ${count} looked at`,
  ]);
  const parts = [
    '# Completion Statistics',
    'Of this window, since it was opened. They are kept in memory only and end with the window.',
    '## Suggestions',
    twoColumns([
      ['Shown', shown],
      ['Accepted', shown === 0 ? accepted : `${accepted} (${percent(accepted / shown)})`],
      ['Times accepted whole', acceptedBy.whole],
      ['Times accepted by line', acceptedBy.line],
      ['Times accepted by word', acceptedBy.word],
      ['Characters accepted', statistics.acceptedCharacters],
      ['Rejected', rejected],
      ...kept,
    ]),
    '## Requests',
    twoColumns([
      ['Sent', `${requests}${prefetches === 0 ? '' : ` (${prefetches} ahead of the cursor)`}`],
      ['Called off', cancelled],
      ['Failed', failed],
      ['Served without a request', `${served} of ${offered}`],
    ]),
    '## Times',
    markdownTable(
      ['From, to', 'p50', 'p95', 'Count'],
      (Object.keys(stages) as Timed[]).map((stage) => timeRow(stages[stage], times[stage])),
      (column) => column > 0,
    ),
    recordsUse
      ? '`sextant.telemetry.optIn` is on: that a suggestion was shown, accepted, rejected or kept is also written to the store on this machine, with the model, counts and times, never with code. Nothing is sent anywhere.'
      : '`sextant.telemetry.optIn` is off: nothing of this is written down.',
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Milliseconds as people read them. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A share from 0 to 1 as people read it. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function timeRow(name: string, { count, p50Ms, p95Ms }: Percentiles): (string | number)[] {
  return count === 0 ? [name, '–', '–', 0] : [name, duration(p50Ms), duration(p95Ms), count];
}

function twoColumns(rows: readonly (readonly (string | number)[])[]): string {
  return markdownTable(['What', 'How much'], rows, (column) => column > 0);
}
