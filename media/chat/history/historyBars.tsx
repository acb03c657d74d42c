import type { JSX } from 'preact';
import type { HistoryStatus } from '../../../src/protocol/historyIndex.ts';
import { Icon, IconButton } from '../parts/icon.tsx';
import type { HistoryParts } from './historyParts.ts';
import { askWhereTo } from './rowMenu.ts';

/** What can be done with the chats that are chosen, while there are several. */
export function SelectionBar({ parts }: { readonly parts: HistoryParts }): JSX.Element | null {
  const { selection, actions, state } = parts;
  const ids = [...selection.ids.value];
  if (ids.length < 2) return null;
  const { isArchived } = state.filters.value;
  const then = (act: Promise<void>): void =>
    void act.then(() => {
      selection.clear();
    });
  return (
    <div class="history-strip" role="toolbar" aria-label="The selected chats">
      <span class="strip-text" role="status">
        {shown(ids.length)} selected
      </span>
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
        onClick={() => {
          then(actions.archive(ids, !isArchived));
        }}
      />
      <IconButton
        icon="trash"
        label="Delete"
        onClick={() => {
          then(actions.remove(ids));
        }}
      />
      <IconButton
        icon="close"
        label="Clear the selection"
        onClick={() => {
          selection.clear();
        }}
      />
    </div>
  );
}

/** What the search has not read yet, in sight; how much it has found, for those who hear it. */
export function SearchStatus({ parts }: { readonly parts: HistoryParts }): JSX.Element {
  const { total, status } = parts.state.search.results.value;
  const unread = status === null ? null : unreadSentence(status);
  return (
    <>
      <div class={unread === null ? 'visually-hidden' : 'history-strip'} role="status">
        {unread !== null && <span class="strip-text">{unread}</span>}
      </div>
      <div class="visually-hidden" role="status">
        {total > 0 && (total === 1 ? '1 message found' : `${shown(total)} messages found`)}
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

function shown(count: number): string {
  return count.toLocaleString(document.documentElement.lang);
}

/** What was done last and can be taken back, and what could not be done. */
export function HistoryMessages({ parts }: { readonly parts: HistoryParts }): JSX.Element {
  const { state, actions } = parts;
  const failure = state.failure.value;
  const undoable = actions.undoable.value;
  return (
    <>
      {failure !== null && (
        <div class="history-strip failure" role="alert">
          <Icon name="warning" />
          <span class="strip-text">{failure}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => (state.failure.value = null)} />
        </div>
      )}
      <div class={undoable === null ? 'visually-hidden' : 'history-strip undo'} role="status">
        {undoable !== null && (
          <>
            <span class="strip-text" title={undoable.text}>
              {undoable.text}
            </span>
            <button type="button" class="link-button" aria-keyshortcuts="Control+Z" onClick={() => void actions.undo()}>
              Undo
            </button>
          </>
        )}
      </div>
    </>
  );
}
