import type { JSX } from 'preact';
import type { SentRequest } from '../../src/protocol/egress.ts';
import type { Figures } from '../common/figures.ts';
import { serverOf } from './destinations.ts';
import type { PageState } from './pageState.ts';

/** The requests themselves, newest first. */
export function RequestList({ state, figures }: { state: PageState; figures: Figures }): JSX.Element {
  const list = state.list.value;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">Requests</h2>
      {list.length === 0 && <p class="quiet">None.</p>}
      <ol class="requests">
        {list.map((request) => (
          <Request key={request.id} request={request} figures={figures} />
        ))}
      </ol>
      {state.hasMore.value && (
        <vscode-button secondary={true} onClick={() => void state.loadMore()}>
          Show Older
        </vscode-button>
      )}
    </section>
  );
}

function Request({ request, figures }: { request: SentRequest; figures: Figures }): JSX.Element {
  const { at, purpose, model, address, bytesOut, bytesIn, files } = request;
  return (
    <li class="request">
      <div class="request-line">
        <span class="request-purpose">{purpose}</span>
        {model !== null && <span class="request-model">{model}</span>}
        <time class="quiet" dateTime={new Date(at).toISOString()}>
          {figures.moment(at)}
        </time>
      </div>
      <div class="request-line quiet">
        <span class="request-server" title={address}>
          {serverOf(address)}
        </span>
        <span>
          {figures.size(bytesOut)} sent, {figures.size(bytesIn)} received
        </span>
      </div>
      {files.length === 1 && <div class="request-files">From {files[0]}</div>}
      {files.length > 1 && (
        <details class="request-files">
          <summary>From {figures.count(files.length)} files</summary>
          <ul>
            {files.map((file) => (
              <li key={file}>{file}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
