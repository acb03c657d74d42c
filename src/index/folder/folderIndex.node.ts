import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { IndexState } from '../../storage/indexRepository.ts';
import { CHUNKER_VERSION } from '../chunks/chunk.ts';
import { diffFiles } from '../files/diffFiles.ts';
import type { SkipReason } from '../files/fileKinds.ts';
import { listFiles } from '../files/listFiles.node.ts';
import { loadSearchIndex, saveSearchIndex } from '../saved/savedSearch.node.ts';
import type { FolderStatus } from '../overallStatus.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import { Turns } from '../turns.ts';
import type { HnswlibModule } from '../vectors/hnswlibModule.ts';
import type { WatchedParser } from '../watchedParser.node.ts';
import { FileQueue } from './fileQueue.ts';
import { FolderRows } from './folderRows.node.ts';
import { FolderState } from './folderState.node.ts';
import { tendGraph } from './graph.node.ts';
import { Lease } from './lease.node.ts';
import { type Preparation, prepareFiles } from './prepareFile.node.ts';

/** What the folders of a window share. */
export interface IndexTools {
  readonly assetDirectory: string;
  readonly parser: Pick<WatchedParser, 'chunk' | 'embed'>;
  readonly model: { readonly id: string; readonly dimensions: number };
  readonly loadHnsw: () => Promise<HnswlibModule>;
  readonly log: Log;
}

const MAX_FILES = 100_000;
/** Files that go through the stages together, and how many such batches at once. */
const BATCH = 16;
const LANES = 3;
/** Events come in swarms; the first of one waits so long for the others. */
const SETTLE_MS = 15;
/** With more changed paths than this, looking at all files is faster than at each. */
const MANY_PATHS = 300;
const HEARTBEAT_MS = 1000;
const SAVE_AFTER_MS = 5000;
const SAVE_AT_MOST_EVERY_MS = 30_000;

/**
 * The index of one folder. This file knows the order of the stages: open what was saved, list files,
 * compare, then for each file that differs read, chunk, embed and store it, and when all is quiet
 * catch up with the graph and save.
 */
export class FolderIndex {
  readonly root: string;
  readonly #directory: string;
  readonly #tools: IndexTools;
  readonly #onChange: () => void;
  readonly #lease: Lease;
  readonly #queue = new FileQueue();
  readonly #changes = new Turns();
  readonly #walks = new Turns();
  readonly #changedPaths = new Set<string>();
  readonly #idleListeners = new Set<() => void>();
  #state: FolderState;
  /** Only its owner has the rows open. */
  #rows: FolderRows | undefined;
  /** What the last walk left out, by path. */
  #skippedByWalk = new Map<string, SkipReason>();
  #isActive = false;
  #isOpening = true;
  #isPaused = false;
  #isClosed = false;
  #walksRunning = 0;
  #lanes = 0;
  #failure: string | undefined;
  #isTending = false;
  #savedRevision = -1;
  #savedAtMs = 0;
  /** For a window that reads: which saved index it has, and which file that was. */
  #savedState: IndexState | undefined;
  #savedMark = '';
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  /** `directory` is where the index is kept, never inside `root`. */
  constructor(root: string, directory: string, tools: IndexTools, onChange: () => void) {
    this.root = root;
    this.#directory = directory;
    this.#tools = tools;
    this.#onChange = onChange;
    this.#lease = new Lease(path.join(directory, 'owner'));
    this.#state = new FolderState(SearchIndex.create(tools.model.dimensions), []);
  }

  get state(): FolderState {
    return this.#state;
  }

