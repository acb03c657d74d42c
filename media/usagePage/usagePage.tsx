import type { JSX } from 'preact';
import { figure, plural, t } from '../../src/base/texts.ts';
import type { RequestPurpose } from '../../src/protocol/egress.ts';
import { type UsageSum, totalOf } from '../../src/protocol/usage.ts';
import type { UsagePageState } from '../../src/protocol/usagePage.ts';
import { money } from '../../src/protocol/usageText.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { Page, Period, Pill, Pills } from '../common/page.tsx';
import { purposeTitle } from '../common/purposeName.ts';
import { Budgets } from './budgets.tsx';
import { type Measure, costText, measureName, timeline } from './measures.ts';
import type { PageState, Wanted } from './pageState.ts';
import { type SumRow, SumTable } from './sumTable.tsx';
import { TimeChart } from './timeChart.tsx';

const periods = (): readonly (readonly [days: number, name: string])[] => [
  [1, t('Today')],
  [7, t('Last 7 days')],
  [30, t('Last 30 days')],
  [90, t('Last 90 days')],
  [365, t('Last 365 days')],
  [0, t('All')],
];

const dimensions = (): readonly (readonly [by: Wanted['by'], name: string])[] => [
  ['model', t('Model')],
  ['provider', t('Provider')],
  ['purpose', t('Purpose')],
  ['workspace', t('Workspace')],
  ['persona', t('Persona')],
];

const measures: readonly Measure[] = ['cost', 'tokens', 'uses'];

/** The page about the use of models: what for, how much, what it costs, and what has become of completions. */
export function UsagePage({ state }: { state: PageState }): JSX.Element {
  const page = state.page.value;
  const wanted = state.wanted.value;
  const language = document.documentElement.lang;
  const measure = wanted.measure ?? (totalOf(page?.by.day ?? []).costMicrousd > 0 ? 'cost' : 'tokens');
  return (
    <Page title={t('Usage')} failure={state.failure.value} isLoading={page === null}>
      {page !== null && (
        <>
          <Summary state={state} page={page} language={language} />
          <Budgets page={page} />
          <Filters state={state} days={wanted.days} measure={measure} />
          {page.by.day.length === 0 ? (
            <p class="quiet">{t('No model was asked in this time.')}</p>
          ) : (
            <>
              <TimeChart sums={timeline(page.by.day, page.from, page.to)} measure={measure} language={language} />
              <Breakdown state={state} page={page} by={wanted.by} measure={measure} />
            </>
          )}
          <Caches total={totalOf(page.by.day)} />
          <Completions state={state} page={page} />
        </>
      )}
    </Page>
  );
}

interface PartProps {
  readonly state: PageState;
  readonly page: UsagePageState;
}

function Summary({ state, page, language }: PartProps & { readonly language: string }): JSX.Element {
  const total = totalOf(page.by.day);
  const requests = plural(total.uses, '{0} request', '{0} requests');
  const tokens = plural(total.inputTokens + total.outputTokens, '{0} token', '{0} tokens');
  const date = new Date(page.pricesDate).toLocaleDateString(language, { timeZone: 'UTC', dateStyle: 'medium' });
  return (
    <section class="status" aria-label={t('Summary')}>
      <div class="status-line">
        <Icon name="graph" />
        <span class="status-text" role="status">
          {total.uses === total.unpriced
            ? t('{0} with {1}.', requests, tokens)
            : t('{0} for {1} with {2}.', costText(total), requests, tokens)}
        </span>
      </div>
      {total.estimated > 0 && (
        <p class="status-note">
          {t(
            '≈ is worked out from prices, not from a bill: your own prices, or else the list of {0}. Tokens that a provider does not tell are estimated.',
            date,
          )}
        </p>
      )}
      {total.unpriced > 0 && (
        <p class="status-note">
          {plural(
            total.unpriced,
            '{0} request went to a model whose price is not known. Enter it under “Prices”, and the next ones will count.',
            '{0} requests went to models whose price is not known. Enter it under “Prices”, and the next ones will count.',
          )}
        </p>
      )}
      <div class="actions">
        <vscode-button secondary={true} onClick={() => void state.run('openBudgets')}>
          {t('Budgets')}
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('openPrices')}>
          {t('Prices')}
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('exportUsage')}>
          {t('Export…')}
        </vscode-button>
      </div>
    </section>
  );
}

