import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { t } from '../../base/texts.ts';
import type { IndexOrigin, IndexState } from '../../storage/indexRepository.ts';
import { CHUNKER_VERSION } from '../chunks/chunk.ts';
import { unpackChunks } from '../chunks/packChunks.ts';
import { loadSearchIndex, saveSearchIndex } from '../saved/savedSearch.node.ts';
import { VectorFile, removeOldVectorFiles } from '../saved/vectorFile.node.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import { FolderRows } from './folderRows.node.ts';
import { FolderState } from './folderState.node.ts';
import { Lease } from './lease.node.ts';
import { type PreparedFile, newVectors } from './prepareFile.node.ts';

export interface FolderStoreOptions {
  /** The folder that is indexed. */
  readonly root: string;
  /** Where its index is kept, never inside `root`. */
  readonly directory: string;
  readonly assetDirectory: string;
  readonly model: { readonly id: string; readonly dimensions: number };
  readonly log: Log;
}

/** A window that follows another's index rests so many times as long as it has worked. */
const FOLLOW_PAUSE = 4;
/** Vectors that no chunk uses are kept, so that going back to a branch embeds nothing; this many at least. */
const MOST_UNUSED_VECTORS = 20_000;

/**
 * What a folder's index has on disk: the rows, which are the truth, the vectors that were embedded, and what
 * is made of both: what is searched, and the graph. One process owns it; the others read what the owner saved.
 */
export class FolderStore {
  readonly #options: FolderStoreOptions;
  readonly #lease: Lease;
  /** The rows, as soon as they can be read; they are written only by the owner. */
  #opened: FolderRows | undefined;
  #isOwner = false;
  /** Where the state stands that is searched here. */
  #at: IndexState | undefined;
  #followAgainAtMs = 0;
  #vectors: VectorFile | undefined;
  /** What the saved file holds that was written or read last. */
  #saved: IndexState | undefined;

  constructor(options: FolderStoreOptions) {
    this.#options = options;
    this.#lease = new Lease(path.join(options.directory, 'owner'));
  }

  /** The rows, if this process owns the folder. */
  get rows(): FolderRows | undefined {
    return this.#isOwner ? this.#opened : undefined;
  }

