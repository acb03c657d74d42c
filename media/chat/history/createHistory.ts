import { effect } from '@preact/signals-core';
import { errorMessage } from '../../../src/base/errors.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ChatState } from '../chatState.ts';
import { type Panels, hasRoomBeside } from '../panels.ts';
import type { SavedView } from '../savedView.ts';
import { HistoryActions } from './historyActions.ts';
import type { AskHistory } from './historyLists.ts';
import type { HistoryParts } from './historyParts.ts';
import { HistoryState } from './historyState.ts';
import { Popups } from './popup.ts';
import { Selection } from './selection.ts';

interface Surroundings {
  readonly connection: ChatConnection;
  readonly state: ChatState;
  readonly saved: SavedView;
  readonly panels: Panels;
  readonly focusInput: () => void;
}

/** Puts the parts of the history together. Nothing is asked for until it is shown. */
export function createHistory({ connection, state: chat, saved, panels, focusInput }: Surroundings): HistoryParts {
  const ask: AskHistory = (method, params, signal) => connection.call(method, params, signal);
  const state = new HistoryState(ask, saved.history, document.documentElement.lang);
  const popups = new Popups();
  connection.onHistoryChange(() => {
    state.changedElsewhere(() => popups.shown.value !== null);
  });
  effect(() => {
    saved.change({
      history: { openFolders: [...state.openFolders.value], foldedSections: [...state.foldedSections.value] },
    });
  });
  const openChat = async (id: string, messageId?: string): Promise<void> => {
    chat.reveal.value = messageId === undefined ? null : { conversationId: id, messageId };
    try {
      await connection.call('openConversation', messageId === undefined ? { id } : { id, messageId });
      state.failure.value = null;
      if (!hasRoomBeside()) panels.close({ keepFocus: true });
      // Once it is drawn: what the history covers takes no focus.
      requestAnimationFrame(focusInput);
    } catch (error) {
      chat.reveal.value = null;
      state.failure.value = errorMessage(error);
    }
  };
  return {
    state,
    actions: new HistoryActions(ask, state),
    selection: new Selection(),
    popups,
    openChat: (id, messageId) => void openChat(id, messageId),
    openElsewhere: (id, place) => {
      connection.call('openElsewhere', { id, place }).catch((error: unknown) => {
        state.failure.value = errorMessage(error);
      });
    },
    close: () => {
      panels.close();
    },
  };
}
