import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { plural, t } from '../../../src/base/texts.ts';
import type { Persona } from '../../../src/protocol/chatSetup.ts';
import { useEntryFocus } from '../../common/entryFocus.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { Compared } from '../compared.ts';
import type { ComposerDraft } from '../composerDraft.ts';
import { Chips } from '../attach/chips.tsx';
import { ComposerMenu } from '../attach/composerMenu.ts';
import { GivenFiles } from '../attach/givenFiles.ts';
import { MentionMenu, menuRowId } from '../attach/mentionMenu.tsx';
import { RulesPanel } from '../attach/rulesPanel.tsx';
import type { Panels } from '../panels.ts';
import type { QuestionSender } from '../questionSender.ts';
import { WindowMeter } from '../window/windowMeter.tsx';
import { WindowPanel } from '../window/windowPanel.tsx';
import { modeLook } from '../setupMenu.ts';
import type { AnswerTools } from './answer.tsx';
import { Icon, IconButton } from './icon.tsx';
import { IndexLine } from './indexLine.tsx';
import { ModelPicker } from './modelPicker.tsx';
import { SetupButton } from './setupButton.tsx';

interface ComposerProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly draft: ComposerDraft;
  readonly sender: QuestionSender;
  readonly panels: Panels;
  readonly tools: Pick<AnswerTools, 'announce' | 'popups'>;
  /** Opens the form of a persona, or of a new one. */
  readonly editPersona: (persona: Persona | null) => void;
}

