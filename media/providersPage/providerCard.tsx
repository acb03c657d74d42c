import type { JSX } from 'preact';
import { plural, t } from '../../src/base/texts.ts';
import type { KeyEntry, ProviderAction, ProviderEntry } from '../../src/protocol/providersPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import type { Figures } from '../common/figures.ts';
import { purposeName } from '../common/purposeName.ts';
import { ModelTable } from './modelTable.tsx';
import type { PageState } from './pageState.ts';

interface ProviderCardProps {
  readonly state: PageState;
  readonly provider: ProviderEntry;
  readonly figures: Figures;
}

type Act = (action: ProviderAction) => void;

/** A provider that is set up: how it is, where it is, where its key lives, and its models. */
export function ProviderCard({ state, provider, figures }: ProviderCardProps): JSX.Element {
  const { name, displayName, address, problem, models } = provider;
  const isDisabled = provider.state === 'disabled';
  const act: Act = (action) => void state.ask('act', { provider: name, action });
  return (
    <article class={`provider provider-${provider.state}`} aria-labelledby={`provider-${name}`}>
      <div class="provider-head">
        <Icon name={iconOf(provider)} />
        <h2 id={`provider-${name}`}>{displayName}</h2>
        <span class="provider-state" role="status">
          {stateName(provider)}
        </span>
      </div>
      {problem !== null && !isDisabled && <p class="provider-problem">{problem}</p>}
      <dl class="details">
        <dt>{t('Address')}</dt>
        <dd>
          <span class="path">{address ?? t('none yet')}</span>{' '}
          <Action label={t('Change…')} act={act} does="changeAddress" />
        </dd>
        {provider.takesKey && (
          <>
            <dt>{t('API key')}</dt>
            <dd>
              <Key entry={provider.key} act={act} figures={figures} />
            </dd>
          </>
        )}
      </dl>
      <ModelTable
        models={models}
        figures={figures}
        correct={(model, said) => void state.ask('correctModel', { provider: name, model, ...said })}
        add={() => {
          act('addModel');
        }}
      />
      <div class="actions">
        {isDisabled ? (
          <Button label={t('Enable')} act={act} does="enable" />
        ) : (
          <>
            <Button label={t('Test')} act={act} does="test" />
            <Button label={t('Disable')} act={act} does="disable" />
          </>
        )}
        <Button label={t('Remove…')} act={act} does="remove" />
      </div>
    </article>
  );
}

function Key({ entry, act, figures }: { entry: KeyEntry | null; act: Act; figures: Figures }): JSX.Element {
  if (entry === null) {
    return (
      <>
        {t('none')} <Action label={t('Add…')} act={act} does="changeKey" />
      </>
    );
  }
  const { kind, place, lastUse } = entry;
  return (
    <>
      {t('In {0}.', place)}{' '}
      <span class="quiet" title={lastUse === null ? undefined : figures.moment(lastUse.at)}>
        {lastUse === null
          ? t('Not used yet.')
          : t('Last used {0}, for: {1}.', figures.ago(lastUse.at, Date.now()), purposeName(lastUse.purpose))}
      </span>
      <span class="key-actions">
        {kind === 'command' ? (
          <Action label={t('Open Setting')} act={act} does="openKeyCommands" />
        ) : (
          <Action label={t('Change…')} act={act} does="changeKey" />
        )}
        {(kind === 'keychain' || kind === 'fallback') && (
          <Action
            label={kind === 'keychain' ? t('Move to VS Code’s secret storage') : t('Move to the OS keychain')}
            act={act}
            does="moveKey"
          />
        )}
        {kind !== 'command' && kind !== 'environment' && <Action label={t('Delete…')} act={act} does="deleteKey" />}
      </span>
    </>
  );
}

interface ActionProps {
  readonly label: string;
  readonly act: Act;
  readonly does: ProviderAction;
}

function Action({ label, act, does }: ActionProps): JSX.Element {
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => {
        act(does);
      }}
    >
      {label}
    </button>
  );
}

function Button({ label, act, does }: ActionProps): JSX.Element {
  return (
    <vscode-button
      secondary={true}
      onClick={() => {
        act(does);
      }}
    >
      {label}
    </vscode-button>
  );
}

function stateName({ state, isLocal, models }: ProviderEntry): string {
  switch (state) {
    case 'asking':
      return t('Asking for its models…');
    case 'answers':
      return plural(models.length, 'Answers, {0} model', 'Answers, {0} models');
    case 'ready':
      return t('Set up');
    case 'unreachable':
      return isLocal ? t('Server not running') : t('Not reachable');
    case 'problem':
      return t('Does not answer');
    case 'disabled':
      return t('Disabled');
    case 'unset':
      return t('Not set up');
  }
}

function iconOf({ state }: ProviderEntry): string {
  switch (state) {
    case 'asking':
      return 'sync';
    case 'answers':
    case 'ready':
      return 'pass-filled';
    case 'unreachable':
    case 'problem':
      return 'warning';
    case 'disabled':
    case 'unset':
      return 'circle-slash';
  }
}
