import type { JSX } from 'preact';
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
        {isShown && `${shown(ids.length)} selected`}
      </span>
      {isShown && (
        <div class="strip-buttons" role="toolbar" aria-label="The selected chats">
          <IconButton
            icon="folder"
            label="Move to a folder…"
            onClick={() => {
              askWhereTo(parts, ids);
            }}
          />
          <IconButton
            icon="archive"
            label={isArchived ? 'Unarchive' : 'Archive'}
            onClick={() => void then(actions.archive(ids, !isArchived))}
          />
          <IconButton icon="trash" label="Delete" onClick={() => void then(actions.remove(ids))} />
          <IconButton icon="close" label="Clear the selection" onClick={() => void then(Promise.resolve())} />
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
  const found = [...(chats > 0 ? [counted(chats, 'chat')] : []), ...(total > 0 ? [counted(total, 'message')] : [])];
  const unread = status === null ? null : unreadSentence(status);
  return (
    <>
      <div class={unread === null ? 'visually-hidden' : 'history-strip'} role="status">
        {unread !== null && <span class="strip-text">{unread}</span>}
      </div>
      <div class="visually-hidden" role="status">
        {found.length > 0 && `${found.join(' and ')} found`}
      </div>
    </>
  );
}

function unreadSentence({ phase, missing, message }: HistoryStatus): string | null {
  switch (phase) {
    case 'ready':
      return null;
    case 'failed':
      return message ?? 'The messages cannot be searched now.';
    case 'opening':
    case 'building':
      return `Still reading ${missing > 0 ? `${shown(missing)} messages` : 'your messages'}: more may be found in a moment.`;
  }
}

function counted(count: number, what: string): string {
  return `${shown(count)} ${what}${count === 1 ? '' : 's'}`;
}

function shown(count: number): string {
  return count.toLocaleString(document.documentElement.lang);
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
            label="Dismiss"
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