interface FiltersProps {
  readonly state: PageState;
  readonly days: number;
  readonly measure: Measure;
}

function Filters({ state, days: chosen, measure: shown }: FiltersProps): JSX.Element {
  return (
    <div class="filters">
      <Period
        periods={periods()}
        chosen={chosen}
        choose={(days) => {
          state.want({ days });
        }}
      />
      <Pills label={t('Show')}>
        {measures.map((measure) => (
          <Pill
            key={measure}
            isPressed={measure === shown}
            press={() => {
              state.want({ measure });
            }}
          >
            {measureName(measure)}
          </Pill>
        ))}
      </Pills>
    </div>
  );
}

interface BreakdownProps extends PartProps {
  readonly by: Wanted['by'];
  readonly measure: Measure;
}

function Breakdown({ state, page, by: shown, measure }: BreakdownProps): JSX.Element {
  const names = dimensions();
  const heading = names.find(([by]) => by === shown)?.[1] ?? '';
  return (
    <section aria-labelledby="breakdown">
      <h2 id="breakdown">{t('What for')}</h2>
      <Pills label={t('Sum up by')}>
        {names.map(([by, name]) => (
          <Pill
            key={by}
            isPressed={by === shown}
            press={() => {
              state.want({ by });
            }}
          >
            {name}
          </Pill>
        ))}
      </Pills>
      <SumTable heading={heading} rows={page.by[shown].map((sum) => rowOf(sum, shown))} measure={measure} />
    </section>
  );
}

function rowOf(sum: UsageSum, by: Wanted['by']): SumRow {
  const name = sum.name ?? '';
  switch (by) {
    case 'purpose':
      return { sum, name: purposeTitle(name as RequestPurpose) };
    case 'workspace':
      return { sum, name: sum.name === null ? t('No folder') : folderName(name), title: decoded(name) };
    case 'persona':
      return { sum, name: sum.name ?? 'Sextant' };
    case 'model':
    case 'provider':
      return { sum, name };
  }
}

function folderName(uri: string): string {
  return decoded(uri.replace(/\/+$/, '').replace(/^.*\//, ''));
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function Caches({ total }: { readonly total: UsageSum }): JSX.Element | null {
  if (total.cachedTokens === 0 && total.hits === 0) return null;
  return (
    <section aria-labelledby="caches">
      <h2 id="caches">{t('Caches')}</h2>
      <dl class="facts">
        <Fact name={t('Saved')} value={`≈ ${money(total.savedMicrousd)}`} />
        <Fact name={t('Tokens that providers had cached')} value={share(total.cachedTokens / total.inputTokens)} />
        <Fact name={t('Answers served again')} value={figure(total.hits)} />
      </dl>
    </section>
  );
}

function Completions({ state, page: { completions } }: PartProps): JSX.Element {
  return (
    <section aria-labelledby="completions">
      <h2 id="completions">{t('Inline completions')}</h2>
      {completions === null ? (
        <>
          <p class="quiet">
            {t(
              'How many are shown, accepted and kept is counted only while telemetry is on. It is off until you turn it on.',
            )}
          </p>
          <vscode-button secondary={true} onClick={() => void state.run('openTelemetry')}>
            {t('Telemetry Setting')}
          </vscode-button>
        </>
      ) : (
        <dl class="facts">
          <Fact name={t('Shown')} value={figure(completions.shown)} />
          <Fact
            name={t('Accepted')}
            value={figure(completions.accepted)}
            {...(completions.shown > 0 && { note: share(completions.accepted / completions.shown) })}
          />
          <Fact
            name={t('Still there after 5 minutes')}
            value={completions.kept === null ? '–' : share(completions.kept)}
          />
        </dl>
      )}
    </section>
  );
}

function share(value: number): string {
  return figure(value, { style: 'percent' });
}

function Fact({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}): JSX.Element {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== undefined && <span class="quiet fact-note"> {note}</span>}
      </dd>
    </div>
  );
}
