import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError, errorMessage, isAbort } from '../../base/errors.ts';
import { uuidV7 } from '../../base/identifiers.ts';
import { t } from '../../base/texts.ts';
import type { ContextChip, ContextChoice } from '../../protocol/chatContext.ts';
import type { FileLines, SentContext } from '../../protocol/sentContext.ts';
import { sentLimit } from '../../protocol/sentContext.ts';
import type { ShownConversation } from '../../protocol/store.ts';
import type { Attached, AttachmentSource } from './attachmentSource.ts';
import type { KeptItem, SavedComposer } from './savedComposer.ts';
import { withoutSecrets } from './withoutSecrets.ts';

export interface ComposerSurroundings {
  readonly sources: readonly AttachmentSource[];
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /** Where the bytes of what is not read again are; null for what is gone. */
  readonly files: {
    put(bytes: Uint8Array, mimeType: string): Promise<{ readonly sha256: string }>;
    get(sha256: string): Promise<Uint8Array | null>;
  };
  /** Whether the active file goes along where the user has not said so for the chat. */
  attachesActiveFile(): boolean;
  save(saved: SavedComposer): void;
}

/** Something attached, ready to be sent. */
export interface ReadItem {
  readonly source: string;
  readonly value: string;
  readonly icon: string;
  readonly isPinned: boolean;
  readonly attached: Attached;
}

interface Item {
  readonly id: string;
  readonly source: AttachmentSource;
  value: string;
  label: string;
  detail: string;
  icon: string;
  isPinned: boolean;
  readonly isAutomatic: boolean;
  state: 'reading' | 'ready' | 'failed';
  tokens: number | null;
  problem: string | null;
  /** What was read last. */
  attached: Attached | null;
  /** Where what was read is kept over a reload; null for what is read again, or is not kept yet. */
  kept: KeptItem | null;
  /** What is going on to read it. */
  reading: Promise<void>;
  abort: AbortController;
}

/** What an image takes in a prompt: about, for each provider counts in another way. */
export const IMAGE_TOKENS = 1_000;
/** For how many chats it is kept whether the active file goes along. */
const SWITCHED_CHATS = 100;

