import type { JSX } from 'preact';
import { type Filters, noFilters } from './filters.ts';
import type { HistoryParts } from './historyParts.ts';

/** What is said where there is no row to draw. */
export function NothingFound({ parts }: { readonly parts: HistoryParts }): JSX.Element {
  const { state } = parts;
  const filters = state.filters.value;
  const isNothing = state.rows.value.length === 0;
  const isFound = isNothing && state.isResult.value && isSearched(parts);
  const hasFilters = JSON.stringify(filters) !== JSON.stringify(noFilters);
  return (
    <div class="history-none">
      {/* It stands there before it says something: only then a screen reader tells. */}
      <div role="status">
        {isNothing && !state.isResult.value && <p>{emptySentence(filters)}</p>}
        {isFound && <Hints />}
      </div>
      {isFound && (
        <div class="none-actions">
          {!filters.isArchived && filters.chat === null && (
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
      )}
    </div>
  );
}

function Hints(): JSX.Element {
  return (
    <>
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
    </>
  );
}

/** True once all is known that could have been found. */
function isSearched({ state }: HistoryParts): boolean {
  const hasAnswer = state.query.value.trim() === '' || state.search.results.value.query === state.query.value;
  return hasAnswer && state.areTitlesKnown.value;
}

function emptySentence({ isArchived, isThisWorkspace }: Filters): string {
  if (isArchived) return 'No archived chats.';
  return isThisWorkspace ? 'No chats of this workspace yet.' : 'No chats yet.';
}