  /** Opens what was saved; with `autoIndex` what changed is indexed from now on. Failures show in the status. */
  async open(autoIndex: boolean): Promise<void> {
    try {
      mkdirSync(this.#directory, { recursive: true });
      writeFileSync(path.join(this.#directory, 'folder.json'), `${JSON.stringify({ path: this.root })}\n`);
      if (this.#lease.tryAcquire()) await this.#own();
      else await this.#reload();
      this.#heartbeat = setInterval(() => {
        this.#beat().catch((error: unknown) => {
          this.#fail(error);
        });
      }, HEARTBEAT_MS);
    } catch (error) {
      this.#fail(error);
    }
    this.#isOpening = false;
    if (autoIndex && this.#failure === undefined) void this.update();
    this.#work();
    this.#onChange();
  }

  /** Finds what changed and indexes it; resolves when that is done, or has failed. */
  async update(): Promise<void> {
    this.#isActive = true;
    this.#failure = undefined;
    await this.#walk(undefined);
    this.#work();
    await this.#whenIdle();
  }

  /** Throws the index away and builds it anew; resolves when that is done, or has failed. */
  async rebuild(): Promise<void> {
    this.#queue.clear();
    await this.#changes.run(async () => {
      if (this.#rows === undefined) throw notOwner(this.root);
      for (const name of ['search.bin', 'graph.bin']) rmSync(path.join(this.#directory, name), { force: true });
      await this.#rows.reset();
      this.#state.dispose();
      this.#state = new FolderState(SearchIndex.create(this.#tools.model.dimensions), []);
      this.#savedRevision = -1;
    });
    await this.update();
  }

  pause(): void {
    this.#isPaused = true;
    this.#onChange();
  }

  resume(): void {
    this.#isPaused = false;
    this.#work();
    this.#onChange();
  }

  /** Files or folders in this folder that were created, changed or deleted: paths relative to it, with `/`. */
  pathsChanged(relativePaths: readonly string[]): void {
    if (!this.#isActive || this.#isClosed) return;
    for (const changed of relativePaths) this.#changedPaths.add(changed);
    if (this.#changedPaths.size > 0) this.#settleTimer ??= setTimeout(() => void this.#takeChanges(), SETTLE_MS);
  }

  status(): FolderStatus {
    const skipped: Partial<Record<SkipReason, number>> = {};
    const count = (reason: SkipReason): void => {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    };
    for (const reason of this.#skippedByWalk.values()) count(reason);
    for (const { reason } of this.#state.skipped.values()) count(reason);
    const { fileCount, chunkCount } = this.#state.search.catalogue;
    const filesTotal = fileCount + this.#queue.newCount;
    const message = this.#message(skipped['over the limit'] ?? 0);
    return {
      phase: this.#phase(),
      filesDone: Math.max(0, filesTotal - this.#queue.size),
      filesTotal,
      chunks: chunkCount,
      skipped,
      ...(message === undefined ? {} : { message }),
    };
  }

  /** Saves what is not saved and lets go of everything. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#settleTimer);
    clearTimeout(this.#saveTimer);
    this.#queue.clear();
    this.#tellIdle();
    try {
      await this.#save();
    } catch (error) {
      this.#tools.log.warn(`The index could not be saved: ${errorMessage(error)}`);
    }
    await this.#changes.run(async () => {
      await this.#rows?.close(this.#state.search.catalogue.chunkCount);
      this.#rows = undefined;
    });
    this.#lease.release();
    this.#state.dispose();
  }

  #phase(): FolderStatus['phase'] {
    if (this.#failure !== undefined) return 'failed';
    if (this.#isOpening) return 'opening';
    if (this.#isPaused) return 'paused';
    if (this.#walksRunning > 0) return 'scanning';
    return this.#queue.size > 0 ? 'indexing' : 'ready';
  }

  #message(overLimit: number): string | undefined {
    if (this.#failure !== undefined) return this.#failure;
    if (overLimit === 0) return undefined;
    return (
      `The folder ${path.basename(this.root)} has more than ${MAX_FILES.toLocaleString('en')} files. ` +
      `${overLimit.toLocaleString('en')} of them are not indexed; list folders to leave out in a .sextantignore file.`
    );
  }

  async #own(): Promise<void> {
    const { assetDirectory, model } = this.#tools;
    const rows = await FolderRows.open(path.join(this.#directory, 'rows'), assetDirectory, {
      embeddingModel: model.id,
      chunkerVersion: CHUNKER_VERSION,
    });
    this.#rows = rows;
    const saved = await this.#loadSaved();
    const { indexId, revision } = rows.state;
    const isOurs = saved?.state.indexId === indexId && saved.state.revision <= revision;
    const empty = SearchIndex.create(model.dimensions);
    const state = isOurs ? new FolderState(saved.index, saved.skipped) : new FolderState(empty, []);
    if (!isOurs || saved.state.revision !== revision) await state.reconcile(rows);
    else this.#savedRevision = revision;
    this.#state.dispose();
    this.#state = state;
    for (const restored of state.restoring.keys()) this.#queue.add(restored, { urgent: false, isNew: true });
  }

  /** A window that does not own the folder reads what the owner saved. */
  async #reload(): Promise<void> {
    this.#savedMark = this.#markOfSaved();
    const saved = await this.#loadSaved();
    if (saved === undefined) return;
    this.#state.dispose();
    this.#state = new FolderState(saved.index, saved.skipped);
    this.#savedState = saved.state;
  }

  async #loadSaved(): Promise<Awaited<ReturnType<typeof loadSearchIndex>>> {
    try {
      return await loadSearchIndex(path.join(this.#directory, 'search.bin'), this.#tools.model.dimensions);
    } catch (error) {
      if (!isSextantError(error)) throw error;
      this.#tools.log.warn(error.message);
      return undefined;
    }
  }

  async #beat(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#rows !== undefined) {
      if (this.#lease.renew()) return;
      await this.#changes.run(async () => {
        await this.#rows?.close(this.#state.search.catalogue.chunkCount);
        this.#rows = undefined;
      });
    } else if (this.#lease.tryAcquire()) {
      await this.#own();
      if (this.#isActive) void this.update();
      else this.#work();
    } else if (this.#markOfSaved() !== this.#savedMark) await this.#reload();
    else return;
    this.#onChange();
  }

  #markOfSaved(): string {
    const stats = statSync(path.join(this.#directory, 'search.bin'), { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs}`;
  }

  async #takeChanges(): Promise<void> {
    this.#settleTimer = undefined;
    const changed = [...this.#changedPaths];
    this.#changedPaths.clear();
    const looksAtAll = changed.length > MANY_PATHS || changed.some((relative) => changesRules(relative));
    const own = changed.filter((relative) => relative !== '' && !/(^|\/)\.git(\/|$)/.test(relative));
    if (looksAtAll) await this.#walk(undefined);
    else for (const relative of own) await this.#walk(relative);
    this.#work();
  }

  /** Lists and compares; what differs is put into the queue. */
  async #walk(only: string | undefined): Promise<void> {
    this.#walksRunning++;
    this.#onChange();
    try {
      await this.#walks.run(async () => {
        if (this.#isClosed || this.#rows === undefined) return;
        const isInside = (name: string): boolean => only === undefined || name === only || name.startsWith(`${only}/`);
        const known = [...this.#state.known()].filter((file) => isInside(file.path));
        const limit = MAX_FILES - this.#state.search.catalogue.fileCount + known.length;
        const listing = await listFiles(this.root, {
          limit,
          environment: process.env,
          ...(only === undefined ? {} : { only }),
        });
        for (const name of this.#skippedByWalk.keys()) if (isInside(name)) this.#skippedByWalk.delete(name);
        for (const [name, reason] of listing.skipped) this.#skippedByWalk.set(name, reason);
        const { changed, removed } = diffFiles(known, listing.files);
        for (const name of changed) {
          this.#queue.add(name, { urgent: only !== undefined, isNew: !this.#state.isKnown(name) });
        }
        await this.#forget(removed);
      });
    } catch (error) {
      this.#fail(this.#isRootMissing() ? folderIsGone(this.root) : error);
    } finally {
      this.#walksRunning--;
      this.#onChange();
    }
  }

  async #forget(removed: readonly string[]): Promise<void> {
    if (removed.length === 0) return;
    await this.#changes.run(async () => {
      if (this.#rows === undefined) return;
      await this.#state.store(
        removed.map((name) => ({ kind: 'gone', path: name })),
        this.#rows,
      );
    });
    this.#saveSoon();
  }

  #isRootMissing(): boolean {
    return statSync(this.root, { throwIfNoEntry: false })?.isDirectory() !== true;
  }

  /** Starts as many lanes as there is work for. */
  #work(): void {
    while (this.#lanes < LANES && this.#mayWork() && this.#queue.size > this.#lanes * BATCH) {
      this.#lanes++;
      void this.#lane().finally(() => {
        this.#lanes--;
        this.#rest();
      });
    }
    this.#rest();
  }

