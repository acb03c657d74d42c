import type { JSX } from 'preact';
import { plural, t } from '../../src/base/texts.ts';
import type { KeyRest, StoredKey } from '../../src/protocol/keyRefusal.ts';
import type { KeyAction, KeyEntry, ProviderAction, ProviderEntry } from '../../src/protocol/providersPage.ts';
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
type ActOnKey = (key: string, action: KeyAction) => void;

/** A provider that is set up: how it is, where it is, where its key lives, and its models. */
export function ProviderCard({ state, provider, figures }: ProviderCardProps): JSX.Element {
  const { name, displayName, address, problem, models } = provider;
  const isDisabled = provider.state === 'disabled';
  const act: Act = (action) => void state.ask('act', { provider: name, action });
  return (
    <article class={`provider provider-${provider.state}`} aria-labelledby={`provider-${name}`}>
      <div class="provider-head">
        <Icon name={iconOf(provider)} />
        <div class="provider-title">
          <h2 id={`provider-${name}`}>{displayName}</h2>
          <span class="provider-state" role="status">
            {stateName(provider)}
          </span>
        </div>
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
              <Key
                entry={provider.key}
                act={act}
                actOnKey={(key, action) => void state.ask('actOnKey', { provider: name, key, action })}
                figures={figures}
              />
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

interface KeyProps {
  readonly entry: KeyEntry | null;
  readonly act: Act;
  readonly actOnKey: ActOnKey;
  readonly figures: Figures;
}

function Key({ entry, act, actOnKey, figures }: KeyProps): JSX.Element {
  if (entry === null) {
    return (
      <>
        {t('none')} <Action label={t('Add…')} act={act} does="changeKey" />
      </>
    );
  }
  const { kind, place, lastUse, several } = entry;
  const isOurs = kind !== 'command' && kind !== 'environment';
  return (
    <>
      {t('In {0}.', place)}{' '}
      <span class="quiet" title={lastUse === null ? undefined : figures.moment(lastUse.at)}>
        {lastUse === null
          ? t('Not used yet.')
          : t('Last used {0}, for: {1}.', figures.ago(lastUse.at, Date.now()), purposeName(lastUse.purpose))}
      </span>
      {several.length > 0 && <SeveralKeys keys={several} act={actOnKey} figures={figures} />}
      <span class="key-actions">
        {kind === 'command' ? (
          <Action label={t('Open Setting')} act={act} does="openKeyCommands" />
        ) : (
          several.length === 0 && <Action label={t('Change…')} act={act} does="changeKey" />
        )}
        {isOurs && <Action label={t('Add Another Key…')} act={act} does="addKey" />}
        {(kind === 'keychain' || kind === 'fallback') && (
          <Action
            label={kind === 'keychain' ? t('Move to VS Code’s secret storage') : t('Move to the OS keychain')}
            act={act}
            does="moveKey"
          />
        )}
        {isOurs && <Action label={several.length === 0 ? t('Delete…') : t('Delete All…')} act={act} does="deleteKey" />}
      </span>
    </>
  );
}

interface SeveralKeysProps {
  readonly keys: readonly StoredKey[];
  readonly act: ActOnKey;
  readonly figures: Figures;
}

/** The keys in the order in which they are used, and which of them rest. */
function SeveralKeys({ keys, act, figures }: SeveralKeysProps): JSX.Element {
  const used = keys.find(({ rest }) => rest === null);
  return (
    <ol class="several-keys">
      {keys.map(({ id, rest }, at) => (
        <li key={id}>
          {rest === null ? id === used?.id ? t('In use.') : t('Stands in.') : <Resting rest={rest} figures={figures} />}
          <span class="key-actions">
            {at > 0 && (
              <button
                type="button"
                class="link-button"
                aria-label={t('Use key {0} first', at + 1)}
                onClick={() => {
                  act(id, 'prefer');
                }}
              >
                {t('Use First')}
              </button>
            )}
            <button
              type="button"
              class="link-button"
              aria-label={t('Delete key {0}…', at + 1)}
              onClick={() => {
                act(id, 'remove');
              }}
            >
              {t('Delete…')}
            </button>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Resting({ rest, figures }: { rest: KeyRest; figures: Figures }): JSX.Element {
  const { reason, sinceMs, untilMs } = rest;
  const ago = figures.ago(sinceMs, Date.now());
  const whys = {
    refused: t('Refused {0}.', ago),
    'no-credit': t('Found without credit {0}.', ago),
    limit: t('Used too often, {0}.', ago),
  };
  return (
    <>
      {whys[reason]} <span class="quiet">{t('Left alone until {0}.', figures.moment(untilMs))}</span>
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
      return t('Needs attention');
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
