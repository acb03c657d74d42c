import { errorMessage } from '../../../src/base/errors.ts';
import { pageLimit } from '../../../src/protocol/chatHistory.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';

/** Asks for a page: those before a `lastMessageAt`, newest first. */
export type FetchPage = (page: { before?: number; limit: number }) => Promise<readonly ConversationSummary[]>;

/** Chats that are asked for at a time, unless more are needed. */
const PAGE = 100;

/**
 * One list of the history, newest first, as far as it is known. It is asked for in pages, as they come into
 * sight, and asked for again page by page once something has changed.
 */
export class ChatList {
  readonly #fetch: FetchPage;
  readonly #belongs: (conversation: ConversationSummary) => boolean;
  #items: readonly ConversationSummary[] = [];
  #isComplete = false;
  #failure: string | null = null;
  /** Those that are as they were when something changed last. */
  #fresh = new Set<string>();
  #isHeadFresh = false;
  /** How far before what is wanted it is looked as well: nothing was left where it was looked last. */
  #lookBack = 0;
  /** Counts the changes: a page that was asked for before one may be older than it. */
  #epoch = 0;
  #loading: Promise<void> | null = null;

  /** `belongs` tells whether a chat is one of this list. */
  constructor(fetch: FetchPage, belongs: (conversation: ConversationSummary) => boolean) {
    this.#fetch = fetch;
    this.#belongs = belongs;
  }

  get items(): readonly ConversationSummary[] {
    return this.#items;
  }

  /** True when there are no more than `items`. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Why the last page could not be had. */
  get failure(): string | null {
    return this.#failure;
  }

  /** What is known may be of the past from now on. */
  markStale(): void {
    this.#epoch += 1;
    this.#fresh = new Set();
    this.#isHeadFresh = false;
    this.#failure = null;
  }

  /**
   * Has the items from `from` up to `to` (excluding; beyond the end means more of them) as they are now.
   * True when something had to be asked for; then it is worth to look again.
   */
  async need(from: number, to: number): Promise<boolean> {
    if (this.#loading !== null) {
      await this.#loading;
      return true;
    }
    const page = this.#missing(Math.max(0, from - this.#lookBack), to);
    if (page === null) return false;
    const limit = Math.min(pageLimit, Math.max(PAGE, to - Math.max(from, this.#items.length)));
    this.#loading = this.#load(page.before, limit).finally(() => (this.#loading = null));
    await this.#loading;
    return true;
  }

  /** Forgets a failure, so that the page is asked for again. */
  retry(): void {
    this.#failure = null;
  }

  /** Takes in chats as they are now, without asking: where they belong here they are shown, else no longer. */
  put(changed: readonly ConversationSummary[]): void {
    const ids = new Set(changed.map(({ id }) => id));
    const oldest = this.#isComplete ? -Infinity : (this.#items.at(-1)?.lastMessageAt ?? Infinity);
    const added = changed.filter((each) => this.#belongs(each) && each.lastMessageAt >= oldest);
    const kept = this.#items.filter(({ id }) => !ids.has(id));
    if (added.length > 0 || kept.length < this.#items.length) this.#items = inOrder([...kept, ...added]);
  }

  remove(ids: ReadonlySet<string>): void {
    if (this.#items.some(({ id }) => ids.has(id))) this.#items = this.#items.filter(({ id }) => !ids.has(id));
  }

  /** The page to ask for; null when there is nothing to ask for. */
  #missing(from: number, to: number): { before: number | null } | null {
    if (this.#failure !== null) return null;
    if (from <= 0 && !this.#isHeadFresh) return { before: null };
    const items = this.#items;
    const stale = items.slice(from, to).findIndex(({ id }) => !this.#fresh.has(id));
    const at = stale === -1 ? items.length : from + stale;
    if (stale === -1 && (this.#isComplete || to <= items.length)) return null;
    return { before: items[at - 1]?.lastMessageAt ?? null };
  }

  async #load(before: number | null, limit: number): Promise<void> {
    const epoch = this.#epoch;
    try {
      const page = await this.#fetch(before === null ? { limit } : { before, limit });
      const isLast = page.length < limit;
      // Where all is gone so is, most likely, much before it: ever further back, that takes a few pages and not all.
      this.#lookBack = page.length === 0 ? Math.max(PAGE, 2 * this.#lookBack) : 0;
      this.#take(page, before ?? Infinity, isLast ? -Infinity : (page.at(-1)?.lastMessageAt ?? -Infinity));
      if (isLast || page.at(-1) === this.#items.at(-1)) this.#isComplete = isLast;
      if (epoch !== this.#epoch) return;
      for (const { id } of page) this.#fresh.add(id);
      if (before === null) this.#isHeadFresh = true;
    } catch (error) {
      this.#failure = errorMessage(error);
    }
  }

  /** A page is the truth for the time it covers: what it does not hold is no longer there. */
  #take(page: readonly ConversationSummary[], before: number, oldest: number): void {
    const ids = new Set(page.map(({ id }) => id));
    const others = this.#items.filter(
      ({ id, lastMessageAt }) => !ids.has(id) && (lastMessageAt >= before || lastMessageAt < oldest),
    );
    this.#items = inOrder([...others, ...page]);
  }
}

function inOrder(items: ConversationSummary[]): ConversationSummary[] {
  return items.sort((one, other) => other.lastMessageAt - one.lastMessageAt || (one.id < other.id ? 1 : -1));
}
