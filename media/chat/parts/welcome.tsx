import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import { tx } from '../../common/tx.ts';
import type { Ask } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { FirstRunChoices, whereItRuns } from './firstRunChoices.tsx';
import { Icon } from './icon.tsx';
import { Logo } from './logo.tsx';

const examples = (): readonly string[] => [
  t('What does this project do?'),
  t('Where does the program start?'),
  t('How are errors handled?'),
];

interface WelcomeProps {
  readonly state: ChatState;
  readonly ask: Ask;
  readonly send: (question: string) => void;
}

/** What a new chat shows: what can be asked right now, who answers, and until the first answer who else could. */
export function Welcome({ state, ask, send }: WelcomeProps): JSX.Element | null {
  const models = state.models.value;
  if (models === null) return null;
  const { hasWorkspace } = state.index.value;
  const { personas, personaId } = state.setup.value;
  const persona = personas.find(({ id }) => id === personaId);
  const starters = persona === undefined || persona.starters.length === 0 ? examples() : persona.starters;
  const firstRun = state.firstRun.value;
  const isOffline = models.model.provider === 'offline';
  return (
    <div class="welcome">
      <Logo />
      <h2>{persona?.name ?? t('Ask about your code')}</h2>
      {persona !== undefined && persona.description !== '' && <p>{persona.description}</p>}
      <p>
        {hasWorkspace
          ? t('Sextant answers questions about this workspace and links every answer to the lines it rests on.')
          : t(
              'No folder is open. Open the one that holds your code: Sextant answers from it and links every answer to the lines it rests on.',
            )}
      </p>
      {firstRun?.isTrusted === false && (
        <p class="welcome-note">
          {t(
            'You have not trusted this folder. Sextant reads and answers all the same; it takes no settings from the folder.',
          )}{' '}
          <button type="button" class="link-button" onClick={() => void ask('runCommand', { command: 'manageTrust' })}>
            {t('Manage Trust')}
          </button>
        </p>
      )}
      {!hasWorkspace && (
        <vscode-button
          block
          onClick={() => {
            void ask('runCommand', { command: 'openFolder' });
          }}
        >
          {t('Open a Folder')}
        </vscode-button>
      )}
      {hasWorkspace && (
        <div class="examples" role="group" aria-label={t('Example questions')}>
          {starters.map((question) => (
            <button
              type="button"
              class="example"
              key={question}
              onClick={() => {
                send(question);
              }}
            >
              <Icon name="comment" />
              {question}
            </button>
          ))}
        </div>
      )}
      {hasWorkspace && (
        // VS Code keeps what is dragged from its pages as long as the key is not held.
        <p class="welcome-note">{t('Type @ to attach files and more, or drag them here while you hold Shift.')}</p>
      )}
      {isOffline ? (
        <p class="welcome-note">
          {tx(
            'No model is set up, and none is needed: {0} quotes the passages that fit your question best. Nothing leaves this machine.',
            <strong>{t('Offline')}</strong>,
          )}
        </p>
      ) : (
        <p class="welcome-note">
          {tx(
            '{0} answers. Your question and the passages that fit it best are sent to it.',
            <strong>{state.modelName(models.model)}</strong>,
          )}
        </p>
      )}
      {firstRun === null ? (
        <Offers state={state} ask={ask} />
      ) : (
        <FirstRunChoices models={models} firstRun={firstRun} ask={ask} />
      )}
    </div>
  );
}

/** Once there was an answer: servers that are new on this machine, and a way to another model. */
function Offers({ state, ask }: Pick<WelcomeProps, 'state' | 'ask'>): JSX.Element | null {
  const models = state.models.value;
  if (models === null) return null;
  return (
    <>
      {models.offers.map((offer) => (
        <div class="card offer" key={offer.provider}>
          <Icon name="server-process" />
          <span class="card-body" title={offer.address}>
            {whereItRuns(offer)}
          </span>
          <vscode-button
            onClick={() => {
              void ask('acceptOffer', { provider: offer.provider });
            }}
          >
            {t('Use it')}
          </vscode-button>
        </div>
      ))}
      {models.model.provider === 'offline' && (
        <vscode-button
          block
          secondary
          onClick={() => {
            void ask('runCommand', { command: 'setUpProvider' });
          }}
        >
          {t('Set Up a Model')}
        </vscode-button>
      )}
    </>
  );
}
