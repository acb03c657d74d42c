import { type ReadonlySignal, computed, signal } from '@preact/signals-core';
import { errorMessage, isAbort } from '../../src/base/errors.ts';
import { type Channel, RpcPeer } from '../../src/base/rpc.ts';
import type { IndexPhase } from '../../src/protocol/contextIndex.ts';
import type {
  FileRow,
  PassageRow,
  QueryHint,
  SearchViewContract,
  SearchViewHostContract,
  SearchViewState,
} from '../../src/protocol/searchView.ts';
import { searchViewChecks } from '../../src/protocol/searchViewChecks.ts';
import type { StateKeeper } from '../chat/savedView.ts';

type Requests = SearchViewHostContract['requests'];

/** A row of the list of what was found. */
export type ResultRow =
  | { readonly type: 'file'; readonly key: string; readonly file: FileRow; readonly isOpen: boolean }
  | { readonly type: 'passage'; readonly key: string; readonly passage: PassageRow };

/** Keys that follow each other faster are one question. */
const TYPING_MS = 80;
/** While files are indexed the same question finds more. */
const AGAIN_MS = 2_000;

/** What is typed and what was found for it. The text survives the page. */
export class SearchState {
  readonly #peer: RpcPeer<SearchViewContract, SearchViewHostContract>;
  readonly #keeper: StateKeeper;
  readonly #view = signal<SearchViewState | null>(null);
  readonly #typed = signal('');
  readonly #files = signal<readonly FileRow[]>([]);
  readonly #hints = signal<readonly QueryHint[]>([]);
  readonly #isBusy = signal(false);
  readonly #failure = signal<string | null>(null);
  /** What the files were found for; null while nothing was searched. */
  readonly #answered = signal<string | null>(null);
  readonly #folded = signal<ReadonlySet<string>>(new Set());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();
  #focusInput: () => void = () => undefined;

  readonly rows = computed(() => this.#files.value.flatMap((file) => this.#rowsOf(file)));

  constructor(channel: Channel, keeper: StateKeeper) {
    this.#keeper = keeper;
    this.#typed.value = readTyped(keeper.getState());
    this.#peer = new RpcPeer<SearchViewContract, SearchViewHostContract>(channel, {
      handlers: {},
      incoming: searchViewChecks,
      // What an event that does not fit would have said, the host is asked for.
      onInternalError: () => void this.load(),
    });
    this.#peer.on('state', (view) => {
      this.#take(view);
    });
    this.#peer.on('query', ({ typed }) => {
      if (typed !== null) this.type(typed);
      this.#focusInput();
    });
    this.#peer.on('refined', () => {
      // What is being typed is asked for in a moment anyway.
      if (this.#timer === undefined) void this.#search();
    });
  }

  /** Null until the host has answered. */
  get view(): ReadonlySignal<SearchViewState | null> {
    return this.#view;
  }

  get typed(): ReadonlySignal<string> {
    return this.#typed;
  }

  get files(): ReadonlySignal<readonly FileRow[]> {
    return this.#files;
  }

  get hints(): ReadonlySignal<readonly QueryHint[]> {
    return this.#hints;
  }

  get isBusy(): ReadonlySignal<boolean> {
    return this.#isBusy;
  }

  get answered(): ReadonlySignal<string | null> {
    return this.#answered;
  }

  /** A sentence when something did not happen. */
  get failure(): ReadonlySignal<string | null> {
    return this.#failure;
  }

  /** Draws itself from the host's state; the host then knows that the page is there. */
  async load(): Promise<void> {
    try {
      this.#take(await this.#peer.call('state', null));
    } catch (error) {
      this.#failure.value = errorMessage(error);
    }
    void this.#search();
    this.#peer.emit('ready', null);
  }

  onFocus(focusInput: () => void): void {
    this.#focusInput = focusInput;
  }

  type(typed: string): void {
    this.#typed.value = typed;
    this.#keeper.setState({ typed });
    this.#hints.value = [];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), TYPING_MS);
  }

  /** Begins a filter behind what is typed. */
  startFilter(name: string): void {
    this.type(`${this.#typed.value.trimEnd()} ${name}`.trimStart());
    this.#focusInput();
  }

  clearHints(): void {
    this.#hints.value = [];
  }

  fold(row: ResultRow, isFolded: boolean): void {
    const folded = new Set(this.#folded.value);
    if (isFolded) folded.add(row.key);
    else folded.delete(row.key);
    this.#folded.value = folded;
  }

  /** Asks the host for something to happen; where it does not, the user reads why. */
  async ask<M extends 'open' | 'askAbout' | 'runCommand'>(
    method: M,
    params: Parameters<Requests[M]>[0],
  ): Promise<void> {
    try {
      await this.#peer.call(method, params);
      this.#failure.value = null;
    } catch (error) {
      if (!isAbort(error)) this.#failure.value = errorMessage(error);
    }
  }

  #take(view: SearchViewState): void {
    const before = this.#view.value?.status.phase;
    this.#view.value = view;
    if (before === undefined) return;
    if (isGrowing(view.status.phase)) this.#timer ??= setTimeout(() => void this.#search(), AGAIN_MS);
    else if (isGrowing(before)) void this.#search();
  }

  async #search(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    const typed = this.#typed.value;
    this.#isBusy.value = typed.trim() !== '';
    try {
      const [hints, files] = await Promise.all([
        typed === '' ? [] : this.#peer.call('hints', { typed }, asking.signal),
        typed.trim() === '' ? [] : this.#peer.call('search', { typed }, asking.signal),
      ]);
      if (asking.signal.aborted) return;
      this.#hints.value = hints;
      this.#files.value = files;
      this.#answered.value = typed.trim() === '' ? null : typed;
      this.#failure.value = null;
    } catch (error) {
      if (!isAbort(error)) this.#failure.value = errorMessage(error);
    } finally {
      if (asking === this.#asking) this.#isBusy.value = false;
    }
  }

  #rowsOf(file: FileRow): ResultRow[] {
    const key = `${file.place}/${file.name}`;
    const isOpen = !this.#folded.value.has(key);
    const passages = isOpen ? file.passages : [];
    return [
      { type: 'file', key, file, isOpen },
      ...passages.map((passage) => ({ type: 'passage', key: `${key}:${passage.startLine}`, passage }) as const),
    ];
  }
}

function isGrowing(phase: IndexPhase): boolean {
  return phase === 'opening' || phase === 'scanning' || phase === 'indexing';
}

function readTyped(state: unknown): string {
  return typeof state === 'object' && state !== null && 'typed' in state && typeof state.typed === 'string'
    ? state.typed
    : '';
}
