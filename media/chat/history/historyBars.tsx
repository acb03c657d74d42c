import type { JSX } from 'preact';
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
        {ids.length.toLocaleString(document.documentElement.lang)} selected
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
