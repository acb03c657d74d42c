import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { Turns } from '../../base/turns.ts';
import type { SkipReason } from '../files/fileKinds.ts';
import { HiddenFiles } from '../files/hiddenFiles.ts';
import type { FileDifference } from '../files/diffFiles.ts';
import { FolderGraph } from '../graph/folderGraph.node.ts';
import type { IndexFolder } from '../../protocol/contextIndex.ts';
import type { FolderStatus } from '../overallStatus.ts';
import { FolderNames } from '../names/folderNames.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import type { HnswlibModule } from '../vectors/hnswlibModule.ts';
import { tendGraph } from '../vectors/tendGraph.node.ts';
import type { CpuShare } from '../cpuShare.node.ts';
import type { WatchedParser } from '../watchedParser.node.ts';
import type { WorkDone } from '../workDone.ts';
import { ChangedPaths } from './changedPaths.ts';
import { FileLanes } from './fileLanes.ts';
import { folderIsGone, limitMessage } from './folderMessages.ts';
import { FolderState } from './folderState.node.ts';
import { FolderStore, notOwner } from './folderStore.node.ts';
import { FolderWalk, isFolder } from './folderWalk.node.ts';
import { type Preparation, prepareFiles } from './prepareFile.node.ts';
import { SaveTimer } from './saveTimer.ts';

/** What the folders of a window share. */
export interface IndexTools {
  readonly assetDirectory: string;
  readonly parser: Pick<WatchedParser, 'parse'>;
  /** One int8 vector for each text of code, one after the other. */
  readonly embed: (texts: readonly string[]) => Promise<Int8Array>;
  readonly model: { readonly id: string; readonly dimensions: number };
  readonly loadHnsw: () => Promise<HnswlibModule>;
  /** Fewer chunks need no graph. */
  readonly graphWorthAt: number;
  readonly cpuShare: Pick<CpuShare, 'pace'>;
  readonly work: WorkDone;
  readonly log: Log;
}

const HEARTBEAT_MS = 500;
const FIRST_ANSWER_MS = 50;
const OWNER_PATIENCE_MS = 2000;
const OWNER_POLL_MS = 100;

/**
 * The index of one folder. This file knows the order of the stages: open what was saved, list files,
 * compare, then for each file that differs read, chunk, embed and store it, and when all is quiet
 * catch up with the graph and save.
 */
export class FolderIndex {
  readonly root: string;
  readonly graph: FolderGraph;
  readonly names = new FolderNames(() => this.#state.search.catalogue);
  readonly #tools: IndexTools;
  readonly #store: FolderStore;
  readonly #onChange: () => void;
  readonly #lanes: FileLanes;
  /** Whatever changes the index, or needs it to stay as it is. */
  readonly #changes = new Turns();
  readonly #walks: FolderWalk;
  readonly #saving: SaveTimer;
  readonly #changedPaths = new ChangedPaths((paths) => this.#lookAt(paths));
  #state: FolderState;
  #isActive = false;
  #isOpening = true;
  #isPaused = false;
  #isClosed = false;
  #isTending = false;
  #opened: Promise<void> = Promise.resolve();
  #walksRunning = 0;
  #failure: string | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  /** `directory` is where the index is kept, never inside the folder. */
  constructor({ path: root, hidden, secret }: IndexFolder, directory: string, tools: IndexTools, onChange: () => void) {
    this.root = root;
    this.graph = new FolderGraph(root, () => this.#state.search.catalogue);
    this.#walks = new FolderWalk(root, {
      hidden: new HiddenFiles(hidden ?? []),
      secret: secret ?? [],
      imported: (others) => this.graph.imported(others),
      pace: () => tools.cpuShare.pace(() => this.#changedPaths.isBusy),
    });
    this.#tools = tools;
    this.#onChange = onChange;
    this.#store = new FolderStore({ ...tools, root, directory });
    this.#saving = new SaveTimer(() =>
      this.#changes
        .run(() => tools.work.during('saving', () => this.#store.save(this.#state)))
        .catch((error: unknown) => {
          this.#fail(error);
        }),
    );
    this.#state = new FolderState(SearchIndex.create(tools.model.dimensions), []);
    this.#lanes = new FileLanes({
      mayWork: () => this.#mayWork(),
      process: (paths) => this.#process(paths),
      pace: (isUrgent) => tools.cpuShare.pace(isUrgent),
      onRest: () => {
        this.#rest();
      },
    });
  }

  /** What is searched. */
  get state(): FolderState {
    return this.#state;
  }

