import type { JSX } from 'preact';
import type { RequestPurpose } from '../../src/protocol/egress.ts';
import type { RequestsPageState } from '../../src/protocol/requestsPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { Figures } from '../common/figures.ts';
import { type Destination, destinations, purposes, summarySentence } from './destinations.ts';
import type { PageState, Wanted } from './pageState.ts';
import { RequestList } from './requestList.tsx';

const PERIODS: readonly (readonly [days: number, name: string])[] = [
  [1, 'Last 24 hours'],
  [7, 'Last 7 days'],
  [30, 'Last 30 days'],
  [0, 'All'],
];

/** The page about what Sextant has sent: to whom, what for, how much, and which files it came from. */
export function RequestsPage({ state }: { state: PageState }): JSX.Element {
  const figures = new Figures(document.documentElement.lang);
  const page = state.page.value;
  const wanted = state.wanted.value;
  const failure = state.failure.value;
  return (
    <main class="page">
      <h1>Sent Requests</h1>
      {failure !== null && (
        <div class="notice" role="alert">
          <Icon name="warning" />
          <div>{failure}</div>
        </div>
      )}
      {page !== null && (
        <>
          <Summary state={state} page={page} wanted={wanted} figures={figures} />
          <Filters state={state} page={page} wanted={wanted} figures={figures} />
          {page.sums.length > 0 && <Destinations rows={destinations(page.sums)} figures={figures} />}
          <RequestList state={state} figures={figures} />
        </>
      )}
    </main>
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
  const kept = keepDays === 0 ? 'It is kept for ever.' : `It is kept for ${figures.count(keepDays)} days.`;
  return (
    <section class={`status ${hasLeft ? '' : 'status-ready'}`} aria-label="Summary">
      <div class="status-line">
        <Icon name={localOnly ? 'lock' : hasLeft ? 'cloud-upload' : 'check'} />
        <span class="status-text" role="status">
          {summarySentence(sums, wanted.days, figures)}
        </span>
      </div>
      <p class="status-note">
        Each request is written down before it goes: where to, what for, and which of your files it took something from.
        This list stays on your machine. {kept}
      </p>
      {localOnly && <p class="status-note">“Local only” is on: nothing is sent beyond this machine.</p>}
      <div class="actions">
        <vscode-button secondary={localOnly} onClick={() => void state.run('switchLocalOnly')}>
          {localOnly ? 'Turn “Local Only” Off' : 'Turn “Local Only” On'}
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('exportRequests')}>
          Export…
        </vscode-button>
        <vscode-button secondary={true} onClick={() => void state.run('openSettings')}>
          Settings
        </vscode-button>
      </div>
    </section>
  );
}

function Filters({ state, page, wanted, figures }: PartProps): JSX.Element {
  return (
    <div class="filters">
      <label>
        <span class="visually-hidden">Period</span>
        <select
          class="select"
          value={String(wanted.days)}
          onChange={({ currentTarget }) => {
            state.want({ days: Number(currentTarget.value) });
          }}
        >
          {PERIODS.map(([days, name]) => (
            <option key={days} value={String(days)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div class="pills" role="group" aria-label="Show">
        <button
          type="button"
          class="pill"
          aria-pressed={wanted.leftOnly}
          onClick={() => {
            state.want({ leftOnly: !wanted.leftOnly });
          }}
        >
          Left this machine
        </button>
        {purposes(page.sums).map(({ purpose, requests }) => (
          <Purpose key={purpose} state={state} purpose={purpose} count={figures.count(requests)} wanted={wanted} />
        ))}
      </div>
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
    <button
      type="button"
      class="pill"
      aria-pressed={isPressed}
      onClick={() => {
        state.want({ purpose: isPressed ? null : purpose });
      }}
    >
      {purpose} <span class="pill-count">{count}</span>
    </button>
  );
}

function Destinations({ rows, figures }: { rows: readonly Destination[]; figures: Figures }): JSX.Element {
  return (
    <section aria-labelledby="destinations">
      <h2 id="destinations">Where to</h2>
      <div class="table-scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col" class="number">
                Requests
              </th>
              <th scope="col" class="number">
                Sent
              </th>
              <th scope="col" class="number">
                Received
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ server, isLocal, requests, bytesOut, bytesIn }) => (
              <tr key={server}>
                <th scope="row">
                  {server}
                  {isLocal && <span class="quiet"> on this machine</span>}
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
