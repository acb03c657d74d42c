import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import { useEntryFocus } from '../common/entryFocus.ts';
import { Icon, IconButton } from '../chat/parts/icon.tsx';
import type { SearchState } from './searchState.ts';

interface QueryBoxProps {
  readonly state: SearchState;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  /** Comes to what was found. */
  readonly toResults: () => void;
}

/** The box, with what may be typed next below it: the ARIA combobox pattern. */
export function QueryBox({ state, inputRef, toResults }: QueryBoxProps): JSX.Element {
  const chosen = useSignal(-1);
  const hints = state.hints.value;
  const active = chosen.value < hints.length ? chosen.value : -1;
  useEffect(() => {
    state.onFocus(() => {
      inputRef.current?.focus();
    });
  }, []);
  useEntryFocus(() => {
    inputRef.current?.focus();
  });
  useEffect(() => {
    chosen.value = -1;
  }, [hints]);

  const take = (at: number): void => {
    const hint = hints[at];
    if (hint !== undefined) state.type(hint.text);
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isOpen = hints.length > 0;
    if (event.key === 'ArrowDown' && isOpen) chosen.value = Math.min(hints.length - 1, active + 1);
    else if (event.key === 'ArrowUp' && isOpen) chosen.value = Math.max(-1, active - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && active >= 0) take(active);
    else if (event.key === 'Escape' && isOpen) state.clearHints();
    else if (event.key === 'Escape' && state.typed.value !== '') state.type('');
    else if (event.key === 'ArrowDown' || event.key === 'Enter') toResults();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="query">
      <div class="search-box">
        <Icon name="search" />
        <input
          ref={inputRef}
          type="text"
          role="combobox"
          class="search-input"
          placeholder={t('Search code by meaning')}
          aria-label={t('Search code by meaning')}
          aria-expanded={hints.length > 0}
          aria-controls="hints"
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `hint-${active}` : undefined}
          spellcheck={false}
          autocomplete="off"
          value={state.typed.value}
          onInput={({ currentTarget }) => {
            state.type(currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            state.clearHints();
          }}
        />
        {state.typed.value !== '' && (
          <IconButton
            icon="close"
            label={t('Clear the search')}
            onClick={() => {
              state.type('');
              inputRef.current?.focus();
            }}
          />
        )}
      </div>
      <div class={`progress ${state.isBusy.value ? 'busy' : ''}`} aria-hidden="true" />
      <div class="hints" id="hints" role="listbox" aria-label={t('Filters')} hidden={hints.length === 0}>
        {hints.map(({ label, detail }, at) => (
          <div
            key={label}
            id={`hint-${at}`}
            role="option"
            class={`hint ${at === active ? 'active' : ''}`}
            aria-selected={at === active}
            // Before the box loses the focus, and with it the list.
            onPointerDown={(event) => {
              event.preventDefault();
              take(at);
            }}
          >
            <span class="hint-label">{label}</span>
            <span class="hint-detail">{detail}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
