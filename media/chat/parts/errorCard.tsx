import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { Message, MessageError } from '../../../src/protocol/store.ts';
import type { AnswerTools } from './answer.tsx';
import { Icon } from './icon.tsx';

/** In the order in which they are offered. Actions that are not here are left out. */
const labels = {
  get 'set-key'() {
    return t('Enter Key');
  },
  get 'edit-endpoint'() {
    return t('Edit Address');
  },
  get 'edit-parameters'() {
    return t('Edit Parameters');
  },
  get 'edit-proxy'() {
    return t('Edit Proxy');
  },
  get 'start-server'() {
    return t('Start It');
  },
  get 'change-budget'() {
    return t('Change Budget');
  },
  get compact() {
    return t('Summarise and Try Again');
  },
  get 'leave-out'() {
    return t('Leave It Out');
  },
  get 'send-part'() {
    return t('Send a Part');
  },
  get retry() {
    return t('Try Again');
  },
  get 'pick-model'() {
    return t('Choose Another Model');
  },
  get 'use-offline'() {
    return t('Use Offline');
  },
} as const;

type Action = keyof typeof labels;

/** They need an answer that nothing follows yet. */
const answersAgain: ReadonlySet<Action> = new Set(['retry', 'use-offline', 'compact', 'leave-out', 'send-part']);

interface ErrorCardProps {
  readonly message: Message;
  readonly error: MessageError;
  /** Answers again; null where the conversation has gone on since. */
  readonly retry: (() => void) | null;
  /** Goes on with what came; null where that cannot be. */
  readonly goOn: (() => void) | null;
  readonly tools: AnswerTools;
}

/** What went wrong with an answer, and the buttons that mend it. */
export function ErrorCard({ message, error, retry, goOn, tools }: ErrorCardProps): JSX.Element {
  const actions = (Object.keys(labels) as Action[])
    .filter((action) => error.actions.includes(action))
    .filter((action) => retry !== null || !answersAgain.has(action));
  return (
    <div class="card error-card" role="group" aria-label={t('Error')}>
      <Icon name="error" />
      <div class="card-body">
        <p>{error.message}</p>
        {(actions.length > 0 || goOn !== null) && (
          <div class="card-actions">
            {actions.map((action, at) => (
              <vscode-button
                key={action}
                secondary={at > 0}
                onClick={() => {
                  run(action, message, retry, tools);
                }}
              >
                {labels[action]}
              </vscode-button>
            ))}
            {goOn !== null && (
              <vscode-button secondary={actions.length > 0} onClick={goOn}>
                {t('Continue')}
              </vscode-button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function run(action: Action, message: Message, retry: ErrorCardProps['retry'], tools: AnswerTools): void {
  const { ask } = tools;
  const ofProvider = message.model === null ? {} : { provider: message.model.provider };
  switch (action) {
    case 'set-key':
      void ask('runCommand', { command: 'setKey', ...ofProvider });
      return;
    case 'edit-endpoint':
      void ask('runCommand', { command: 'openEndpointSettings', ...ofProvider });
      return;
    case 'edit-parameters':
      void ask('runCommand', { command: 'openParameterSettings' });
      return;
    case 'edit-proxy':
      void ask('runCommand', { command: 'openProxySettings' });
      return;
    case 'start-server':
      void ask('runCommand', { command: 'startServer', ...ofProvider });
      return;
    case 'change-budget':
      void ask('runCommand', { command: 'openBudgetSettings' });
      return;
    case 'pick-model':
      tools.openModels();
      return;
    case 'compact':
    case 'leave-out':
    case 'send-part':
      // What was pressed goes away with the answer.
      tools.focusInput();
      void ask('refit', { messageId: message.id, how: action });
      return;
    case 'retry':
      retry?.();
      return;
    case 'use-offline':
      void tools.useOffline().then((isPicked) => {
        if (isPicked) retry?.();
      });
  }
}
