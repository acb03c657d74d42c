import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { t } from '../../base/texts.ts';
import { Turns } from '../../base/turns.ts';
import type {
  HistoryChanges,
  HistoryIndexSearch,
  HistoryIndexState,
  HistoryMatch,
  HistoryMessage,
} from '../../protocol/historyIndex.ts';
import { unitVector } from '../embedding/quantise.ts';
import type { StaticModel } from '../embedding/staticModel.ts';
import type { StoreKey } from '../../storage/seal/seal.ts';
import { Lease } from '../folder/lease.node.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import type { HnswlibModule } from '../vectors/hnswlibModule.ts';
import { tendGraph } from '../vectors/tendGraph.node.ts';
import { VectorSearch } from '../vectors/vectorSearch.node.ts';
import { VectorTable } from '../vectors/vectorTable.ts';
import type { WatchedParser } from '../watchedParser.node.ts';
import { HistoryFiles } from './historyFiles.node.ts';
import { HistoryStore } from './historyStore.node.ts';
import { HistoryTable } from './historyTable.ts';
import { nextMerge } from './mergePolicy.ts';
import { mergeSegments } from './mergeSegments.ts';
import { splitMessage } from './messageParts.ts';
import type { Breathe } from './scoreMessages.ts';
import { searchHistory } from './searchHistory.ts';
import { type EmbeddedPart, buildSegment } from './segmentBuilder.ts';

/** What the history index needs of its process. */
export interface HistoryTools {
  readonly model: Pick<StaticModel, 'id' | 'dimensions' | 'embedOne'>;
  readonly parser: Pick<WatchedParser, 'embed'>;
  readonly loadHnsw: () => Promise<HnswlibModule>;
  readonly log: Log;
}

const HEARTBEAT_MS = 1000;
/** Others see what is new after so long; while much is new, less often. */
const SAVE_AFTER_MS = 500;
const SAVE_AT_MOST_EVERY_MS = 3000;
/** Whoever has not asked for so long can wait until it is read again; until then it costs no memory. */
const FORGET_AFTER_MS = 600_000;
const PARTS_AT_ONCE = 64;
/**
 * Fewer parts are compared all at once: 400,000 take 10 ms, of the 30 that a keystroke may, and miss nothing.
 * A graph of them takes half a gigabyte, and three minutes of work.
 */
const GRAPH_WORTH = 400_000;

type Table = HistoryTable<VectorSearch>;

/**
 * The search index of the history, made of what the store tells. One process owns it and writes; the
 * others read what it publishes, and one of them takes over when it has died. What is on disk is whole at
 * every moment; what was taken since is taken again.
 */
export class HistoryIndex implements Disposable {
  readonly #tools: HistoryTools;
  readonly #files: HistoryFiles;
  readonly #store: HistoryStore;
  readonly #lease: Lease;
  readonly #graphWorthAt: number;
  readonly #changed = new Emitter<HistoryIndexState>();
  /** Whatever changes the table or its files. */
  readonly #turns = new Turns();
  #isOwner = false;
  #isClosed = false;
  #isBeating = false;
  #failure: string | undefined;
  #epoch: string | null = null;
  #revision = 0;
  #table: Table | undefined;
  /** The graph's file has what is to be forgotten, or is of other vectors. */
  #isGraphStale = false;
  #isTending = false;
  #isSaved = true;
  #savedAtMs = Number.NEGATIVE_INFINITY;
  #usedAtMs = 0;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  readonly onDidChange = this.#changed.event;

  /** `directory` is its own. With a key all its files are sealed. */
  constructor(directory: string, key: StoreKey | null, tools: HistoryTools, graphWorthAt = GRAPH_WORTH) {
    this.#tools = tools;
    this.#files = new HistoryFiles(directory, key);
    this.#store = new HistoryStore(this.#files, tools.model.id, tools.log);
    this.#lease = new Lease(this.#files.ownerFile);
    this.#graphWorthAt = graphWorthAt;
  }

