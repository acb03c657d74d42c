import type { JSX } from 'preact';
import { plural, t } from '../../src/base/texts.ts';
import type { RequestPurpose } from '../../src/protocol/egress.ts';
import type { RequestsPageState } from '../../src/protocol/requestsPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { Breakable } from '../common/breakable.tsx';
import { Page, Period, Pill, Pills } from '../common/page.tsx';
import { purposeTitle } from '../common/purposeName.ts';
import { Figures } from '../common/figures.ts';
import { type Destination, destinations, purposes, summarySentence } from './destinations.ts';
import type { PageState, Wanted } from './pageState.ts';
import { RequestList } from './requestList.tsx';

const periods = (): readonly (readonly [days: number, name: string])[] => [
  [1, t('Last 24 hours')],
  [7, t('Last 7 days')],
  [30, t('Last 30 days')],
  [0, t('All')],
];

/** The page about what Sextant has sent: to whom, what for, how much, and which files it came from. */
export function RequestsPage({ state }: { state: PageState }): JSX.Element {
  const figures = new Figures(document.documentElement.lang);
  const page = state.page.value;
  const wanted = state.wanted.value;
  return (
    <Page title={t('Sent Requests')} failure={state.failure.value} isLoading={page === null}>
      {page !== null && (
        <>
          <Summary state={state} page={page} wanted={wanted} figures={figures} />
          <Filters state={state} page={page} wanted={wanted} figures={figures} />
          {page.sums.length > 0 && <Destinations rows={destinations(page.sums)} figures={figures} />}
          <RequestList state={state} figures={figures} />
        </>
      )}
    </Page>
  );
}

interface PartProps {
  readonly state: PageState;
  readonly page: RequestsPageState;
  readonly wanted: Wanted;
  readonly figures: Figures;
}

function Summary({ state, page, wanted, figures }: PartProps): JSX.Element {
  const { localOnly, keepDays, sums } = page;
  const hasLeft = sums.some(({ isLocal }) => !isLocal);
  const kept =
    keepDays === 0
      ? t('It is kept for ever.')
      : plural(keepDays, 'It is kept for {0} day.', 'It is kept for {0} days.');
  return (
    <section class={`status ${hasLeft ? '' : 'status-ready'}`} aria-label={t('Summary')}>
      <div class="status-line">
        <Icon name={localOnly ? 'lock' : hasLeft ? 'cloud-upload' : 'check'} />
        <span class="status-text" role="status">
          {summarySentence(sums, wanted.days, figures)}
        </span>
      </div>
      <p class="status-note">
        {t(
          'Each request is written down before it goes: where to, what for, and which of your files it took something from. This list stays on your machine. {0}',
          kept,
        )}
      </p>
      {localOnly && <p class="status-note">{t('“Local only” is on: nothing is sent beyond this machine.')}</p>}
      <div class="actions">
        <vscode-button secondary={true} onClick={() => void state.run('switchLocalOnly')}>
          {localOnly ? t('Turn “Local Only” Off') : t('Turn “Local Only” On')}
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('exportRequests')}>
          {t('Export…')}
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('openSettings')}>
          {t('Settings')}
        </vscode-button>
      </div>
    </section>
  );
}

function Filters({ state, page, wanted, figures }: PartProps): JSX.Element {
  return (
    <div class="filters">
      <Period
        periods={periods()}
        chosen={wanted.days}
        choose={(days) => {
          state.want({ days });
        }}
      />
      <Pills label={t('Show')}>
        <Pill
          isPressed={wanted.leftOnly}
          press={() => {
            state.want({ leftOnly: !wanted.leftOnly });
          }}
        >
          {t('Left this machine')}
        </Pill>
        {purposes(page.sums).map(({ purpose, requests }) => (
          <Purpose key={purpose} state={state} purpose={purpose} count={figures.count(requests)} wanted={wanted} />
        ))}
      </Pills>
    </div>
  );
}

interface PurposeProps {
  readonly state: PageState;
  readonly purpose: RequestPurpose;
  readonly count: string;
  readonly wanted: Wanted;
}

function Purpose({ state, purpose, count, wanted }: PurposeProps): JSX.Element {
  const isPressed = purpose === wanted.purpose;
  return (
    <Pill
      isPressed={isPressed}
      count={count}
      press={() => {
        state.want({ purpose: isPressed ? null : purpose });
      }}
    >
      {purposeTitle(purpose)}
    </Pill>
  );
}

function Destinations({ rows, figures }: { rows: readonly Destination[]; figures: Figures }): JSX.Element {
  return (
    <section aria-labelledby="destinations">
      <h2 id="destinations">{t('Where to')}</h2>
      <div class="table-scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Server')}</th>
              <th scope="col" class="number">
                {t('Requests')}
              </th>
              <th scope="col" class="number">
                {t('Sent')}
              </th>
              <th scope="col" class="number">
                {t('Received')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ server, isLocal, requests, bytesOut, bytesIn }) => (
              <tr key={server}>
                <th scope="row">
                  <Breakable text={server} /> {isLocal && <span class="quiet">{t('on this machine')}</span>}
                </th>
                <td class="number">{figures.count(requests)}</td>
                <td class="number">{figures.size(bytesOut)}</td>
                <td class="number">{figures.size(bytesIn)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
