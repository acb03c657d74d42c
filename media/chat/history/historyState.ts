import { type ReadonlySignal, type Signal, computed, signal } from '@preact/signals-core';
import { errorMessage } from '../../../src/base/errors.ts';
import { HISTORY_PAGE } from '../../../src/protocol/historyIndex.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import type { SavedHistory } from '../savedView.ts';
import { type Filters, fitsFilters, messageFilter, narrows, noFilters } from './filters.ts';
import { type AskHistory, HistoryLists, type Scope } from './historyLists.ts';
import { MessageSearch } from './messageSearch.ts';
import { type FoundChat, resultRows } from './resultRows.ts';
import type { ListKey, Row } from './rows.ts';
import { titleQuery, titleRanges } from './titleQuery.ts';
import { foldersByParent, treeRows } from './treeRows.ts';

/** How long the pointer rests before something is no longer about to be clicked. */
const REST_MS = 700;
const LOOK_AGAIN_MS = 200;
const TITLES_MS = 2000;

/** The past chats as the view knows them, and what of them is wanted; the host has the truth. */
export class HistoryState {
  readonly query = signal('');
  readonly filters = signal<Filters>(noFilters);
  readonly folders = signal<readonly Folder[]>([]);
  readonly openFolders: Signal<ReadonlySet<string>>;
  readonly foldedSections: Signal<ReadonlySet<string>>;
  /** Where a folder is being made. */
  readonly newFolder = signal<{ readonly parentId: string | null } | null>(null);
  /** The key of the row that is being renamed. */
  readonly edited = signal<string | null>(null);
  /** Why the last thing the user asked for did not happen; a sentence. */
  readonly failure = signal<string | null>(null);
  readonly nowMs = signal(Date.now());
  readonly isDragging = signal(false);
  /** The keys are in the list, a menu is open, or it is scrolled. */
  readonly isHeld = signal(false);
  readonly search: MessageSearch;
  readonly #ask: AskHistory;
  readonly #language: string;
  /** Another object whenever a list has changed. */
  readonly #known: Signal<{ readonly lists: HistoryLists }>;
  #seen: readonly Row[] = [];
  #isOpen = false;
  #isStale = true;
  #touchedAt = -Infinity;
  #titlesReadAt = -Infinity;
  #titlesTimer: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: AskHistory, saved: SavedHistory, language: string) {
    this.#ask = ask;
    this.#language = language;
    this.search = new MessageSearch(ask, () => {
      if (this.isHeld.value) return 'in the list';
      return this.#isTouched ? 'moving' : 'away';
    });
    this.openFolders = signal(new Set(saved.openFolders));
    this.foldedSections = signal(new Set(saved.foldedSections));
    this.#known = signal({ lists: new HistoryLists({ isArchived: false, isThisWorkspace: false }, ask) });
  }

  get lists(): HistoryLists {
    return this.#known.value.lists;
  }

  /** True when chats and messages that were found are shown, not the tree. */
  readonly isResult: ReadonlySignal<boolean> = computed(
    () => this.query.value.trim() !== '' || narrows(this.filters.value),
  );

  /** The lines to draw. */
  readonly rows: ReadonlySignal<readonly Row[]> = computed(() => {
    const lists = this.lists;
    const [foldedSections, nowMs] = [this.foldedSections.value, this.nowMs.value];
    if (this.isResult.value) {
      return resultRows({ chats: this.#foundChats.value, ...this.search.results.value, foldedSections });
    }
    return treeRows({
      isArchived: lists.scope.isArchived,
      list: (key) => lists.list(key),
      folders: this.folders.value,
      openFolders: this.openFolders.value,
      foldedSections,
      newFolder: this.newFolder.value,
      nowMs,
      language: this.#language,
    });
  });

  /** True once all titles are known that a search looks at. */
  readonly areTitlesKnown: ReadonlySignal<boolean> = computed(() => {
    const { isComplete, failure } = this.lists.list('titles');
    return isComplete || failure !== null;
  });

  readonly #foundChats: ReadonlySignal<readonly FoundChat[]> = computed(() => {
    const filters = this.filters.value;
    const wanted = titleQuery(this.query.value);
    const hasWords = wanted.wanted.length > 0;
    if (!hasWords && !narrows(filters)) return [];
    // Nobody has written a title: a search for what somebody wrote is about messages, and so is one in a chat.
    if ((filters.role !== null || filters.chat !== null) && hasWords) return [];
    const inFolder = filters.folderId === null ? null : this.#withInner(filters.folderId);
    const nowMs = this.nowMs.peek();
    return this.lists.list('titles').items.flatMap((conversation, at) => {
      if (!fitsFilters(conversation, filters, inFolder, nowMs)) return [];
      const highlights = titleRanges(conversation.title, wanted);
      return highlights === null ? [] : [{ conversation, at, highlights }];
    });
  });

  /** The history is shown from now on; asks for what is not known or has changed since. */
  async open(): Promise<void> {
    this.nowMs.value = Date.now();
    this.#isOpen = true;
    if (this.#isStale) await this.refresh();
  }

  /** The history is not shown any more. */
  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }

  /** Says that the user’s hand moves over the list. */
  touch(): void {
    this.#touchedAt = performance.now();
  }

  get #isTouched(): boolean {
    return performance.now() - this.#touchedAt < REST_MS;
  }

  /** Hears of a change in the store. What the user is about to click or to drop stays where it is till then. */
  changedElsewhere(isBusy: () => boolean): void {
    this.#isStale = true;
    if (!this.#isOpen || this.#waiting !== undefined) return;
    const look = (): void => {
      this.#waiting = undefined;
      const isEdited = this.edited.value !== null || this.newFolder.value !== null;
      if (isEdited || this.#isTouched || this.isDragging.value || isBusy())
        this.#waiting = setTimeout(look, LOOK_AGAIN_MS);
      else void this.refresh();
    };
    look();
  }

  /** Tells which lines are drawn, so that what is not known of them is asked for. */
  see(rows: readonly Row[]): void {
    this.#seen = rows;
    void this.#load(this.lists);
  }

  /** Asks again for what is in sight: something has changed, here or in another window. */
  async refresh(): Promise<void> {
    this.#isStale = false;
    const lists = this.lists;
    lists.markStale();
    await Promise.all([this.reloadFolders(), this.#load(lists)]);
    // Who has read on in the results keeps them; and a search that runs is not begun again at every change.
    const hasReadOn = this.search.results.value.hits.length > HISTORY_PAGE;
    if (!hasReadOn && !this.search.isBusy.value) await this.search.again();
  }

  async reloadFolders(): Promise<void> {
    try {
      this.folders.value = await this.#ask('listFolders', null);
    } catch (error) {
      this.failure.value = errorMessage(error);
    }
  }

  /** Says that lists were changed here. */
  changed(): void {
    this.#known.value = { ...this.#known.value };
  }

  setQuery(query: string): void {
    this.query.value = query;
    void this.#find();
  }

  /** Narrows the history, or no longer. What is shown stays until the other is there. */
  async setFilters(change: Partial<Filters>): Promise<void> {
    const filters = { ...this.filters.value, ...change };
    this.filters.value = filters;
    const scope: Scope = { isArchived: filters.isArchived, isThisWorkspace: filters.isThisWorkspace };
    const { isArchived, isThisWorkspace } = this.lists.scope;
    if (scope.isArchived !== isArchived || scope.isThisWorkspace !== isThisWorkspace) {
      const lists = new HistoryLists(scope, this.#ask);
      await this.#load(lists);
      if (this.filters.value === filters) this.#known.value = { lists };
    }
    await this.#find();
  }

  setOpen(kind: 'folder' | 'section', id: string, isOpen: boolean): void {
    const [kept, has] = kind === 'folder' ? [this.openFolders, isOpen] : [this.foldedSections, !isOpen];
    const changed = new Set(kept.value);
    if (has) changed.add(id);
    else changed.delete(id);
    kept.value = changed;
  }

  /** Reads all that the open sections and folders hold. */
  async loadAll(): Promise<void> {
    const lists = this.lists;
    const ends = this.rows.value.flatMap((row) => (row.type === 'more' && row.list !== 'hits' ? [row.list] : []));
    await Promise.all(
      ends.map(async (key) => {
        while (await lists.list(key).need(lists.list(key).items.length, Infinity)) this.changed();
      }),
    );
  }

  /** Tries again to read on in a list. */
  retry(list: ListKey): void {
    if (list === 'hits') void this.search.again();
    else this.lists.list(list).retry();
    this.changed();
    this.see(this.#seen);
  }

  async #find(): Promise<void> {
    if (!this.isResult.value) {
      await this.search.search('', {});
      return;
    }
    const nowMs = Date.now();
    const filter = messageFilter(this.filters.value, nowMs);
    await Promise.all([this.search.search(this.query.value, filter), this.#load(this.lists)]);
  }

  /** Asks for what is in sight and not known, until it is. */
  async #load(lists: HistoryLists): Promise<void> {
    const wanted = new Map<ListKey, readonly [number, number]>();
    for (const row of this.#seen) {
      if (!('list' in row)) continue;
      if (row.list !== 'hits') wanted.set(row.list, rangeOf(this.#seen, row.list, lists.list(row.list).items.length));
      else if (row.type === 'more') void this.search.more();
    }
    for (const key of this.#alwaysWanted(lists)) {
      const [from, to] = wanted.get(key) ?? [0, 1];
      wanted.set(key, [0, Math.max(from, to)]);
    }
    if (this.isResult.value) wanted.set('titles', [0, this.#titlesWanted(lists)]);
    await Promise.all(
      [...wanted].map(async ([key, [from, to]]) => {
        while (await lists.list(key).need(from, to)) this.changed();
      }),
    );
  }

  /** A search looks at every title. Changes come in swarms: all titles are read again for some of them only. */
  #titlesWanted(lists: HistoryLists): number {
    const waitMs = this.#titlesReadAt + TITLES_MS - performance.now();
    if (waitMs <= 0 || !lists.list('titles').isComplete) {
      this.#titlesReadAt = performance.now();
      return Infinity;
    }
    this.#titlesTimer ??= setTimeout(() => {
      this.#titlesTimer = undefined;
      if (this.#isOpen) void this.#load(this.lists);
    }, waitMs);
    return 1;
  }

  /** What shows up at a place that may not be in sight, or has no line yet that could be. */
  #alwaysWanted(lists: HistoryLists): readonly ListKey[] {
    if (this.isResult.value) return [];
    if (lists.scope.isArchived) return lists.list('archived').items.length === 0 ? ['archived'] : [];
    return lists.list('unfiled').items.length === 0 ? ['pinned', 'unfiled'] : ['pinned'];
  }

  #withInner(folderId: string): ReadonlySet<string> {
    const byParent = foldersByParent(this.folders.value);
    const inner = (id: string): string[] => [id, ...(byParent.get(id) ?? []).flatMap((each) => inner(each.id))];
    return new Set(inner(folderId));
  }
}

/** From and to of the items of a list that are in sight, and one more than `known` when its end is. */
function rangeOf(rows: readonly Row[], key: ListKey, known: number): readonly [number, number] {
  let [from, to] = [known, 0];
  for (const row of rows) {
    if (row.type === 'chat' && row.list === key) [from, to] = [Math.min(from, row.at), Math.max(to, row.at + 1)];
    if (row.type === 'more' && row.list === key) to = known + 1;
  }
  return [from, to];
}
