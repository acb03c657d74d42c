import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { SextantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { t } from '../base/texts.ts';
import { Turns } from '../base/turns.ts';
import type {
  ContextIndexContract,
  EditToResolve,
  FolderMap,
  IndexFolder,
  IndexOverview,
  IndexStatus,
  IndexWork,
  LeftOutFile,
  NameHit,
  RelatedFile,
  ResolvedEdit,
  SearchHit,
  SearchRequest,
  SimilarRequest,
  TextsToCount,
} from '../protocol/contextIndex.ts';
import { languageOf } from './chunks/languages.ts';
import { CpuShare } from './cpuShare.node.ts';
import { isOnBattery } from './deep/battery.node.ts';
import { DeepService } from './deep/deepService.node.ts';
import { DeepTier } from './deep/deepTier.node.ts';
import { SecondModel } from './embedding/secondModel.node.ts';
import { embedCode } from './embedding/embedCode.node.ts';
import { StaticModel, modelBytes } from './embedding/staticModel.ts';
import { mayRead } from './files/mayRead.node.ts';
import { readSource } from './files/readSource.node.ts';
import { TrackedFiles } from './files/trackedFiles.node.ts';
import { FolderIndex, type IndexTools } from './folder/folderIndex.node.ts';
import { folderOverview } from './folder/overview.node.ts';
import type { ServedHistoryTools } from './history/servedHistory.node.ts';
import { overallStatus } from './overallStatus.ts';
import { findSimilar } from './search/findSimilar.node.ts';
import { type SearchModels, searchFolders } from './search/searchFolders.node.ts';
import { loadHnsw } from './vectors/hnsw.node.ts';
import type { HnswlibModule } from './vectors/hnswlibModule.ts';
import { WatchedParser } from './watchedParser.node.ts';
import { WorkDone } from './workDone.ts';

const STATUS_EVERY_MS = 100;
/** With fewer chunks comparing all is as fast (120,000 in 3 ms) and exact; a graph is not worth 1.2 kB a chunk and minutes of work. */
const GRAPH_WORTH = 150_000;

/**
 * The deep model takes an hour for so many passages; what is less relevant is found by the built-in table. They are few
 * enough to be compared all, in some 3 ms, with no graph that takes 2 kB for each.
 */
const MOST_DEEP = 150_000;

type LeftOutRequest = Parameters<ContextIndexContract['requests']['leftOut']>[0];
type NamesRequest = Parameters<ContextIndexContract['requests']['names']>[0];
type OpenRequest = Parameters<ContextIndexContract['requests']['open']>[0];

/** The index over the folders of a window: what the index process serves. */
export class ContextIndex implements Disposable {
  readonly #model: StaticModel;
  readonly #parser: WatchedParser;
  readonly #tools: IndexTools;
  readonly #statusChanged = new Emitter<IndexStatus>();
  /** Of what git tracks, for {@link mayRead}. */
  readonly #tracked = new TrackedFiles();
  readonly #openings = new Turns();
  readonly #cpuShare = new CpuShare();
  /** The model that helps the built-in one, if the user has chosen any. */
  readonly chosenModel = new SecondModel({
    folders: () => this.#folders,
    mayRead: (paths) => this.mayRead(paths),
  });
  readonly #deepModel = new SecondModel({
    folders: () => this.#folders,
    mayRead: (paths) => this.mayRead(paths),
    most: MOST_DEEP,
  });
  readonly #deepService: DeepService;
  readonly #deep: DeepTier;
  #isDeepAllowed = false;
  #hnsw: Promise<HnswlibModule> | undefined;
  #folders: readonly { folder: IndexFolder; index: FolderIndex; open: ReadonlySet<string> }[] = [];
  #statusTimer: ReturnType<typeof setTimeout> | undefined;

  /** At most ten times a second. */
  readonly onDidChangeStatus = this.#statusChanged.event;
  /** See the contract. */
  readonly onDidChangeDeepModel: Event<null>;
  readonly onDidRefine: Event<null>;

  /**
   * Everything that runs or is loaded lies in `assetDirectory`: the parse worker, WASM files, the embedding model. Of
   * `graphWorthAt` chunks a graph is made.
   */
  constructor(assetDirectory: string, log: Log, graphWorthAt = GRAPH_WORTH) {
    const file = readModel(path.join(assetDirectory, 'static-code-256.bin'));
    const model = modelBytes(file);
    this.#model = new StaticModel(model, `static-code-256/${checksum(file)}`);
    const work = new WorkDone();
    this.#parser = new WatchedParser(
      { assetDirectory, model: new Uint8Array(model.memory.buffer, 0, model.byteLength) },
      (message) => {
        log.warn(message);
      },
      (milliseconds) => {
        work.add('parsing', milliseconds);
      },
    );
    this.#tools = {
      assetDirectory,
      parser: this.#parser,
      // In this thread, which has less to do than the one that parses, and the model at hand.
      embed: (texts) => work.during('embedding', () => embedCode(this.#model, texts)),
      model: this.#model,
      cpuShare: this.#cpuShare,
      work,
      loadHnsw: () => (this.#hnsw ??= loadHnsw(assetDirectory)),
      graphWorthAt,
      log,
    };
    this.#deepService = new DeepService(assetDirectory);
    this.#deep = new DeepTier({
      model: this.#deepModel,
      encoder: this.#deepService,
      mayWork: () => this.status().phase === 'ready',
      isOnBattery,
      log,
    });
    this.onDidChangeDeepModel = this.#deep.onDidChange;
    this.onDidRefine = this.#deep.onDidRefine;
  }

  /** What the index of the history uses as well. */
  get tools(): ServedHistoryTools {
    return { ...this.#tools, parser: this.#parser, model: this.#model, deep: this.#deep };
  }

  /** See the contract. One after the other: whoever asked last has the last word. */
  open(request: OpenRequest): Promise<void> {
    return this.#openings.run(() => this.#open(request));
  }

  async #open({ folders, storeDirectory, autoIndex }: OpenRequest): Promise<void> {
    await this.#closeFolders();
    this.#folders = folders.map((folder) => {
      const root = path.resolve(folder.path);
      const directory = path.join(storeDirectory, folderKey(root));
      return {
        folder,
        open: new Set(),
        index: new FolderIndex({ ...folder, path: root }, directory, this.#tools, this.#scheduleStatus),
      };
    });
    this.#scheduleStatus();
    await Promise.all(this.#folders.map(({ index }) => index.open(autoIndex)));
  }

  status(): IndexStatus {
    return overallStatus(this.#folders.map(({ index }) => index.status()));
  }

  async search(request: SearchRequest, signal: AbortSignal): Promise<SearchHit[]> {
    const { query, patience = 'short', vector: own, model, ...asked } = request;
    const isOfChosen = model !== undefined && model === this.chosenModel.id;
    const vector = isOfChosen ? own : await this.#deep.vectorOf(query, patience, signal);
    const withVector = { ...asked, query, ...(vector === undefined ? {} : { vector }) };
    return await searchFolders(this.#folders, this.#models, withVector, signal);
  }

  similar(request: SimilarRequest, signal: AbortSignal): Promise<SearchHit[]> {
    return findSimilar(this.#folders, this.#models, request, signal);
  }

  /** See the contract. */
  useModel(id: string | undefined): void {
    this.chosenModel.use(id);
    this.allowDeepModel(this.#isDeepAllowed);
  }

  /** See the contract. */
  allowDeepModel(isAllowed: boolean): void {
    this.#isDeepAllowed = isAllowed;
    this.#deep.allow(isAllowed && this.chosenModel.id === undefined);
  }

  get #models(): SearchModels {
    return { builtIn: this.#model, second: this.#deep.isAllowed ? this.#deepModel : this.chosenModel };
  }

  /** See the contract. */
  names({ typed, kinds, limit }: NamesRequest): NameHit[] {
    const found = this.#folders.flatMap(({ folder, index }) =>
      index.names.find(typed, kinds, limit).map((hit): NameHit => ({ ...hit, folder: folder.path })),
    );
    const ranked = found.sort((a, b) => b.score - a.score);
    return kinds.flatMap((kind) => ranked.filter((hit) => hit.kind === kind).slice(0, limit));
  }

  /** See the contract. */
  async related(file: string, limit: number): Promise<RelatedFile[]> {
    const found = await Promise.all(
      this.#folders.map(async ({ folder, index }) => {
        const [relative] = pathsInside(index.root, [file]);
        const related = relative === undefined ? [] : await index.graph.related(relative, limit);
        return related.map((each) => ({ folder: folder.path, ...each }));
      }),
    );
    return found.flat().slice(0, limit);
  }

  /** See the contract. */
  async map(folder: string, tokens: number): Promise<FolderMap> {
    const open = this.#folders.find(({ index }) => index.root === path.resolve(folder));
    if (open === undefined) throw new SextantError('not-found', t('The folder {0} is not open in the index.', folder));
    return await open.index.graph.map(tokens, async (text) => (await this.countTokens({ texts: [text] }))[0] ?? 0);
  }

  async update(): Promise<IndexStatus> {
    this.resume();
    await Promise.all(this.#folders.map(({ index }) => index.update()));
    return this.status();
  }

  async rebuild(): Promise<IndexStatus> {
    this.resume();
    await Promise.all(this.#folders.map(({ index }) => index.rebuild()));
    return this.status();
  }

  /** See the contract. */
  limitCpu(percent: number): void {
    this.#cpuShare.percent = percent;
    this.#deepService.limitCpu(percent);
  }

  /** See the contract. */
  userActive(): void {
    this.#cpuShare.userActive();
    this.#deepService.userActive();
    this.#expectSave();
  }

  pause(): void {
    for (const { index } of this.#folders) index.pause();
  }

  resume(): void {
    for (const { index } of this.#folders) index.resume();
  }

  /** Absolute paths; those outside of the folders are ignored. */
  pathsChanged(paths: readonly string[]): void {
    for (const { index } of this.#folders) index.pathsChanged(pathsInside(index.root, paths));
  }

  /** Absolute paths; those outside of the folders are ignored. */
  filesOpen(paths: readonly string[]): void {
    for (const open of this.#folders) {
      const inside = pathsInside(open.index.root, paths);
      open.open = new Set(inside);
      open.index.filesOpen(inside);
    }
  }

  /** See the contract. */
  async overview(): Promise<IndexOverview> {
    const { id, dimensions } = this.#model;
    return {
      folders: await Promise.all(this.#folders.map(({ folder, index }) => folderOverview(folder, index))),
      model: { id, dimensions },
      chosenModel: this.chosenModel.state(),
      deepModel: await this.#deep.state(),
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  /** See the contract. */
  leftOut({ limit, text = '', reason }: LeftOutRequest): LeftOutFile[] {
    const wanted = text.toLowerCase();
    const all = this.#folders.flatMap(({ folder, index }) =>
      [...index.leftOut()]
        .map(([name, why]): LeftOutFile => ({ folder: folder.path, path: name, reason: why }))
        .filter((file) => (reason ?? file.reason) === file.reason && file.path.toLowerCase().includes(wanted)),
    );
    return all.sort((a, b) => (a.folder === b.folder ? (a.path < b.path ? -1 : 1) : 0)).slice(0, limit);
  }

  /** See the contract. */
  async mayRead(paths: readonly string[]): Promise<boolean[]> {
    const innermostFirst = [...this.#folders].sort((a, b) => b.index.root.length - a.index.root.length);
    const verdicts = paths.map(async (file) => {
      for (const { folder, index } of innermostFirst) {
        const [relative] = pathsInside(index.root, [file]);
        if (relative !== undefined) return await mayRead(folder, relative, this.#tracked).catch(() => false);
      }
      return false;
    });
    return await Promise.all(verdicts);
  }

  countTokens(texts: TextsToCount): Promise<number[]> {
    return this.#parser.countTokens(texts);
  }

  /** See the contract. */
  work(): IndexWork {
    return this.#tools.work.report();
  }

  resolveEdit(edit: EditToResolve): Promise<ResolvedEdit> {
    return this.#parser.resolveEdit(edit);
  }

  /** Saves and closes the folders. */
  async close(): Promise<void> {
    await this.#openings.run(() => this.#closeFolders());
    this.dispose();
  }

  dispose(): void {
    clearTimeout(this.#statusTimer);
    this.#deep.dispose();
    this.#deepService.dispose();
    this.#parser.dispose();
    this.#statusChanged.dispose();
  }

  async #closeFolders(): Promise<void> {
    const folders = this.#folders;
    for (const { index } of folders) for (const model of [this.chosenModel, this.#deepModel]) model.close(index);
    this.#folders = [];
    await Promise.all(folders.map(({ index }) => index.close()));
  }

  /** Whoever types will save: the first save shall wait neither for the table of vectors nor for the grammar of its file. */
  #expectSave(): void {
    for (const { index, open } of this.#folders) {
      index.expectSave();
      for (const file of open) {
        this.#parser.warmUp(languageOf(file).id, () => {
          const source = readSource(index.root, file);
          return { path: file, text: source.kind === 'text' ? source.text : '' };
        });
      }
    }
  }

  readonly #scheduleStatus = (): void => {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      const status = this.status();
      this.#statusChanged.fire(status);
      if (status.phase === 'ready') this.#deep.wake();
    }, STATUS_EVERY_MS);
  };
}

function readModel(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SextantError('internal', t('Sextant is not installed completely: its embedding model is missing.'), {
      cause,
    });
  }
}

/** Names the model in what is stored: vectors of a model that was trained anew are not compared with those before. */
function checksum(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

/** Where a folder's index is kept: two folders of the same name do not meet. */
function folderKey(root: string): string {
  // Windows gives a drive's letter now large, now small.
  const name = process.platform === 'win32' ? root.replace(/^[a-z]:/, (drive) => drive.toUpperCase()) : root;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

function pathsInside(root: string, paths: readonly string[]): string[] {
  const inside = paths.map((absolute) => path.relative(root, absolute)).filter(isInside);
  return inside.map((relative) => relative.split(path.sep).join('/'));
}

function isInside(relative: string): boolean {
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
