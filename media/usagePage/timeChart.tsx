import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { UsageSum } from '../../src/protocol/usage.ts';
import { type Measure, amountOf, amountText, measureName, timeName } from './measures.ts';
import { SumTable } from './sumTable.tsx';

const WIDTH = 800;
const HEIGHT = 140;

interface TimeChartProps {
  /** In their order. */
  readonly sums: readonly UsageSum[];
  readonly measure: Measure;
  readonly language: string;
}

/** Bars over the days or months, with what they show as a table behind them. */
export function TimeChart({ sums, measure, language }: TimeChartProps): JSX.Element {
  const most = Math.max(0, ...sums.map((sum) => amountOf(sum, measure)));
  const highest = sums.find((sum) => amountOf(sum, measure) === most);
  const step = WIDTH / Math.max(1, sums.length);
  const [first, last] = [sums[0]?.name ?? '', sums.at(-1)?.name ?? ''];
  const label = t(
    '{0} from {1} to {2}. The same stands in the table below.',
    measureName(measure),
    timeName(first, language, 'long'),
    timeName(last, language, 'long'),
  );
  return (
    <>
      <figure class="chart">
        <div class="chart-most quiet" aria-hidden="true">
          {most > 0 && highest !== undefined ? amountText(highest, measure) : ''}
        </div>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
          {sums.map((sum, at) => {
            const height =
              most === 0 ? 0 : Math.max(amountOf(sum, measure) > 0 ? 2 : 0, (amountOf(sum, measure) / most) * HEIGHT);
            const name = timeName(sum.name ?? '', language, 'long');
            return (
              <g key={sum.name} class="bar">
                <title>{`${name}: ${amountText(sum, measure)}`}</title>
                <rect class="bar-space" x={at * step} y={0} width={step} height={HEIGHT} />
                <rect x={at * step + step * 0.12} y={HEIGHT - height} width={step * 0.76} height={height} />
              </g>
            );
          })}
        </svg>
        <div class="chart-ends quiet" aria-hidden="true">
          <span>{timeName(first, language, 'short')}</span>
          {sums.length > 1 && <span>{timeName(last, language, 'short')}</span>}
        </div>
      </figure>
      <details class="behind">
        <summary>{t('Show as a table')}</summary>
        <SumTable
          heading={t('Time')}
          rows={sums
            .filter(({ uses }) => uses > 0)
            .map((sum) => ({ sum, name: timeName(sum.name ?? '', language, 'long') }))
            .reverse()}
          measure={null}
        />
      </details>
    </>
  );
}