  /** Reads where the index stands, and owns it if nobody does. Failures show in the state. */
  async open(): Promise<void> {
    await this.#beat();
    if (this.#isClosed) return;
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get state(): HistoryIndexState {
    return {
      isOwner: this.#isOwner,
      epoch: this.#epoch,
      revision: this.#revision,
      messages: this.#table?.count ?? this.#store.manifest.messages,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  /** See the contract. */
  apply(changes: HistoryChanges): Promise<HistoryIndexState> {
    return this.#turns.run(async () => {
      if (!this.#isOwner || this.#isClosed) return this.state;
      const startsAnew = changes.after === 0 && (changes.epoch !== this.#epoch || this.#revision > 0);
      if (startsAnew) this.#startAnew();
      // What is on disk may turn out to be damaged, and then begins elsewhere.
      const table = await this.#load();
      const follows = startsAnew || (changes.epoch === this.#epoch && changes.after === this.#revision);
      if (!follows) return this.state;
      await this.#take(table, changes);
      this.#epoch = changes.epoch;
      this.#revision = changes.revision;
      this.#isSaved = false;
      this.#saveSoon();
      this.#changed.fire(this.state);
      return this.state;
    });
  }

  /** See the contract. */
  async search(request: HistoryIndexSearch, signal: AbortSignal): Promise<{ matches: HistoryMatch[]; total: number }> {
    const table = this.#table ?? (await this.#turns.run(() => this.#load()));
    this.#usedAtMs = performance.now();
    const { model } = this.#tools;
    const meaning = {
      dimensions: model.dimensions,
      embedOne: (text: string) => model.embedOne(text, 'query'),
      nearest: (vector: Int8Array, count: number, isWanted?: (slot: number) => boolean) =>
        table.near.nearest(unitVector(vector), vector, count, isWanted),
    };
    return searchHistory(table, meaning, request, breatheUntil(signal));
  }

  /** See the contract. Throws `conflict` where another process owns the index. */
  reset(): Promise<HistoryIndexState> {
    return this.#turns.run(async () => {
      if (!this.#isOwner) throw notOwner();
      this.#startAnew();
      this.#epoch = null;
      this.#revision = 0;
      this.#isSaved = false;
      await this.#save();
      return this.state;
    });
  }

  /** Saves, and lets another process own the index. */
  async close(): Promise<void> {
    this.#stop();
    await this.#turns.run(async () => {
      await this.#save().catch((error: unknown) => {
        this.#tools.log.warn(`The search index of the history could not be saved: ${errorMessage(error)}`);
      });
    });
    if (this.#isOwner) this.#lease.release();
    this.#isOwner = false;
    this.#changed.dispose();
  }

  dispose(): void {
    this.#stop();
    this.#changed.dispose();
  }

  #stop(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#saveTimer);
  }

