import type { JSX } from 'preact';
import { figure, listed, plural, t } from '../../../src/base/texts.ts';
import type { HistoryStatus } from '../../../src/protocol/historyIndex.ts';
import { Icon, IconButton } from '../parts/icon.tsx';
import type { HistoryParts } from './historyParts.ts';
import { askWhereTo } from './rowMenu.ts';
import { UndoBar } from './undoBar.tsx';

interface BarProps {
  readonly parts: HistoryParts;
  /** For when the button that has the focus is about to go. */
  readonly focusRows: () => void;
}

/** What can be done with the chats that are chosen, while there are several. */
export function SelectionBar({ parts, focusRows }: BarProps): JSX.Element {
  const { selection, actions, state } = parts;
  const ids = [...selection.ids.value];
  const isShown = ids.length > 1;
  const { isArchived } = state.filters.value;
  const then = async (act: Promise<void>): Promise<void> => {
    focusRows();
    await act;
    selection.clear();
  };
  return (
    <div class={isShown ? 'history-strip' : 'visually-hidden'}>
      <span class="strip-text" role="status">
        {isShown && t('{0} selected', figure(ids.length))}
      </span>
      {isShown && (
        <div class="strip-buttons" role="toolbar" aria-label={t('The selected chats')}>
          <IconButton
            icon="folder"
            label={t('Move to a folder…')}
            onClick={() => {
              askWhereTo(parts, ids);
            }}
          />
          <IconButton
            icon="archive"
            label={isArchived ? t('Unarchive') : t('Archive')}
            onClick={() => void then(actions.archive(ids, !isArchived))}
          />
          <IconButton icon="trash" label={t('Delete')} onClick={() => void then(actions.remove(ids))} />
          <IconButton icon="close" label={t('Clear the selection')} onClick={() => void then(Promise.resolve())} />
        </div>
      )}
    </div>
  );
}

/** What the search has not read yet, in sight; how much it has found, for those who hear it. */
export function SearchStatus({ parts }: { readonly parts: HistoryParts }): JSX.Element {
  const { state } = parts;
  const { total, status } = state.search.results.value;
  const titles = state.rows.value.find((row) => row.type === 'section' && row.id === 'found-chats');
  const chats = titles?.type === 'section' ? (titles.count ?? 0) : 0;
  const found = [
    ...(chats > 0 ? [plural(chats, '{0} chat', '{0} chats')] : []),
    ...(total > 0 ? [plural(total, '{0} message', '{0} messages')] : []),
  ];
  const unread = status === null ? null : unreadSentence(status);
  return (
    <>
      <div class={unread === null ? 'visually-hidden' : 'history-strip'} role="status">
        {unread !== null && <span class="strip-text">{unread}</span>}
      </div>
      <div class="visually-hidden" role="status">
        {found.length > 0 && t('{0} found', listed(found))}
      </div>
    </>
  );
}

function unreadSentence({ phase, missing, message }: HistoryStatus): string | null {
  switch (phase) {
    case 'ready':
      return null;
    case 'failed':
      return message ?? t('The messages cannot be searched now.');
    case 'opening':
    case 'building':
      return missing === 0
        ? t('Still reading your messages: more may be found in a moment.')
        : plural(
            missing,
            'Still reading {0} message: more may be found in a moment.',
            'Still reading {0} messages: more may be found in a moment.',
          );
  }
}

/** What was done last and can be taken back, and what could not be done. */
export function HistoryMessages({ parts, focusRows }: BarProps): JSX.Element {
  const { state } = parts;
  const failure = state.failure.value;
  return (
    <>
      {failure !== null && (
        <div class="history-strip failure" role="alert">
          <Icon name="warning" />
          <span class="strip-text">{failure}</span>
          <IconButton
            icon="close"
            label={t('Dismiss')}
            onClick={() => {
              state.failure.value = null;
              focusRows();
            }}
          />
        </div>
      )}
      <UndoBar actions={parts.actions} focusRows={focusRows} />
    </>
  );
}
