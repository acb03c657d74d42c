import type { JSX } from 'preact';
import { figure, t } from '../../src/base/texts.ts';
import type { UsageSum } from '../../src/protocol/usage.ts';
import { Breakable } from '../common/breakable.tsx';
import { type Measure, amountOf, costText, meanFirstToken, meanSpeed } from './measures.ts';

export interface SumRow {
  readonly sum: UsageSum;
  readonly name: string;
  /** What stands over a name that is cut short. */
  readonly title?: string;
}

interface SumTableProps {
  /** Of the first column. */
  readonly heading: string;
  readonly rows: readonly SumRow[];
  /** What the bars behind the names show; null for none. */
  readonly measure: Measure | null;
}

/** What was used, a row for each name. */
export function SumTable({ heading, rows, measure }: SumTableProps): JSX.Element {
  const most = measure === null ? 0 : Math.max(...rows.map(({ sum }) => amountOf(sum, measure)));
  const columns = [
    t('Cost'),
    t('Requests'),
    t('Tokens in'),
    t('Of them cached'),
    t('Tokens out'),
    t('First token'),
    t('Tokens/s'),
  ];
  return (
    <div class="table-scroller" tabIndex={0} role="region" aria-label={heading}>
      <table>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ sum, name, title }) => (
            <tr key={`${sum.name ?? ''} ${name}`}>
              <th scope="row" title={title}>
                <Breakable text={name} />
                {measure !== null && most > 0 && <Share of={amountOf(sum, measure) / most} />}
              </th>
              <td class="number">{costText(sum)}</td>
              <td class="number">{figure(sum.uses)}</td>
              <td class="number">{figure(sum.inputTokens)}</td>
              <td class="number">{figure(sum.cachedTokens)}</td>
              <td class="number">{figure(sum.outputTokens)}</td>
              <td class="number">{seconds(meanFirstToken(sum))}</td>
              <td class="number">{speed(meanSpeed(sum))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Share({ of }: { readonly of: number }): JSX.Element {
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="share-space" width="100" height="4" />
      <rect width={of * 100} height="4" />
    </svg>
  );
}

function seconds(ms: number | null): string {
  const unit = {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    minimumSignificantDigits: 2,
    maximumSignificantDigits: 2,
  } as const;
  return ms === null ? '–' : figure(ms / 1_000, unit);
}

function speed(perSecond: number | null): string {
  return perSecond === null ? '–' : figure(perSecond, { maximumSignificantDigits: 2 });
}
