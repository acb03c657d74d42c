import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import { tx } from '../../common/tx.ts';
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
              {t('Look in archived chats')}
            </button>
          )}
          {hasFilters && (
            <button type="button" class="link-button" onClick={() => void state.setFilters(noFilters)}>
              {t('Remove all filters')}
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
        <strong>{t('Nothing found.')}</strong>
      </p>
      <p>{t('Try fewer words, or only the beginning of one.')}</p>
      <ul>
        <li>{tx('{0} in quotes stand next to each other.', <kbd>{t('"exact words"')}</kbd>)}</li>
        <li>{tx('{0} leaves out what holds it.', <kbd>{t('-word')}</kbd>)}</li>
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
  if (isArchived) return t('No archived chats.');
  return isThisWorkspace ? t('No chats of this workspace yet.') : t('No chats yet.');
}