/** Where questions are written: the input, the model that answers, send or stop, the state of the index. */
export function Composer(props: ComposerProps): JSX.Element {
  const { state, connection, draft, sender, panels, tools, editPersona } = props;
  const input = useRef<HTMLTextAreaElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const modelButton = useRef<HTMLButtonElement>(null);
  const isAnswering = state.running.value !== null;
  const isSending = sender.isSending.value;
  const models = state.models.value;
  const { chips, rules } = state.composer.value;
  const ask = useMemo(() => connection.ask.bind(connection), [connection]);
  const menu = useMemo(() => new ComposerMenu(connection, draft, state.composer), [connection]);
  const given = useMemo(() => new GivenFiles(ask, state.failure), [ask]);
  const compared = useMemo(() => new Compared(state), [state]);
  const { mode, note } = state.setup.value;
  const [isDropping, setIsDropping] = useState(false);
  const hint = draft.problem.value ?? state.failure.value;

  useLayoutEffect(() => {
    draft.attach(input.current);
    return () => {
      draft.attach(null);
    };
  }, []);
  useEntryFocus(() => {
    draft.focus();
  });
  const { phase } = state.index.value.status;
  useEffect(() => {
    menu.lookAgain();
  }, [phase]);
  const { sources } = state.composer.value;
  useEffect(() => {
    // What was typed before they were known may name one.
    if (menu.mention.peek() !== null) menu.update();
  }, [sources]);
  useEffect(
    () =>
      given.takeDrops({
        isOver: setIsDropping,
        taken: () => {
          draft.focus();
        },
      }),
    [given],
  );

  const send = async (): Promise<void> => {
    const { text } = draft;
    if (draft.isEmpty.value || draft.problem.value !== null || isSending) return;
    if (!(await sender.send(text, compared.models.value))) return;
    compared.clear();
    if (draft.text === text) draft.text = '';
  };
  const stop = (): void => {
    draft.focus();
    void connection.ask('stop', null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Safari ends a composition before the key that ended it, which only its code tells then.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (event.isComposing || event.keyCode === 229) return;
    if (menu.mention.value !== null && menuKey(menu, event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void send();
    } else if (event.key === '.' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const next = mode === 'ask' ? 'edit' : 'ask';
      void connection.ask('pickMode', { mode: next }).then((isPicked) => {
        if (isPicked) tools.announce(modeLook(next).detail);
      });
    } else if (event.key === 'Escape' && isAnswering) {
      event.preventDefault();
      stop();
    } else if (event.key === 'Backspace' && draft.text === '' && chips.length > 0) {
      event.preventDefault();
      box.current?.querySelector<HTMLElement>('.attachment:last-child .attachment-main')?.focus();
    }
  };

  return (
    <div class="composer">
      {panels.shown.value === 'models' && models !== null && (
        <ModelPicker
          models={models}
          ask={ask}
          close={(how) => {
            panels.close(how);
          }}
          onPicked={() => {
            // Who has come from here wants to write now; who has come from an error, to go on there.
            if (document.activeElement === modelButton.current) draft.focus();
          }}
        />
      )}
      {panels.shown.value === 'rules' && (
        <RulesPanel
          rules={rules}
          ask={ask}
          close={(how) => {
            panels.close(how);
          }}
        />
      )}
      {panels.shown.value === 'window' && state.window.value !== null && (
        <WindowPanel
          report={state.window.value}
          modelName={state.modelName(state.window.value.model)}
          ask={ask}
          close={(how) => {
            panels.close(how);
          }}
        />
      )}
      <MentionMenu menu={menu} />
      {hint !== null && (
        <div class="composer-hint" role="alert">
          <Icon name="warning" />
          <span>{hint}</span>
          {draft.problem.value === null && (
            <IconButton icon="close" label={t('Dismiss')} onClick={() => (state.failure.value = null)} />
          )}
        </div>
      )}
      <div class={`composer-box ${isDropping ? 'dropping' : ''}`} ref={box}>
        <Chips
          chips={chips}
          ask={ask}
          focusInput={() => {
            draft.focus();
          }}
        />
        <textarea
          ref={input}
          class="composer-input"
          rows={1}
          placeholder={mode === 'edit' ? t('Say what to change') : t('Ask about your code')}
          aria-label={t('Your question')}
          readOnly={isSending}
          onBeforeInput={(event) => {
            if (draft.takePaste(event)) event.preventDefault();
          }}
          aria-autocomplete="list"
          aria-controls={menu.rows.value.length > 0 ? 'mention-list' : undefined}
          aria-activedescendant={menu.rows.value.length > 0 ? menuRowId(menu.active.value) : undefined}
          onInput={() => {
            draft.changed();
            menu.update();
          }}
          onKeyDown={onKeyDown}
          onKeyUp={({ key }) => {
            if (/^(?:Arrow(?:Left|Right)|Home|End)$/.test(key)) menu.update();
          }}
          onClick={() => {
            menu.update();
          }}
          onPaste={(event) => {
            if (event.clipboardData !== null && given.take(event.clipboardData, 'paste')) event.preventDefault();
          }}
          onBlur={() => {
            draft.selected();
            menu.close();
          }}
        />
        {compared.models.value.length > 0 && (
          <ul class="compared-models" aria-label={t('Answer too, to be compared')}>
            {compared.models.value.map((ref) => (
              <li key={`${ref.provider}/${ref.model}`}>
                <span title={state.modelName(ref)}>+ {state.modelName(ref)}</span>
                <IconButton
                  icon="close"
                  label={t('Do not compare with {0}', state.modelName(ref))}
                  onClick={() => {
                    compared.remove(ref);
                    draft.focus();
                  }}
                />
              </li>
            ))}
          </ul>
        )}
        <div class="composer-bar">
          <SetupButton state={state} ask={ask} compared={compared} popups={tools.popups} edit={editPersona} />
          <IconButton
            icon="mention"
            label={t('Add context (@)')}
            onClick={() => {
              const isApart = /(?:^|\s)$/.test(draft.text.slice(0, draft.caret));
              draft.replace(draft.caret, draft.caret, isApart ? '@' : ' @');
              menu.update();
            }}
          />
          <button
            type="button"
            ref={modelButton}
            class="model-button"
            aria-haspopup="dialog"
            aria-expanded={panels.shown.value === 'models'}
            title={t('Choose the model that answers')}
            disabled={models === null}
            // Opening and closing belong to the click; the list closes when it loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              panels.toggle('models');
            }}
          >
            <span class="model-name">{models === null ? t('Starting…') : state.modelName(models.model)}</span>
            <Icon name="chevron-down" />
          </button>
          {rules.length > 0 && (
            <button
              type="button"
              class="rules-button"
              aria-haspopup="dialog"
              aria-expanded={panels.shown.value === 'rules'}
              aria-label={rulesLabel(rules.filter(({ applies }) => applies).length, rules.length)}
              title={rulesLabel(rules.filter(({ applies }) => applies).length, rules.length)}
              onMouseDown={(event) => {
                event.preventDefault();
              }}
              onClick={() => {
                panels.toggle('rules');
              }}
            >
              <Icon name="law" />
              {rules.filter(({ applies }) => applies).length}
            </button>
          )}
          {state.window.value !== null && <WindowMeter report={state.window.value} panels={panels} />}
          {isAnswering && (
            <IconButton class="stop-button" icon="stop-circle" label={t('Stop (Escape)')} onClick={stop} />
          )}
          {!(isAnswering && draft.isEmpty.value) && (
            <IconButton
              class={`send-button ${isSending ? 'sending' : ''}`}
              icon={isSending ? 'loading' : 'send'}
              label={isAnswering ? t('Send after this answer (Enter)') : t('Send (Enter)')}
              disabled={draft.isEmpty.value || draft.problem.value !== null || isSending}
              onClick={() => {
                void send();
              }}
            />
          )}
        </div>
      </div>
      {note !== null && (
        <p class="composer-note" role="status">
          <Icon name="info" /> {note}
        </p>
      )}
      <IndexLine index={state.index.value} ask={ask} />
    </div>
  );
}

/** The keys of the menu over the input; true for one that it has taken. */
function menuKey(menu: ComposerMenu, { key, shiftKey, altKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  switch (key) {
    case 'ArrowDown':
      menu.move(1);
      return true;
    case 'ArrowUp':
      menu.move(-1);
      return true;
    case 'PageDown':
      menu.move(8);
      return true;
    case 'PageUp':
      menu.move(-8);
      return true;
    case 'Enter':
      if (menu.isTyped) {
        menu.close();
        return false;
      }
      return !shiftKey && menu.choose();
    case 'Tab':
      return !shiftKey && menu.choose();
    case 'Escape':
      menu.close();
      return true;
    default:
      return false;
  }
}

function rulesLabel(applying: number, all: number): string {
  return plural(all, '{1} of {0} rule goes along', '{1} of {0} rules go along', applying);
}
