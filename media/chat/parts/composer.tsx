import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import type { ComposerDraft } from '../composerDraft.ts';
import type { Panels } from '../panels.ts';
import type { QuestionSender } from '../questionSender.ts';
import { Icon, IconButton } from './icon.tsx';
import { IndexLine } from './indexLine.tsx';
import { ModelPicker } from './modelPicker.tsx';

interface ComposerProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly draft: ComposerDraft;
  readonly sender: QuestionSender;
  readonly panels: Panels;
}

/** Where questions are written: the input, the model that answers, send or stop, the state of the index. */
export function Composer({ state, connection, draft, sender, panels }: ComposerProps): JSX.Element {
  const input = useRef<HTMLTextAreaElement>(null);
  const modelButton = useRef<HTMLButtonElement>(null);
  const isAnswering = state.running.value !== null;
  const isSending = sender.isSending.value;
  const models = state.models.value;
  const hint = draft.problem.value ?? state.failure.value;

  useLayoutEffect(() => {
    draft.attach(input.current);
    return () => {
      draft.attach(null);
    };
  }, []);
  useEffect(() => {
    // A view that the user is in is there to be typed into; it takes no focus from the editor.
    if (document.hasFocus()) draft.focus();
  }, []);

  const send = async (): Promise<void> => {
    const { text } = draft;
    if (draft.isEmpty.value || draft.problem.value !== null || isSending) return;
    if ((await sender.send(text)) && draft.text === text) draft.text = '';
  };
  const stop = (): void => {
    draft.focus();
    void connection.ask('stop', null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Safari ends a composition before the key that ended it, which only its code tells then.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Escape' && isAnswering) {
      event.preventDefault();
      stop();
    }
  };

  return (
    <div class="composer">
      {panels.shown.value === 'models' && models !== null && (
        <ModelPicker
          models={models}
          ask={connection.ask.bind(connection)}
          close={(how) => {
            panels.close(how);
          }}
          onPicked={() => {
            // Who has come from here wants to write now; who has come from an error, to go on there.
            if (document.activeElement === modelButton.current) draft.focus();
          }}
        />
      )}
      {hint !== null && (
        <div class="composer-hint" role="alert">
          <Icon name="warning" />
          <span>{hint}</span>
          {draft.problem.value === null && (
            <IconButton icon="close" label="Dismiss" onClick={() => (state.failure.value = null)} />
          )}
        </div>
      )}
      <div class="composer-box">
        <textarea
          ref={input}
          class="composer-input"
          rows={1}
          placeholder="Ask about your code"
          aria-label="Your question"
          readOnly={isSending}
          onBeforeInput={(event) => {
            if (draft.takePaste(event)) event.preventDefault();
          }}
          onInput={() => {
            draft.changed();
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            draft.selected();
          }}
        />
        <div class="composer-bar">
          <button
            type="button"
            ref={modelButton}
            class="model-button"
            aria-haspopup="dialog"
            aria-expanded={panels.shown.value === 'models'}
            title="Choose the model that answers"
            disabled={models === null}
            // Opening and closing belong to the click; the list closes when it loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              panels.toggle('models');
            }}
          >
            <span class="model-name">{models === null ? 'Starting…' : state.modelName(models.model)}</span>
            <Icon name="chevron-down" />
          </button>
          {isAnswering && <IconButton class="stop-button" icon="stop-circle" label="Stop (Escape)" onClick={stop} />}
          {!(isAnswering && draft.isEmpty.value) && (
            <IconButton
              class={`send-button ${isSending ? 'sending' : ''}`}
              icon={isSending ? 'loading' : 'send'}
              label={isAnswering ? 'Send after this answer (Enter)' : 'Send (Enter)'}
              disabled={draft.isEmpty.value || draft.problem.value !== null || isSending}
              onClick={() => {
                void send();
              }}
            />
          )}
        </div>
      </div>
      <IndexLine index={state.index.value} ask={connection.ask.bind(connection)} />
    </div>
  );
}
