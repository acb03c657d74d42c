import { t } from '../../base/texts.ts';
import { markdownTable } from '../../base/markdownTable.ts';
import type { Percentiles, StatisticsSnapshot, Timed } from './completionStatistics.ts';

const stages: Readonly<Record<Timed, string>> = {
  get request() {
    return t('Keystroke to suggestion, with a request');
  },
  get cache() {
    return t('Keystroke to suggestion, from the cache');
  },
  get engine() {
    return t('Keystroke to request, without the pause in typing');
  },
  get firstText() {
    return t('Request to first text');
  },
  get answer() {
    return t('Request to the end of the answer');
  },
};

/** What completion did in this session, as a Markdown document. */
export function statisticsReport(statistics: StatisticsSnapshot, recordsUse: boolean): string {
  const { requests, prefetches, cancelled, failed, shown, accepted, acceptedBy, rejected, times } = statistics;
  const { count: served } = times.cache;
  const offered = served + times.request.count;
  const kept = statistics.kept.map(({ afterSeconds, count, share }) => [
    t('Kept after {0}', afterSeconds < 60 ? t('{0} s', afterSeconds) : t('{0} min', afterSeconds / 60)),
    share === null ? '–' : t('{0} of the text, {1} looked at', percent(share), count),
  ]);
  const parts = [
    `# ${t('Completion Statistics')}`,
    t('Of this window, since it was opened. They are kept in memory only and end with the window.'),
    `## ${t('Suggestions')}`,
    twoColumns([
      [t('Shown'), shown],
      [t('Accepted'), shown === 0 ? accepted : `${accepted} (${percent(accepted / shown)})`],
      [t('Times accepted whole'), acceptedBy.whole],
      [t('Times accepted by line'), acceptedBy.line],
      [t('Times accepted by word'), acceptedBy.word],
      [t('Characters accepted'), statistics.acceptedCharacters],
      [t('Rejected'), rejected],
      ...kept,
    ]),
    `## ${t('Requests')}`,
    twoColumns([
      [t('Sent'), prefetches === 0 ? requests : t('{0} ({1} ahead of the cursor)', requests, prefetches)],
      [t('Called off'), cancelled],
      [t('Failed'), failed],
      [t('Served without a request'), t('{0} of {1}', served, offered)],
    ]),
    '## Times',
    markdownTable(
      [t('From, to'), 'p50', 'p95', t('Count')],
      (Object.keys(stages) as Timed[]).map((stage) => timeRow(stages[stage], times[stage])),
      (column) => column > 0,
    ),
    recordsUse
      ? t(
          'Telemetry is on: that a suggestion was shown, accepted, rejected or kept is also written to the store on this machine, with the model’s family, counts and times, never with code. _Show Telemetry_ shows it.',
        )
      : t('Telemetry is off: nothing of this is written down.'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Milliseconds as people read them. */
export function duration(ms: number): string {
  if (ms < 10) return t('{0} ms', ms.toFixed(1));
  return ms < 1000 ? t('{0} ms', Math.round(ms)) : t('{0} s', (ms / 1000).toFixed(1));
}

/** A share from 0 to 1 as people read it. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function timeRow(name: string, { count, p50Ms, p95Ms }: Percentiles): (string | number)[] {
  return count === 0 ? [name, '–', '–', 0] : [name, duration(p50Ms), duration(p95Ms), count];
}

function twoColumns(rows: readonly (readonly (string | number)[])[]): string {
  return markdownTable([t('What'), t('How much')], rows, (column) => column > 0);
}
