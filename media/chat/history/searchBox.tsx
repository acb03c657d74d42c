import { useSignal } from '@preact/signals';
import type { JSX, Ref } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import { Icon, IconButton } from '../parts/icon.tsx';
import { filterChips, filterMenuName } from './filterMenu.ts';
import type { HistoryParts } from './historyParts.ts';

interface SearchBoxProps {
  readonly parts: HistoryParts;
  readonly openFilters: (button: Element) => void;
  /** Comes to the first row that was found, or to the row where the keys were. */
  readonly toRows: () => void;
  readonly inputRef: Ref<HTMLInputElement>;
}

/** The search over the history, its filters, and the button that makes a folder. */
export function SearchBox({ parts, openFilters, toRows, inputRef }: SearchBoxProps): JSX.Element {
  const { state, popups, close } = parts;
  const popup = popups.shown.value;
  const isHintShown = useSignal(false);
  const filterButton = useRef<HTMLButtonElement>(null);
  const query = state.query.value;
  const chips = filterChips(parts);
  const label = state.filters.value.chat === null ? t('Search chats') : t('Search in this chat');
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'Enter') toRows();
    else if (event.key === 'Escape' && query === '') close();
    else if (event.key === 'Escape') state.setQuery('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="history-top">
      <div class="history-bar">
        <div class="search-box">
          <Icon name="search" />
          <input
            ref={inputRef}
            type="text"
            role="searchbox"
            class="search-input"
            placeholder={label}
            aria-label={label}
            aria-describedby="search-hint"
            spellcheck={false}
            value={query}
            onInput={({ currentTarget }) => {
              state.setQuery(currentTarget.value);
            }}
            onKeyDown={onKeyDown}
            // Not with every focus: the history opens with it, and the hint lies over its first row.
            onClick={() => (isHintShown.value = true)}
            onBlur={() => (isHintShown.value = false)}
          />
          {query !== '' && (
            <IconButton
              icon="close"
              label={t('Clear the search')}
              onClick={() => {
                state.setQuery('');
              }}
            />
          )}
          <div class={`search-hint ${isHintShown.value && query === '' ? '' : 'visually-hidden'}`} id="search-hint">
            {state.filters.value.chat === null ? t('Titles and all messages.') : t('All messages of this chat.')}{' '}
            <kbd>{t('"exact words"')}</kbd> <kbd>{t('-without')}</kbd>
          </div>
        </div>
        <button
          type="button"
          ref={filterButton}
          class={`icon-button ${chips.length > 0 ? 'checked' : ''}`}
          title={t('Filter')}
          aria-label={chips.length === 0 ? t('Filter') : t('Filter, {0} set', chips.length)}
          aria-haspopup="menu"
          aria-expanded={popup?.type === 'menu' && popup.label === filterMenuName()}
          onClick={({ currentTarget }) => {
            openFilters(currentTarget);
          }}
        >
          <Icon name={chips.length > 0 ? 'filter-filled' : 'filter'} />
        </button>
        <IconButton
          icon="new-folder"
          label={t('New folder')}
          onClick={() => (state.newFolder.value = { parentId: null })}
          disabled={state.isResult.value || state.filters.value.isArchived}
        />
      </div>
      {chips.length > 0 && (
        <div class="chips" role="group" aria-label={t('Filters')}>
          {chips.map(({ label, without }) => (
            <button
              type="button"
              class="chip"
              key={label}
              title={t('Remove the filter “{0}”', label)}
              aria-label={t('Remove the filter “{0}”', label)}
              onClick={() => {
                void state.setFilters(without);
                filterButton.current?.focus();
              }}
            >
              <span class="chip-text">{label}</span>
              <Icon name="close" />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