  #mayWork(): boolean {
    return !this.#isPaused && !this.#isClosed && this.#failure === undefined && this.#rows !== undefined;
  }

  /** Takes batches through the stages until there are none. */
  async #lane(): Promise<void> {
    while (this.#mayWork()) {
      const batch = this.#queue.take(BATCH);
      if (batch.length === 0) return;
      try {
        const prepared = await prepareFiles(batch, this.#preparation());
        await this.#changes.run(async () => {
          if (this.#rows !== undefined) await this.#state.store(prepared, this.#rows);
        });
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#queue.done(batch);
      }
      this.#saveSoon();
      this.#onChange();
    }
  }

  #preparation(): Preparation {
    const state = this.#state;
    const { parser, model } = this.#tools;
    return {
      root: this.root,
      dimensions: model.dimensions,
      contentHashOf: (name) => state.search.catalogue.file(name)?.contentHash,
      chunk: ({ path: name, text, contentHash }) => {
        const stored = state.restoring.get(name);
        return stored?.file.contentHash === contentHash
          ? Promise.resolve(stored.chunks)
          : parser.chunk({ path: name, text });
      },
      storedVectors: (hashes) => this.#rows?.vectors(hashes) ?? Promise.resolve(new Map()),
      embed: (texts) => parser.embed(texts),
    };
  }

  /** When nothing is left to do: whoever waits is told, and the graph is brought up to date. */
  #rest(): void {
    if (this.#lanes > 0 || (this.#queue.size > 0 && this.#mayWork())) return;
    if (!this.#isPaused || this.#failure !== undefined) this.#tellIdle();
    this.#onChange();
    if (this.#isTending || this.#isClosed || this.#failure !== undefined) return;
    this.#isTending = true;
    const state = this.#state;
    tendGraph({
      state,
      file: path.join(this.#directory, 'graph.bin'),
      loadHnsw: this.#tools.loadHnsw,
      indexState: () => (state === this.#state ? (this.#rows?.state ?? this.#savedState) : undefined),
      isOwner: () => this.#rows !== undefined,
      shouldStop: () => state !== this.#state || this.#isClosed || this.#isPaused || this.#queue.size > 0,
      inTurn: (work) => this.#changes.run(work),
    })
      .catch((error: unknown) => {
        // Searches are exact without it, only slower.
        this.#tools.log.warn(`The graph of vectors could not be built: ${errorMessage(error)}`);
      })
      .finally(() => {
        this.#isTending = false;
      });
  }

  #whenIdle(): Promise<void> {
    if (this.#isClosed || this.#failure !== undefined || (this.#queue.size === 0 && this.#lanes === 0)) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#idleListeners.add(resolve));
  }

  #tellIdle(): void {
    const listeners = [...this.#idleListeners];
    this.#idleListeners.clear();
    for (const listener of listeners) listener();
  }

  #saveSoon(): void {
    if (this.#saveTimer !== undefined || this.#isClosed) return;
    const waitMs = Math.max(SAVE_AFTER_MS, this.#savedAtMs + SAVE_AT_MOST_EVERY_MS - performance.now());
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = undefined;
      this.#save().catch((error: unknown) => {
        this.#fail(error);
      });
    }, waitMs);
    this.#saveTimer.unref();
  }

  /** Saves what is searched. While files wait to be restored the rows say more than it, so that it must wait. */
  async #save(): Promise<void> {
    await this.#changes.run(async () => {
      const rows = this.#rows;
      if (rows === undefined || this.#state.restoring.size > 0 || rows.state.revision === this.#savedRevision) return;
      if (!this.#lease.renew()) return;
      const { revision } = rows.state;
      const file = path.join(this.#directory, 'search.bin');
      await saveSearchIndex(file, this.#state.search, rows.state, [...this.#state.skipped.values()]);
      this.#savedRevision = revision;
      this.#savedAtMs = performance.now();
    });
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#failure = isSextantError(error) ? error.message : `Indexing ${this.root} failed: ${errorMessage(error)}`;
    this.#tools.log.error(this.#failure);
    this.#tellIdle();
    this.#onChange();
  }
}

function changesRules(relative: string): boolean {
  return /(^|\/)(\.gitignore|\.sextantignore|\.git\/info\/exclude|\.git\/config|\.git)$/.test(relative);
}

function folderIsGone(root: string): SextantError {
  return new SextantError('not-found', `The folder ${root} is not there any more.`);
}

function notOwner(root: string): SextantError {
  return new SextantError(
    'conflict',
    `Another window indexes ${root}. Rebuild the index there, or close that window first.`,
  );
}