  /** Where the index is kept, and whether this process is the one that writes it. */
  get keptAt(): { readonly directory: string; readonly isOwner: boolean } {
    return { directory: this.#store.directory, isOwner: this.#store.rows !== undefined };
  }

  /**
   * Opens what was saved, to be searched at once; with `autoIndex` what changed is indexed from now on.
   * Failures show in the status.
   */
  async open(autoIndex: boolean): Promise<void> {
    this.#isActive = autoIndex;
    try {
      this.#replaceState(await this.#store.read());
    } catch (error) {
      this.#fail(error);
    }
    // Whoever waits for a first answer has it before the rows are opened.
    this.#opened = sleep(this.#state.search.catalogue.fileCount > 0 ? FIRST_ANSWER_MS : 0).then(async () => {
      await this.#beat();
      this.#isOpening = false;
      this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
      this.#onChange();
    });
  }

  /**
   * Finds what changed and indexes it; resolves when that is done, or has failed. Throws `conflict` while another
   * process owns the folder.
   */
  async update(): Promise<void> {
    await this.#opened;
    this.#isActive = true;
    this.#failure = undefined;
    await this.#own();
    if (!this.#hasFailed()) await this.#update();
  }

  /** Waits for a moment, since an owner that is closing has its last things to write. */
  async #own(): Promise<void> {
    for (let waitedMs = 0; !this.#isClosed; waitedMs += OWNER_POLL_MS) {
      if (this.#store.rows === undefined) await this.#refresh();
      if (this.keptAt.isOwner || this.#hasFailed()) return;
      if (waitedMs >= OWNER_PATIENCE_MS) throw notOwner(this.root);
      await sleep(OWNER_POLL_MS);
    }
  }

  /** Throws the index away and builds it anew; resolves when that is done, or has failed. */
  async rebuild(): Promise<void> {
    await this.#opened;
    this.#lanes.queue.clear();
    await this.#changes.run(async () => {
      this.#replaceState(await this.#store.reset());
    });
    await this.update();
  }

  pause(): void {
    this.#isPaused = true;
    this.#onChange();
  }

  resume(): void {
    this.#isPaused = false;
    this.#lanes.start();
  }

  /** Files or folders in this folder that were created, changed or deleted: paths relative to it, with `/`. */
  pathsChanged(relativePaths: readonly string[]): void {
    if (!this.#isActive || this.#isClosed || relativePaths.length === 0) return;
    // What failed may go well by now, as on a disk that was full.
    if (this.#failure !== undefined) void this.update().catch(() => undefined);
    this.#changedPaths.add(relativePaths);
  }

  /** Somebody types: what the first save would wait for is made ready. */
  expectSave(): void {
    this.#store.expectSave();
  }

  /** The files that are open in editors, as relative paths: they come first, and count for no limit. */
  filesOpen(relativePaths: readonly string[]): void {
    this.#walks.open = new Set(relativePaths);
    this.#lanes.queue.hasten(relativePaths);
    this.pathsChanged(relativePaths.filter((name) => this.#walks.skipped.get(name) === 'over the limit'));
  }

  /** What was left out, with the reason, by relative path. */
  *leftOut(): Iterable<readonly [path: string, reason: SkipReason]> {
    yield* this.#walks.skipped;
    for (const { path: name, reason } of this.#state.skipped.values()) yield [name, reason];
  }

  status(): FolderStatus {
    const skipped: Partial<Record<SkipReason, number>> = {};
    for (const [, reason] of this.leftOut()) skipped[reason] = (skipped[reason] ?? 0) + 1;
    const { fileCount, chunkCount: chunks } = this.#state.search.catalogue;
    const filesTotal = fileCount + this.#lanes.queue.newCount;
    const message = this.#failure ?? limitMessage(this.root, filesTotal, skipped['over the limit'] ?? 0);
    return {
      phase: this.#phase(),
      filesDone: Math.max(0, filesTotal - this.#lanes.queue.size),
      filesTotal,
      chunks,
      skipped,
      ...(message === undefined ? {} : { message }),
    };
  }

  /** Saves what is not saved and lets go of everything. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    this.#changedPaths.dispose();
    this.#saving.dispose();
    this.#lanes.queue.clear();
    this.#lanes.tellIdle();
    await this.#opened;
    clearInterval(this.#heartbeat);
    await this.#changes.run(async () => {
      await this.#store.save(this.#state).catch((error: unknown) => {
        this.#tools.log.warn(`The index could not be saved: ${errorMessage(error)}`);
      });
      await this.#store.close(this.#state);
    });
    this.#state.dispose();
  }

  #phase(): FolderStatus['phase'] {
    if (this.#failure !== undefined) return 'failed';
    if (this.#isOpening) return 'opening';
    if (this.#isPaused) return 'paused';
    if (this.#walksRunning > 0) return 'scanning';
    return this.#lanes.queue.size > 0 ? 'indexing' : 'ready';
  }

  /** A method, since the compiler believes that no call in between changes a property. */
  #hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  #replaceState(state: FolderState): void {
    if (state !== this.#state) this.#state.dispose();
    this.#state = state;
    for (const restored of state.restoring.keys()) this.#lanes.queue.add(restored, { urgent: false, isNew: true });
  }

  /** After a change of owner, or of what the owner saved, there may be something to do. */
  async #beat(): Promise<void> {
    if (!(await this.#refresh())) return;
    if (this.#isActive && this.#store.rows !== undefined) void this.#update();
    else this.#lanes.start();
  }

  /** Takes over, reads again, or just shows that the owner lives; true when that changed something. Never throws. */
  async #refresh(): Promise<boolean> {
    try {
      return await this.#changes.run(async () => {
        const before = this.#store.rows;
        const state = this.#isClosed ? undefined : await this.#store.beat(this.#state);
        if (state !== undefined) this.#replaceState(state);
        return state !== undefined || before !== this.#store.rows;
      });
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  async #update(): Promise<void> {
    await this.#lookAt(undefined);
    if (!this.#isClosed && !this.#hasFailed()) await this.#lanes.whenIdle();
  }

  /** Lists and compares, everything or only some paths; what differs is indexed. Never throws. */
  async #lookAt(only: readonly string[] | undefined): Promise<void> {
    this.#walksRunning++;
    this.#onChange();
    try {
      await this.#compare(only);
    } catch (error) {
      this.#fail(isFolder(this.root) ? error : folderIsGone(this.root));
    } finally {
      this.#walksRunning--;
      this.#lanes.start();
    }
  }

  async #compare(only: readonly string[] | undefined): Promise<void> {
    const mayWalk = (): boolean => !this.#isClosed && this.#store.rows !== undefined;
    const walk = (): Promise<FileDifference | undefined> => this.#walks.compare(only, () => this.#state, mayWalk);
    const difference = await this.#tools.work.during('listing', walk);
    if (difference === undefined) return;
    const { changed, removed } = difference;
    for (const name of changed) {
      this.#lanes.queue.add(name, { urgent: only !== undefined, isNew: this.#state.knownFile(name) === undefined });
    }
    if (removed.length === 0) return;
    await this.#changes.run(async () => {
      const gone = removed.map((name) => ({ kind: 'gone' as const, path: name }));
      if (this.#store.rows !== undefined) await this.#state.store(gone, this.#store.rows);
    });
    this.#saving.soon();
  }

  #mayWork(): boolean {
    // A window that only reads has what the owner has written to take in.
    const isTheirTurn = this.#store.rows !== undefined || this.#state.restoring.size > 0;
    return isTheirTurn && !this.#isPaused && !this.#isClosed && this.#failure === undefined;
  }

  /** Takes files through the stages. */
  async #process(paths: readonly string[]): Promise<void> {
    const state = this.#state;
    try {
      const prepared = await prepareFiles(paths, this.#preparation(state));
      await this.#changes.run(async () => {
        const { rows } = this.#store;
        if (state !== this.#state) return;
        if (rows === undefined) await state.restore(prepared);
        else await this.#tools.work.during('storing', () => this.#store.keep(prepared, state, rows));
      });
    } catch (error) {
      this.#fail(error);
    }
    this.#saving.soon();
    this.#onChange();
  }

  #preparation(state: FolderState): Preparation {
    const { parser, model, work, log } = this.#tools;
    return {
      root: this.root,
      dimensions: model.dimensions,
      work,
      log,
      contentHashOf: (name) => state.search.catalogue.file(name)?.contentHash,
      parse: ({ path: name, text, contentHash }) => {
        const stored = state.restoring.get(name);
        return stored?.file.contentHash === contentHash ? Promise.resolve(stored) : parser.parse({ path: name, text });
      },
      storedVectors: (hashes) => this.#store.vectors(hashes),
      embed: (texts) => this.#tools.embed(texts),
    };
  }

  /** When nothing is left to do: whoever waits is told, and the graph is brought up to date. */
  #rest(): void {
    this.#onChange();
    if (this.#lanes.isRunning || (this.#lanes.queue.size > 0 && this.#mayWork())) return;
    if (!this.#isPaused || this.#failure !== undefined) this.#lanes.tellIdle();
    if (this.#isTending || this.#isClosed || this.#failure !== undefined) return;
    this.#isTending = true;
    const state = this.#state;
    const isBusy = (): boolean => this.#isClosed || this.#isPaused || this.#lanes.queue.size > 0;
    const shouldStop = (): boolean => state !== this.#state || isBusy();
    const tend = (): Promise<void> =>
      tendGraph({
        vectors: state.vectors,
        worthAt: this.#tools.graphWorthAt,
        file: this.#store.graphFile,
        loadHnsw: this.#tools.loadHnsw,
        state: () => (state === this.#state ? this.#store.indexState : undefined),
        isOwner: () => this.#store.rows !== undefined,
        shouldStop,
        pace: () => this.#tools.cpuShare.pace(shouldStop),
        isCurrent: (slot, revision) => state.isCurrent(slot, revision),
        inTurn: (work) => this.#changes.run(work),
      });
    const { log, work } = this.#tools;
    work
      .during('graph', tend)
      .catch((error: unknown) => {
        // Searches are exact without it, only slower.
        log.warn(`The graph of vectors could not be built: ${errorMessage(error)}`);
      })
      .finally(() => {
        this.#isTending = false;
      });
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#failure = isSextantError(error) ? error.message : `Indexing ${this.root} failed: ${errorMessage(error)}`;
    this.#tools.log.error(this.#failure);
    this.#lanes.tellIdle();
    this.#onChange();
  }
}
