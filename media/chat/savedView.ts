/** Where VS Code keeps what must outlive the page. */
export interface StateKeeper {
  getState(): unknown;
  setState(state: unknown): unknown;
}

/** How far the reader had come in a conversation. */
export interface ScrollPosition {
  readonly conversationId: string;
  /** The message at the top of what is seen, and how far it is scrolled. Pixels. */
  readonly messageId: string;
  readonly offset: number;
  /** The reader was at the end and follows it. */
  readonly atEnd: boolean;
}

/** A question that was on its way when this was saved. Its id makes sending it again harmless. */
export interface Outgoing {
  readonly clientMessageId: string;
  readonly text: string;
}

/** Which folders of the past chats are open and which sections are folded, by their ids. */
export interface SavedHistory {
  readonly openFolders: readonly string[];
  readonly foldedSections: readonly string[];
}

interface Saved {
  /** What the page shows, and the name of the tab that it is in: the host finds both in what VS Code keeps of a tab. */
  readonly conversationId: string | null;
  readonly tab: string | null;
  readonly draft: string;
  /** What is selected in the draft, from and to; equal for a bare caret. */
  readonly selection: readonly [number, number];
  readonly outgoing: Outgoing | null;
  readonly scroll: ScrollPosition | null;
  readonly history: SavedHistory;
}

const SAVE_DELAY_MS = 50;
/** A long draft is saved less often: each time all of it goes to the host. */
const LONG_SAVE_DELAY_MS = 1_000;
const LONG_DRAFT = 20_000;

/** What the view owns and keeps across reloads: draft, selection, scroll position, a question being sent. */
export class SavedView {
  readonly #keeper: StateKeeper;
  #saved: Saved;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(keeper: StateKeeper) {
    this.#keeper = keeper;
    this.#saved = readSaved(keeper.getState());
  }

  get draft(): string {
    return this.#saved.draft;
  }

  get selection(): readonly [number, number] {
    return this.#saved.selection;
  }

  get outgoing(): Outgoing | null {
    return this.#saved.outgoing;
  }

  get scroll(): ScrollPosition | null {
    return this.#saved.scroll;
  }

  get history(): SavedHistory {
    return this.#saved.history;
  }

  /** Changes what is kept; it is saved a moment later, or by {@link flush}. */
  change(change: Partial<Saved>): void {
    this.#saved = { ...this.#saved, ...change };
    const delayMs = this.#saved.draft.length > LONG_DRAFT ? LONG_SAVE_DELAY_MS : SAVE_DELAY_MS;
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, delayMs);
  }

  /** Saves now what is not saved yet. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keeper.setState(this.#saved);
  }
}

/** What an older version or a broken page has left is taken as far as it fits. */
function readSaved(state: unknown): Saved {
  const { draft, selection, outgoing, scroll, history, conversationId: shown, tab } = fields(state);
  const { 0: from, 1: to } = fields(selection);
  const { clientMessageId, text } = fields(outgoing);
  const { openFolders, foldedSections } = fields(history);
  const { conversationId, messageId, offset, atEnd } = fields(scroll);
  return {
    conversationId: typeof shown === 'string' ? shown : null,
    tab: typeof tab === 'string' ? tab : null,
    draft: typeof draft === 'string' ? draft : '',
    selection: typeof from === 'number' && typeof to === 'number' ? [from, to] : [0, 0],
    outgoing: typeof clientMessageId === 'string' && typeof text === 'string' ? { clientMessageId, text } : null,
    scroll:
      typeof conversationId === 'string' &&
      typeof messageId === 'string' &&
      typeof offset === 'number' &&
      typeof atEnd === 'boolean'
        ? { conversationId, messageId, offset, atEnd }
        : null,
    history: { openFolders: texts(openFolders), foldedSections: texts(foldedSections) },
  };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function fields(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
