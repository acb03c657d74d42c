import { type ReadonlySignal, batch, computed, signal } from '@preact/signals-core';
import { isAbort } from '../../../src/base/errors.ts';
import type { ComposerContext, ContextChoice } from '../../../src/protocol/chatContext.ts';
import type { ChatConnection } from '../chatConnection.ts';
import type { ComposerDraft } from '../composerDraft.ts';
import { type Mention, mentionAt } from './mention.ts';
import { type MenuRow, menuRows } from './menuRows.ts';

/** The menu over the input, while something is typed that it is about: what there is to choose, and what is chosen. */
export class ComposerMenu {
  readonly #connection: Pick<ChatConnection, 'call' | 'ask'>;
  readonly #draft: ComposerDraft;
  readonly #context: ReadonlySignal<ComposerContext>;
  readonly #mention = signal<Mention | null>(null);
  readonly #active = signal(0);
  readonly #isSearching = signal(false);
  readonly #choices = signal<readonly ContextChoice[]>([]);
  readonly rows: ReadonlySignal<readonly MenuRow[]> = computed(() =>
    this.#mention.value === null ? [] : menuRows(this.#mention.value, this.#context.value, this.#choices.value),
  );
  #search: AbortController | undefined;
  /** Where a mention begins whose menu the user has closed. */
  #closedAt: number | null = null;

  constructor(
    connection: Pick<ChatConnection, 'call' | 'ask'>,
    draft: ComposerDraft,
    context: ReadonlySignal<ComposerContext>,
  ) {
    this.#connection = connection;
    this.#draft = draft;
    this.#context = context;
  }

  /** Null while there is no menu. */
  get mention(): ReadonlySignal<Mention | null> {
    return this.#mention;
  }

  /** True while the host has not said yet what there is. */
  get isStarting(): boolean {
    return this.#context.value.prompts.length === 0;
  }

  /** The row that Enter chooses. */
  get active(): ReadonlySignal<number> {
    return this.#active;
  }

  /** True while the host has not said yet what it finds. */
  get isSearching(): ReadonlySignal<boolean> {
    return this.#isSearching;
  }

  /** To be called when the text or the caret is elsewhere. */
  update(): void {
    const { sources } = this.#context.value;
    const mention = mentionAt(this.#draft.text, this.#draft.caret, new Set(sources.map(({ id }) => id)));
    if (mention?.start !== this.#closedAt) this.#closedAt = null;
    if (mention === null || this.#closedAt !== null) {
      this.#hide();
      return;
    }
    const before = this.#mention.value;
    const isSame = before?.typed === mention.typed && before.source === mention.source && before.kind === mention.kind;
    // What was found for a longer or a shorter word stays until there is something new, so that nothing flickers.
    const isOther = before?.kind !== mention.kind || before.source !== mention.source;
    // Half of an address is another address.
    batch(() => {
      if (isOther || (!isSame && mention.source === 'url')) this.#choices.value = [];
      this.#mention.value = mention;
      if (!isSame) this.#active.value = 0;
    });
    if (!isSame && mention.kind === 'context') void this.#find(mention);
  }

  /** To be called when there may be more to find than a moment ago. */
  lookAgain(): void {
    const mention = this.#mention.value;
    if (mention?.kind === 'context' && mention.source !== 'url') void this.#find(mention);
  }

  /** Closes it until something else is typed. */
  close(): void {
    this.#closedAt = this.#mention.value?.start ?? null;
    this.#hide();
  }

  /** True where the whole of what would be chosen is typed already. */
  get isTyped(): boolean {
    const row = this.rows.value[this.#active.value];
    return row?.type === 'prompt' && row.prompt.name === this.#mention.value?.typed;
  }

  move(step: number): void {
    const count = this.rows.value.length;
    if (count === 0) return;
    const at = this.#active.value + step;
    this.#active.value = Math.abs(step) === 1 ? (at + count) % count : Math.min(count - 1, Math.max(0, at));
  }

  /** Attaches what is chosen, or goes on to what a source has; true when there was something to choose. */
  choose(at: number = this.#active.value): boolean {
    const mention = this.#mention.value;
    const row = this.rows.value[at];
    if (mention === null || row === undefined) return false;
    switch (row.type) {
      case 'prompt':
        this.#draft.replace(mention.start, mention.end, `/${row.prompt.name} `);
        break;
      case 'source':
        this.#draft.replace(mention.start, mention.end, row.source.isSearched ? `@${row.source.id}:` : '');
        if (!row.source.isSearched) void this.#attach(row.source.id, '');
        break;
      case 'choice':
        this.#draft.replace(mention.start, mention.end, `@${row.choice.label} `);
        void this.#attach(row.choice.source, row.choice.value);
    }
    this.update();
    return true;
  }

  async #attach(source: string, value: string): Promise<void> {
    await this.#connection.ask('attachContext', { source, value });
  }

  async #find({ source, typed }: Mention): Promise<void> {
    this.#search?.abort();
    const search = new AbortController();
    this.#search = search;
    this.#isSearching.value = true;
    try {
      const choices = await this.#connection.call('findContext', { source, typed }, search.signal);
      if (search.signal.aborted) return;
      this.#choices.value = choices;
    } catch (error) {
      if (isAbort(error) || search.signal.aborted) return;
      // A source that fails has nothing to choose from; attaching says why.
      this.#choices.value = [];
    }
    batch(() => {
      this.#isSearching.value = false;
      this.#active.value = Math.min(this.#active.value, Math.max(0, this.rows.value.length - 1));
    });
  }

  #hide(): void {
    this.#search?.abort();
    batch(() => {
      this.#mention.value = null;
      this.#isSearching.value = false;
    });
  }
}
