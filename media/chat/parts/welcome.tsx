import type { JSX } from 'preact';
import type { Ask } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { Icon } from './icon.tsx';
import { Logo } from './logo.tsx';

const examples = ['What does this project do?', 'Where does the program start?', 'How are errors handled?'];

interface WelcomeProps {
  readonly state: ChatState;
  readonly ask: Ask;
  readonly send: (question: string) => void;
}

/** What a new chat shows: what can be done right now, and what would make it better. */
export function Welcome({ state, ask, send }: WelcomeProps): JSX.Element | null {
  const models = state.models.value;
  if (models === null) return null;
  const { hasWorkspace } = state.index.value;
  const isOffline = models.model.provider === 'offline';
  return (
    <div class="welcome">
      <Logo />
      <h2>Ask about your code</h2>
      <p>
        {hasWorkspace
          ? 'Sextant answers questions about this workspace and links every answer to the lines it rests on.'
          : 'No folder is open. Open the one that holds your code: Sextant answers from it and links every answer to the lines it rests on.'}
      </p>
      {!hasWorkspace && (
        <vscode-button
          block
          onClick={() => {
            void ask('runCommand', { command: 'openFolder' });
          }}
        >
          Open a Folder
        </vscode-button>
      )}
      {hasWorkspace && (
        <div class="examples" role="group" aria-label="Example questions">
          {examples.map((question) => (
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
      {models.offers.map(({ provider, displayName, address }) => (
        <div class="card offer" key={provider}>
          <Icon name="server-process" />
          <span class="card-body" title={address}>
            {displayName} is running on this machine.
          </span>
          <vscode-button
            onClick={() => {
              void ask('acceptOffer', { provider });
            }}
          >
            Use it
          </vscode-button>
        </div>
      ))}
      {isOffline ? (
        <p class="welcome-note">
          No model is set up, and none is needed: <strong>Offline</strong> quotes the passages that fit your question
          best. Nothing leaves this machine.
        </p>
      ) : (
        <p class="welcome-note">
          {state.modelName(models.model)} answers. Your question and the passages that fit it best are sent to it.
        </p>
      )}
      {isOffline && (
        <vscode-button
          block
          secondary
          onClick={() => {
            void ask('runCommand', { command: 'setUpProvider' });
          }}
        >
          Set Up a Model
        </vscode-button>
      )}
    </div>
  );
}