/** What goes along with the next question: what the user has attached, and the active file. */
export class Composer implements Disposable {
  readonly #surroundings: ComposerSurroundings;
  readonly #sources: ReadonlyMap<string, AttachmentSource>;
  readonly #changed = new Emitter<null>();
  readonly #switched: Map<string, boolean>;
  #items: readonly Item[] = [];
  #automatic: Item | null = null;
  #chat: string | null = null;
  #isDisposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(surroundings: ComposerSurroundings, saved: SavedComposer) {
    this.#surroundings = surroundings;
    this.#sources = new Map(surroundings.sources.map((source) => [source.choice.id, source]));
    this.#switched = new Map(saved.switched);
    this.#chat = saved.chat;
    for (const { source, value, isPinned, kept } of saved.attached) {
      const known = this.#sources.get(source);
      if (known !== undefined && (!known.isFrozen || kept !== null)) this.#addAgain(known, { value, isPinned }, kept);
    }
  }

  chips(): readonly ContextChip[] {
    const shown = this.#automatic === null ? this.#items : [this.#automatic, ...this.#items];
    return shown.map((item) => ({
      id: item.id,
      source: item.source.choice.id,
      label: item.label,
      detail: item.detail,
      icon: item.icon,
      state: item.isAutomatic && !this.isActiveFileOn ? 'off' : item.state,
      tokens: item.tokens,
      problem: item.problem,
      isPinned: item.isPinned,
      isAutomatic: item.isAutomatic,
    }));
  }

  /** Whether the active file goes along in the shown chat. */
  get isActiveFileOn(): boolean {
    return this.#switched.get(this.#chat ?? '') ?? this.#surroundings.attachesActiveFile();
  }

  /** The files whose lines are attached, to be followed while they are edited. */
  places(): readonly { readonly id: string; readonly place: FileLines; readonly isWhole: boolean }[] {
    const all = this.#automatic !== null && this.isActiveFileOn ? [...this.#items, this.#automatic] : this.#items;
    return all.flatMap(({ id, attached, source }) => {
      const place = attached?.place ?? null;
      return place === null ? [] : [{ id, place, isWhole: source.choice.id === 'file' }];
    });
  }

  find(source: string, typed: string, signal: AbortSignal): Promise<readonly ContextChoice[]> {
    return this.#source(source).find(typed, signal);
  }

  /** Attaches something; what is attached already is read again. What is wrong with it, its chip says. */
  attach(source: string, value: string): void {
    const known = this.#items.find((item) => item.source.choice.id === source && item.value === value);
    if (known !== undefined) this.#read(known);
    else if (this.#items.length >= sentLimit - 20) {
      throw new SextantError('invalid', t('No more can go along with one question. Remove something first.'));
    } else this.#add(this.#source(source), value, {});
    this.#tell();
  }

  /** Attaches what was read already. */
  put(source: string, attached: Attached): void {
    // What comes from nowhere is known by itself: two of them are two things.
    this.#add(this.#source(source), attached.value ?? uuidV7(Date.now()), { attached });
    this.#tell();
  }

  detach(id: string): void {
    this.#find(id)?.abort.abort();
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#tell();
  }

  pin(id: string, isPinned: boolean): void {
    const item = this.#find(id);
    if (item === undefined) return;
    item.isPinned = isPinned;
    this.#tell();
  }

  async open(id: string): Promise<void> {
    const item = this.#automatic?.id === id ? this.#automatic : this.#find(id);
    await item?.source.open(item.value);
  }

  /** The lines of something attached are elsewhere by now. The next edit may come before they are read there. */
  move(id: string, value: string, place: FileLines): void {
    const item = this.#find(id);
    if (item === undefined || item.attached === null || item.value === value) return;
    item.value = value;
    item.attached = { ...item.attached, place };
    this.#read(item);
    this.#tell();
  }

  /** What is in the active editor; null where that is nothing that can go along. */
  setAutomatic(source: string, value: string | null): void {
    if (this.#automatic?.value === value) return;
    this.#automatic?.abort.abort();
    this.#automatic = value === null ? null : this.#newItem(this.#source(source), value, { isAutomatic: true });
    this.#tell();
  }

  /** Says for the shown chat whether the active file goes along. */
  switchActiveFile(isOn: boolean): void {
    const chat = this.#chat ?? '';
    this.#switched.delete(chat);
    if (isOn !== this.#surroundings.attachesActiveFile()) this.#switched.set(chat, isOn);
    this.#tell();
  }

  /** Another chat is shown, or the same after a question: what is pinned in it is there, and nothing that is pinned elsewhere. */
  showChat(conversation: Pick<ShownConversation, 'id' | 'messages'> | null): void {
    const id = conversation?.id ?? null;
    if (id === this.#chat) return;
    const before = this.#chat;
    this.#chat = id;
    if (before === null && id !== null) this.#takeOverSwitch(id);
    if (id === null) this.#switched.delete('');
    const question = conversation?.messages.findLast(({ role }) => role === 'user');
    const pinned = (question?.sent ?? []).filter((sent) => sent.isPinned);
    this.#items = this.#items.filter((item) => !item.isPinned || pinned.some((sent) => isOf(item, sent)));
    for (const sent of pinned) {
      const source = this.#sources.get(sent.source);
      if (source !== undefined && !this.#items.some((item) => isOf(item, sent))) this.#addAgain(source, sent, sent);
    }
    this.#tell();
  }

  /**
   * What goes along with a question, read anew where it may have changed. Throws a sentence where something that
   * the user has attached cannot be read any more.
   */
  async collect(question: string, signal: AbortSignal): Promise<readonly ReadItem[]> {
    const automatic = this.#automatic !== null && this.isActiveFileOn ? [this.#automatic] : [];
    const items = [...automatic, ...this.#items];
    await Promise.all(items.map(({ reading }) => reading));
    const collected = await Promise.all(
      items.filter(({ state }) => state === 'ready').map((item) => this.#collect(item, question, signal)),
    );
    return collected.filter((item) => item !== null);
  }

  /** The question is on its way: only what is pinned stays. */
  sent(): void {
    this.#items = this.#items.filter(({ isPinned }) => isPinned);
    // It was read anew for the question, and its tokens may be others.
    for (const item of this.#items) if (!item.source.isFrozen) this.#read(item);
    this.#tell();
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const item of this.#items) item.abort.abort();
    this.#automatic?.abort.abort();
    this.#changed.dispose();
  }

  async #collect(item: Item, question: string, signal: AbortSignal): Promise<ReadItem | null> {
    const { source, value, icon, isPinned } = item;
    let { attached } = item;
    if (attached === null || !source.isFrozen) {
      try {
        attached = await withoutSecrets(await source.read(value, question, signal));
      } catch (error) {
        if (isAbort(error)) throw error;
        item.state = 'failed';
        item.problem = errorMessage(error);
        this.#tell();
        if (item.isAutomatic) return null;
        throw new SextantError(
          'invalid',
          t('{0} cannot go along: {1} Remove it, or try again.', item.label, item.problem),
        );
      }
    }
    return { source: source.choice.id, value, icon, isPinned, attached };
  }

  #source(id: string): AttachmentSource {
    const source = this.#sources.get(id);
    if (source === undefined) throw new SextantError('not-found', t('There is nothing of this kind to attach.'));
    return source;
  }

  #find(id: string): Item | undefined {
    return this.#items.find((item) => item.id === id);
  }

  #add(source: AttachmentSource, value: string, given: Partial<Item>): void {
    this.#items = [...this.#items, this.#newItem(source, value, given)];
  }

  /** What was attached before a reload, or is pinned in the chat that is shown; what is frozen is sent again as it was. */
  #addAgain(source: AttachmentSource, given: Pick<Item, 'value' | 'isPinned'>, known: KeptItem | null): void {
    if (!source.isFrozen || known === null) {
      this.#add(source, given.value, { isPinned: given.isPinned });
      return;
    }
    const { label, detail, icon, place, sha256, mimeType } = known;
    const kept = { label, detail, icon, place, sha256, mimeType };
    const item = this.#newItem(source, given.value, {
      ...{ isPinned: given.isPinned, label, detail, icon, kept },
      // Not read by itself.
      state: 'ready',
    });
    this.#items = [...this.#items, item];
    this.#fill(item, async () => {
      const bytes = await this.#surroundings.files.get(sha256);
      if (bytes === null) throw new SextantError('not-found', t('{0} is no longer stored. Attach it again.', label));
      const content = mimeType.startsWith('image/')
        ? ({ type: 'image', mimeType, bytes } as const)
        : ({ type: 'text', text: new TextDecoder().decode(bytes) } as const);
      return { label, detail, place, content };
    });
  }

  #newItem(source: AttachmentSource, value: string, given: Partial<Item>): Item {
    const named = source.labelOf?.(value) ?? '';
    const item: Item = {
      id: uuidV7(Date.now()),
      source,
      value,
      label: named === '' ? source.choice.label : named,
      detail: '',
      icon: source.choice.icon,
      isPinned: false,
      isAutomatic: false,
      state: 'reading',
      tokens: null,
      problem: null,
      attached: null,
      kept: null,
      reading: Promise.resolve(),
      abort: new AbortController(),
      ...given,
    };
    const { attached } = item;
    if (attached !== null) this.#fill(item, () => Promise.resolve(attached));
    else if (item.state === 'reading') this.#read(item);
    return item;
  }

  #read(item: Item): void {
    item.abort.abort();
    item.abort = new AbortController();
    const { signal } = item.abort;
    this.#fill(item, () => item.source.read(item.value, '', signal));
  }

  #fill(item: Item, read: () => Promise<Attached>): void {
    const { signal } = item.abort;
    const isOver = (): boolean => signal.aborted || this.#isDisposed;
    item.reading = read()
      .then(withoutSecrets)
      .then(async (attached) => {
        const tokens = await this.#tokens(attached);
        if (isOver()) return;
        Object.assign(item, { attached, tokens, state: 'ready', problem: null });
        if (item.source.isFrozen) void this.#keep(item, attached);
        Object.assign(item, { label: attached.label, detail: attached.detail, value: attached.value ?? item.value });
      })
      .catch((error: unknown) => {
        if (!isOver()) Object.assign(item, { state: 'failed', problem: errorMessage(error), tokens: null });
      })
      .then(() => {
        if (!isOver()) this.#tell();
      });
  }

  /** What the store does not take is there until a reload. */
  async #keep(item: Item, { label, detail, place, content }: Attached): Promise<void> {
    const { bytes, mimeType } = content.type === 'image' ? content : textFile(content.text);
    try {
      const { sha256 } = await this.#surroundings.files.put(bytes, mimeType);
      item.kept = { label, detail, icon: item.icon, place, sha256, mimeType };
      this.#tell();
    } catch {
      item.kept = null;
    }
  }

  async #tokens({ content }: Attached): Promise<number | null> {
    if (content.type === 'image') return IMAGE_TOKENS;
    const [tokens] = await this.#surroundings.countTokens([content.text]).catch(() => []);
    return tokens ?? null;
  }

  #takeOverSwitch(id: string): void {
    const isOn = this.#switched.get('');
    this.#switched.delete('');
    if (isOn !== undefined) this.#switched.set(id, isOn);
  }

  #tell(): void {
    if (this.#isDisposed) return;
    const attached = this.#items.map(({ source, value, isPinned, kept }) => {
      return { source: source.choice.id, value, isPinned, kept };
    });
    this.#surroundings.save({ chat: this.#chat, attached, switched: [...this.#switched].slice(-SWITCHED_CHATS) });
    this.#changed.fire(null);
  }
}

function textFile(text: string): { bytes: Uint8Array; mimeType: string } {
  return { bytes: new TextEncoder().encode(text), mimeType: 'text/plain' };
}

function isOf(item: Item, sent: SentContext): boolean {
  return item.source.choice.id === sent.source && item.value === sent.value;
}
