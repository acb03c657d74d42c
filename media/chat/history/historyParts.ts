import type { HistoryActions } from './historyActions.ts';
import type { HistoryState } from './historyState.ts';
import type { Popups } from './popup.ts';
import type { Selection } from './selection.ts';

/** What the parts of the history view share. */
export interface HistoryParts {
  readonly state: HistoryState;
  readonly actions: HistoryActions;
  readonly selection: Selection;
  readonly popups: Popups;
  /** Shows a chat, at one of its messages where that is given. */
  readonly openChat: (id: string, messageId?: string) => void;
  /** Shows a chat in a tab among the editors, or in a window of its own. */
  readonly openElsewhere: (id: string, place: 'tab' | 'window') => void;
  readonly close: () => void;
}
