import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { ChatHostContract, FirstRun, LocalServerOffer } from '../../../src/protocol/chatView.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon } from './icon.tsx';

interface FirstRunChoicesProps {
  readonly models: ChatHostContract['events']['models'];
  readonly firstRun: FirstRun;
  readonly ask: Ask;
}

/** Who could answer a new user’s questions: what runs here, what VS Code has, and whoever gives the user a key. */
export function FirstRunChoices({ models, firstRun, ask }: FirstRunChoicesProps): JSX.Element {
  const { model, offers, providers } = models;
  const editorModels = providers.find(({ provider }) => provider === 'vscode')?.models ?? [];
  const [editorModel] = editorModels;
  const inTrouble = providers.filter(({ problem }) => problem !== null);
  const isFound = offers.length > 0 || providers.some(({ provider }) => localProviders.has(provider));
  return (
    <section class="choices" aria-label={t('Models')}>
      <h3>{model.provider === 'offline' ? t('Let a model explain') : t('Or let another model answer')}</h3>
      <ul>
        {offers.map((offer) => (
          <Choice
            key={offer.provider}
            icon="server-process"
            text={whereItRuns(offer)}
            detail={offer.address}
            action={t('Use it')}
            act={() => void ask('acceptOffer', { provider: offer.provider })}
          />
        ))}
        {editorModel !== undefined && model.provider !== 'vscode' && (
          <Choice
            icon="vscode"
            text={
              editorModels.length === 1
                ? t('VS Code offers {0}.', editorModel.displayName)
                : t('VS Code offers {0} and others.', editorModel.displayName)
            }
            action={t('Use it')}
            act={() => void ask('pickModel', editorModel.ref)}
          />
        )}
        {inTrouble.map(({ provider, problem }) => (
          <Choice
            key={provider}
            icon="warning"
            text={problem}
            action={t('Set Up Again')}
            act={() => void ask('runCommand', { command: 'setUpProvider', provider })}
          />
        ))}
        <LocalSearch firstRun={firstRun} isFound={isFound} ask={ask} />
        <Choice
          icon="key"
          text={t('You have a key of OpenAI, Anthropic, Google or another provider.')}
          detail={t('You type it into VS Code’s own box; its form tells whose it is. It is kept in your keychain.')}
          action={t('Enter Key')}
          act={() => void ask('runCommand', { command: 'setKey' })}
        />
      </ul>
      <button type="button" class="link-button" onClick={() => void ask('runCommand', { command: 'setUpProvider' })}>
        {t('Another server or provider…')}
      </button>
    </section>
  );
}

/** Which server was found, and where. */
export function whereItRuns({ displayName, isOnHost }: LocalServerOffer): string {
  return isOnHost === true
    ? t('{0} is running on the computer that this container or WSL runs on.', displayName)
    : t('{0} is running on this machine.', displayName);
}

/** Those that are looked for. */
const localProviders: ReadonlySet<string> = new Set(['ollama', 'lmstudio', 'llamacpp', 'vllm']);

/** How the search for servers on this machine stands. What it has found stands above. */
function LocalSearch({
  firstRun: { search, remoteHint },
  isFound,
  ask,
}: {
  readonly firstRun: FirstRun;
  readonly isFound: boolean;
  readonly ask: Ask;
}): JSX.Element {
  const again = (): void => void ask('lookForModels', null);
  switch (search) {
    case 'running':
      return <Choice icon="loading" text={<span role="status">{t('Looking for models on this machine…')}</span>} />;
    case 'off':
      return (
        <Choice
          icon="server-process"
          text={t('Servers on this machine are not looked for: a setting says so.')}
          action={t('Open Setting')}
          act={() => void ask('runCommand', { command: 'openSearchSetting' })}
        />
      );
    case 'done':
      return (
        <Choice
          icon="search"
          text={
            <span role="status">
              {isFound
                ? t('No other server runs on this machine.')
                : t(
                    'No model server runs on this machine. Start Ollama, LM Studio, llama.cpp or vLLM, and it appears here.',
                  )}
            </span>
          }
          {...(remoteHint === undefined ? {} : { detail: remoteHint })}
          action={t('Look Again')}
          act={again}
        />
      );
  }
}

interface ChoiceProps {
  readonly icon: string;
  readonly text: ComponentChildren;
  readonly detail?: string;
  readonly action?: string;
  readonly act?: () => void;
}

function Choice({ icon, text, detail, action, act }: ChoiceProps): JSX.Element {
  return (
    <li class="choice">
      <Icon name={icon} />
      <div class="choice-text">
        <div>{text}</div>
        {detail !== undefined && <div class="choice-detail">{detail}</div>}
      </div>
      {action !== undefined && (
        <vscode-button secondary onClick={act}>
          {action}
        </vscode-button>
      )}
    </li>
  );
}
