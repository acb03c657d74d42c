import type { Ask } from './chatConnection.ts';
import type { ChatState } from './chatState.ts';

/** From a version of a message to the one before or after it. */
export type Way = 'before' | 'after';

/** Walks from version to version of a message: it stays where it was in the view, and so does the focus. */
export class VersionWalk {
  readonly #state: Pick<ChatState, 'conversation' | 'reveal'>;
  readonly #ask: Ask;
  #goal: { readonly messageId: string; readonly way: Way } | null = null;

  constructor(state: Pick<ChatState, 'conversation' | 'reveal'>, ask: Ask) {
    this.#state = state;
    this.#ask = ask;
  }

  /** Shows this version in place of the one whose `button` was pressed. */
  async go(messageId: string, way: Way, button: Element): Promise<void> {
    const conversationId = this.#state.conversation.value?.id;
    const [row, scroller] = [button.closest('.message-row'), button.closest('.scroller')];
    if (conversationId === undefined || row === null || scroller === null) return;
    const below = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const goal = { messageId, way };
    this.#goal = goal;
    this.#state.reveal.value = { conversationId, messageId, below };
    if (!(await this.#ask('showBranch', { messageId })) && this.#goal === goal) this.#state.reveal.value = null;
  }

  /** The way by which this message was come to, told once: the button that leads on is to have the focus. */
  takeArrival(messageId: string): Way | null {
    const way = this.#goal?.messageId === messageId ? this.#goal.way : null;
    if (way !== null) this.#goal = null;
    return way;
  }
}
