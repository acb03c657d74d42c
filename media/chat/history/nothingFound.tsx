import type { JSX } from 'preact';
import { noFilters } from './filters.ts';
import type { HistoryParts } from './historyParts.ts';

/** What is said where there is no row to draw; null while there is one, or may be one in a moment. */
export function NothingFound({ parts }: { readonly parts: HistoryParts }): JSX.Element | null {
  const { state } = parts;
  if (state.rows.value.length > 0) return null;
  const { isArchived, isThisWorkspace, chat } = state.filters.value;
  if (!state.isResult.value) {
    if (isArchived) return <Empty text="No archived chats." />;
    return <Empty text={isThisWorkspace ? 'No chats of this workspace yet.' : 'No chats yet.'} />;
  }
  const isSearched = state.query.value.trim() === '' || state.search.results.value.query === state.query.value;
  if (!isSearched || !state.areTitlesKnown.value) return null;
  const hasFilters = JSON.stringify(state.filters.value) !== JSON.stringify(noFilters);
  return (
    <div class="history-none" role="status">
      <p>
        <strong>Nothing found.</strong>
      </p>
      <p>Try fewer words, or only the beginning of one.</p>
      <ul>
        <li>
          <kbd>"exact words"</kbd> in quotes stand next to each other.
        </li>
        <li>
          <kbd>-word</kbd> leaves out what holds it.
        </li>
      </ul>
      <div class="none-actions">
        {!isArchived && chat === null && (
          <button type="button" class="link-button" onClick={() => void state.setFilters({ isArchived: true })}>
            Look in archived chats
          </button>
        )}
        {hasFilters && (
          <button type="button" class="link-button" onClick={() => void state.setFilters(noFilters)}>
            Remove all filters
          </button>
        )}
      </div>
    </div>
  );
}

function Empty({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="history-none" role="status">
      {text}
    </p>
  );
}