  /** Where the index stands that is searched here. */
  get indexState(): IndexState | undefined {
    return this.rows?.state ?? this.#at;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** Those vectors that were embedded before, by the hash of their text. */
  vectors(textHashes: Iterable<string>): Map<string, Int8Array> {
    return this.#openVectors().read(textHashes);
  }

  /** Opens what the first save would wait for. */
  expectSave(): void {
    if (!this.#isOwner) return;
    try {
      this.#openVectors();
    } catch {
      // It is said when something is to be stored.
    }
  }

  /** Stores files in a state and its rows; their new vectors are kept, so that nothing is embedded twice. Only for the owner. */
  keep(prepared: readonly PreparedFile[], state: FolderState, rows: FolderRows): Promise<void> {
    this.#openVectors().add(newVectors(prepared));
    return state.store(prepared, rows);
  }

  get graphFile(): string {
    return path.join(this.#options.directory, 'graph.bin');
  }

  get #searchFile(): string {
    return path.join(this.#options.directory, 'search.bin');
  }

  /** What was saved, without a look at the rows: it can be searched at once. */
  async read(): Promise<FolderState> {
    this.#createFolder();
    const saved = await this.#load();
    this.#saved = saved?.state;
    this.#at = this.#saved;
    return saved === undefined ? this.#emptyState() : new FolderState(saved.index, saved.skipped);
  }

  /**
   * To be called at first and then about once a second. Takes the folder over if nobody owns it; otherwise follows
   * what the owner writes. Gives the state to use from now on, perhaps the same, when it was brought into step with
   * the rows.
   */
  async beat(state: FolderState): Promise<FolderState | undefined> {
    if (this.#isOwner && !this.#lease.renew()) {
      this.#options.log.warn(`Another process has taken over the index of ${this.#options.root}.`);
      this.#isOwner = false;
    }
    if (this.#isOwner) return undefined;
    this.#createFolder();
    if (!this.#lease.tryAcquire()) return await this.#follow(state);
    const isOurs = this.#opened !== undefined && (await this.#opened.refresh());
    if (!isOurs) await this.#closeRows();
    const { directory, assetDirectory } = this.#options;
    const rows = (this.#opened ??= await FolderRows.own(path.join(directory, 'rows'), assetDirectory, this.#origin));
    this.#isOwner = true;
    return (await this.#reconcile(state, rows)) ?? state;
  }

  /** Forgets everything that is indexed. Throws `conflict` when another process owns the folder. */
  async reset(): Promise<FolderState> {
    const { rows } = this;
    if (rows === undefined) throw notOwner(this.#options.root);
    for (const file of [this.#searchFile, this.graphFile]) rmSync(file, { force: true });
    await rows.reset();
    this.#at = rows.state;
    this.#saved = undefined;
    return this.#emptyState();
  }

  /** Saves what is searched, if it changed. While files wait to be restored the rows say more, and it must wait. */
  async save(state: FolderState): Promise<void> {
    const current = this.rows?.state;
    if (current === undefined || state.restoring.size > 0 || !this.#lease.renew()) return;
    if (this.#saved?.revision === current.revision && this.#saved.indexId === current.indexId) return;
    await saveSearchIndex(this.#searchFile, state.search, current, [...state.skipped.values()]);
    this.#saved = current;
  }

  /** Lets go of the folder; `state` says which vectors are in use. */
  async close(state: FolderState): Promise<void> {
    try {
      if (this.#isOwner) this.#tidyVectors(state);
      this.#vectors?.close();
      this.#isOwner = false;
      await this.#closeRows();
    } finally {
      this.#lease.release();
    }
  }

  #openVectors(): VectorFile {
    const { directory, model } = this.#options;
    return (this.#vectors ??= VectorFile.open(path.join(directory, 'vectors'), this.#vectorsName, model.dimensions));
  }

  get #vectorsName(): string {
    return `${createHash('sha256').update(this.#options.model.id).digest('hex').slice(0, 16)}.bin`;
  }

  /** Forgets vectors of which there are too many that nothing uses. */
  #tidyVectors({ search: { catalogue }, restoring }: FolderState): void {
    const { directory } = this.#options;
    if (this.#vectors === undefined) return;
    const inUse = function* (): Generator<string> {
      for (const file of catalogue.files()) {
        for (const slot of catalogue.slotsOf(file.path)) yield catalogue.chunk(slot).textHash;
      }
      for (const { chunks } of restoring.values()) for (const { textHash } of unpackChunks(chunks)) yield textHash;
    };
    this.#vectors.prune(inUse(), Math.max(MOST_UNUSED_VECTORS, catalogue.chunkCount));
    removeOldVectorFiles(path.join(directory, 'vectors'), this.#vectorsName);
  }

  #createFolder(): void {
    const { root, directory } = this.#options;
    try {
      mkdirSync(directory, { recursive: true });
      // For whoever looks into the folder of indexes and wonders what is what.
      writeFileSync(path.join(directory, 'folder.json'), `${JSON.stringify({ path: root })}\n`);
    } catch (cause) {
      const message = `The index cannot be kept in ${directory}: ${errorMessage(cause)}`;
      throw new SextantError('read-only', message, { cause });
    }
  }

  /** Reads what the owner has written since, but spends only a share of the time on it. */
  async #follow(state: FolderState): Promise<FolderState | undefined> {
    const startedMs = performance.now();
    if (startedMs < this.#followAgainAtMs) return undefined;
    const { directory, assetDirectory } = this.#options;
    if (this.#opened !== undefined && !(await this.#opened.refresh())) await this.#closeRows();
    this.#opened ??= await FolderRows.follow(path.join(directory, 'rows'), assetDirectory, this.#origin);
    const followed = this.#opened === undefined ? undefined : await this.#reconcile(state, this.#opened);
    this.#followAgainAtMs = performance.now() + (performance.now() - startedMs) * FOLLOW_PAUSE;
    return followed;
  }

  /** Brings a state into step with the rows; begins with an empty one where it is of others. Undefined when it was in step. */
  async #reconcile(state: FolderState, rows: FolderRows): Promise<FolderState | undefined> {
    const now = rows.state;
    const at = this.#at;
    const isOfThese = at?.indexId === now.indexId && at.revision <= now.revision;
    if (isOfThese && at.revision === now.revision) return undefined;
    const current = isOfThese ? state : this.#emptyState();
    this.#at = now;
    await current.reconcile(rows);
    return current;
  }

  async #closeRows(): Promise<void> {
    const rows = this.#opened;
    this.#opened = undefined;
    await rows?.close();
  }

  get #origin(): IndexOrigin {
    return { embeddingModel: this.#options.model.id, chunkerVersion: CHUNKER_VERSION };
  }

  async #load(): ReturnType<typeof loadSearchIndex> {
    try {
      return await loadSearchIndex(this.#searchFile, this.#options.model.dimensions);
    } catch (error) {
      if (!isSextantError(error)) throw error;
      this.#options.log.warn(error.message);
      return undefined;
    }
  }

  #emptyState(): FolderState {
    return new FolderState(SearchIndex.create(this.#options.model.dimensions), []);
  }
}

/** What is told to whoever wants to write an index that another process owns. */
export function notOwner(root: string): SextantError {
  return new SextantError(
    'conflict',
    t('Another window indexes {0} and keeps it up to date. To do it here, close that window first.', root),
  );
}
