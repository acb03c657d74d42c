import type { JSX } from 'preact';
import { plural, t } from '../../src/base/texts.ts';
import type { SentRequest } from '../../src/protocol/egress.ts';
import { Breakable } from '../common/breakable.tsx';
import { purposeTitle } from '../common/purposeName.ts';
import type { Figures } from '../common/figures.ts';
import { serverOf } from './destinations.ts';
import type { PageState } from './pageState.ts';

/** The requests themselves, newest first. */
export function RequestList({ state, figures }: { state: PageState; figures: Figures }): JSX.Element {
  const list = state.list.value;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">{t('Requests')}</h2>
      {list.length === 0 && <p class="quiet">{t('None.')}</p>}
      <ol class="requests">
        {list.map((request) => (
          <Request key={request.id} request={request} figures={figures} />
        ))}
      </ol>
      {state.hasMore.value && (
        <vscode-button secondary={true} onClick={() => void state.loadMore()}>
          {t('Show Older')}
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
        <span class="request-purpose">{purposeTitle(purpose)}</span>
        {model !== null && (
          <span class="request-model">
            <Breakable text={model} />
          </span>
        )}
        <time class="quiet" dateTime={new Date(at).toISOString()} title={figures.moment(at)}>
          {figures.time(at)}
        </time>
      </div>
      <div class="request-line quiet">
        <span class="request-server" title={address}>
          <Breakable text={serverOf(address)} />
        </span>
        <span>{t('{0} sent, {1} received', figures.size(bytesOut), figures.size(bytesIn))}</span>
      </div>
      {files.length === 1 && <div class="request-files">{t('From {0}', files[0] ?? '')}</div>}
      {files.length > 1 && (
        <details class="request-files">
          <summary>{plural(files.length, 'From {0} file', 'From {0} files')}</summary>
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