  /** Shows that this owner lives; takes over where there is none; reads what another one has published. */
  async #beat(): Promise<void> {
    if (this.#isBeating || this.#isClosed) return;
    this.#isBeating = true;
    try {
      // At once, whatever is going on: who does not show that it lives is taken for dead.
      const isLost = this.#isOwner && !this.#lease.renew();
      await this.#turns.run(() => this.#look(isLost));
    } catch (error) {
      const message = isSextantError(error) ? error.message : 'The search index of the history cannot be read.';
      if (this.#failure !== message) this.#tools.log.error(`${message} ${errorMessage(error)}`);
      this.#failure = message;
      this.#changed.fire(this.state);
    } finally {
      this.#isBeating = false;
    }
  }

  async #look(isLost: boolean): Promise<void> {
    if (this.#isClosed) return;
    const wasOwner = this.#isOwner;
    const hadFailed = this.#failure !== undefined;
    if (isLost) this.#isOwner = false;
    if (!this.#isOwner) {
      this.#files.createFolder();
      const isMine = this.#lease.tryAcquire();
      if ((await this.#store.read()) || isLost) await this.#adopt();
      this.#isOwner = isMine;
      if (isMine) this.#store.sweep();
    }
    this.#failure = undefined;
    if (wasOwner !== this.#isOwner || hadFailed) this.#changed.fire(this.state);
    const isUnused = performance.now() - this.#usedAtMs > FORGET_AFTER_MS;
    if (isUnused && this.#isSaved) this.#use(undefined);
  }

  /** What is on disk counts from now on. */
  async #adopt(): Promise<void> {
    const { epoch, revision } = this.#store.manifest;
    if (this.#table !== undefined) await this.#store.load(this.#table, breatheUntil(undefined));
    this.#epoch = epoch;
    this.#revision = revision;
    this.#isSaved = true;
    this.#changed.fire(this.state);
  }

  async #load(): Promise<Table> {
    this.#usedAtMs = performance.now();
    if (this.#table !== undefined) return this.#table;
    const table = this.#newTable();
    await this.#store.load(table, breatheUntil(undefined));
    this.#use(table);
    this.#tend();
    const { epoch, revision } = this.#store.manifest;
    if (epoch !== this.#epoch || revision !== this.#revision) {
      // What could not be read is as if it had never been taken.
      this.#epoch = epoch;
      this.#revision = revision;
      this.#changed.fire(this.state);
    }
    return table;
  }

  async #take(table: HistoryTable, { messages, removed, revision }: HistoryChanges): Promise<void> {
    const parts = await this.#embed(table, messages);
    for (const id of [...removed, ...messages.map(({ messageId }) => messageId)]) {
      if (table.remove(id)) this.#isGraphStale = true;
    }
    if (messages.length > 0) table.add(await buildSegment(messages, parts, revision, breatheUntil(undefined)));
    for (;;) {
      const next = nextMerge(table.segments.map(({ liveWords }) => liveWords));
      if (next === undefined) return;
      await this.#merge(table, next.start, next.end);
    }
  }

  /** Puts the vectors of the messages' parts into the table. Without them a message is found by its words. */
  async #embed(table: HistoryTable, messages: readonly HistoryMessage[]): Promise<EmbeddedPart[]> {
    const parts = messages.flatMap(({ text }, document) => splitMessage(text).map((part) => ({ ...part, document })));
    const embedded: EmbeddedPart[] = [];
    for (let start = 0; start < parts.length; start += PARTS_AT_ONCE) {
      const some = parts.slice(start, start + PARTS_AT_ONCE);
      let vectors: Int8Array;
      try {
        vectors = await this.#tools.parser.embed(some.map(({ text }) => text));
      } catch (error) {
        this.#tools.log.warn(`Messages could not be embedded: ${errorMessage(error)}`);
        continue;
      }
      for (const [index, { document, startOffset }] of some.entries()) {
        const { dimensions } = table.vectors;
        const vector = vectors.subarray(index * dimensions, (index + 1) * dimensions);
        if (vector.every((value) => value === 0)) continue;
        const [slot = 0] = table.takeSlots(1);
        table.setVector(slot, vector);
        embedded.push({ document, startOffset, slot });
      }
    }
    return embedded;
  }

  async #merge(table: HistoryTable, start: number, end: number): Promise<void> {
    const sources = table.segments.slice(start, end);
    table.replace(sources, await mergeSegments(sources, breatheUntil(undefined)));
  }

  #saveSoon(): void {
    if (this.#isClosed) return;
    const waitMs = Math.max(SAVE_AFTER_MS, this.#savedAtMs + SAVE_AT_MOST_EVERY_MS - performance.now());
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = undefined;
      this.#turns
        .run(() => this.#save())
        .catch((error: unknown) => {
          this.#tools.log.warn(`The search index of the history could not be saved: ${errorMessage(error)}`);
          this.#saveSoon();
        });
    }, waitMs);
    this.#saveTimer.unref();
  }

  /** Writes what is new. What was removed is in no file afterwards. */
  async #save(): Promise<void> {
    const table = this.#table;
    if (this.#isSaved || table === undefined || !this.#isOwner) return;
    this.#savedAtMs = performance.now();
    for (let index = table.segments.length - 1; index >= 0; index--) {
      if (table.segments[index]?.hasRemoved === true) await this.#merge(table, index, index + 1);
    }
    // Somebody may have taken this process for dead, and writes by now.
    if (!this.#lease.renew()) return;
    if (this.#isGraphStale) {
      this.#files.removeGraph();
      table.near.unsavedCount = table.near.size;
    }
    await this.#store.save(table, { epoch: this.#epoch, revision: this.#revision });
    this.#isGraphStale = false;
    this.#isSaved = true;
    this.#tend();
  }

  /** Loads or builds the graph of the vectors, where there are so many that it is worth it. */
  #tend(): void {
    const table = this.#table;
    if (table === undefined || this.#isTending || this.#isClosed) return;
    this.#isTending = true;
    const isHere = (): boolean => table === this.#table && !this.#isClosed;
    tendGraph({
      vectors: table.near,
      worthAt: this.#graphWorthAt,
      ...this.#files.graph,
      loadHnsw: this.#tools.loadHnsw,
      state: () =>
        isHere() && this.#epoch !== null && !this.#isGraphStale
          ? { indexId: this.#epoch, revision: this.#revision }
          : undefined,
      isOwner: () => this.#isOwner,
      shouldStop: () => !isHere(),
      isCurrent: (slot, revision) => table.isCurrent(slot, revision),
      // Nothing of a graph that is saved may be newer than the segments, or left of what was removed.
      inTurn: (work) =>
        this.#turns.run(async () => {
          await this.#save();
          await table.near.graph?.overwriteDeleted(breatheUntil(undefined));
          await work();
        }),
    })
      .catch((error: unknown) => {
        this.#tools.log.warn(`The graph of the history’s vectors could not be built: ${errorMessage(error)}`);
      })
      .finally(() => {
        this.#isTending = false;
      });
  }

  #startAnew(): void {
    this.#use(this.#newTable());
    this.#isGraphStale = true;
  }

  #use(table: Table | undefined): void {
    this.#table?.near.dispose();
    this.#table = table;
  }

  #newTable(): Table {
    const vectors = new VectorTable(this.#tools.model.dimensions);
    return new HistoryTable(vectors, new VectorSearch(vectors, []));
  }
}

/** Lets others have their turn between small steps; throws when the signal says that nobody waits any more. */
function breatheUntil(signal: AbortSignal | undefined): Breathe {
  const slice = new TimeSlice();
  return () => {
    signal?.throwIfAborted();
    return slice.isOver ? slice.breathe() : undefined;
  };
}

function notOwner(): SextantError {
  return new SextantError(
    'conflict',
    t('Another window keeps the search index of the history. Rebuild it there, or close that window first.'),
  );
}
