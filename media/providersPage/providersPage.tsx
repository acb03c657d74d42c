import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { ProviderEntry } from '../../src/protocol/providersPage.ts';
import { Figures } from '../common/figures.ts';
import { Page } from '../common/page.tsx';
import type { PageState } from './pageState.ts';
import { ProviderCard } from './providerCard.tsx';
import { Roles } from './roles.tsx';

/** The page about providers: which are set up, how they are, where their keys live, and what can be changed. */
export function ProvidersPage({ state }: { state: PageState }): JSX.Element {
  const figures = new Figures(document.documentElement.lang);
  const page = state.page.value;
  const providers = page?.providers ?? [];
  const used = providers.filter(({ state: each }) => each !== 'unset');
  return (
    <Page title={t('Providers')} failure={state.failure.value} isLoading={page === null}>
      {page !== null && (
        <>
          <p class="quiet">
            {t(
              'Who answers, and what Sextant knows of their models. Keys are typed into VS Code’s own box and never come to this page.',
            )}
          </p>
          <div class="actions">
            <vscode-button onClick={() => void state.ask('add', null)}>{t('Add a Provider…')}</vscode-button>
          </div>
          <section aria-label={t('Set up')}>
            {used.length === 0 && (
              <p class="none">{t('None is set up yet. The Offline model answers from your workspace alone.')}</p>
            )}
            {used.map((provider) => (
              <ProviderCard key={provider.name} state={state} provider={provider} figures={figures} />
            ))}
          </section>
          <Roles state={state} roles={page.roles} />
          <Others state={state} providers={providers.filter(({ state: each }) => each === 'unset')} />
        </>
      )}
    </Page>
  );
}

function Others({ state, providers }: { state: PageState; providers: readonly ProviderEntry[] }): JSX.Element {
  return (
    <section aria-labelledby="others">
      <h2 id="others">{t('Not set up')}</h2>
      <ul class="others">
        {providers.map(({ name, displayName, isLocal, key }) => (
          <li key={name}>
            <span class="other-name">{displayName}</span>
            <span class="quiet other-note">
              {key === null ? isLocal && t('on this machine') : t('Its key is in {0}.', key.place)}
            </span>
            <button
              type="button"
              class="link-button"
              aria-label={t('Set up {0}', displayName)}
              onClick={() => void state.ask('act', { provider: name, action: 'setUp' })}
            >
              {t('Set Up…')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
