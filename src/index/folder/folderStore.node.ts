import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SextantError, errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { IndexState } from '../../storage/indexRepository.ts';
import { CHUNKER_VERSION } from '../chunks/chunk.ts';
import { loadSearchIndex, saveSearchIndex } from '../saved/savedSearch.node.ts';
import { VectorFile, removeOldVectorFiles } from '../saved/vectorFile.node.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import { FolderRows } from './folderRows.node.ts';
import { FolderState } from './folderState.node.ts';
import { Lease } from './lease.node.ts';

export interface FolderStoreOptions {
  /** The folder that is indexed. */
  readonly root: string;
  /** Where its index is kept, never inside `root`. */
  readonly directory: string;
  readonly assetDirectory: string;
  readonly model: { readonly id: string; readonly dimensions: number };
  readonly log: Log;
}

/** Vectors that no chunk uses are kept, so that going back to a branch embeds nothing; this many at least. */
const MOST_UNUSED_VECTORS = 20_000;

/**
 * What a folder's index has on disk: the rows, which are the truth, the vectors that were embedded, and what
 * is made of both: what is searched, and the graph. One process owns it; the others read what the owner saved.
 */
export class FolderStore {
  readonly #options: FolderStoreOptions;
  readonly #lease: Lease;
  #rows: FolderRows | undefined;
  #vectors: VectorFile | undefined;
  /** What the saved file holds that was written or read last. */
  #saved: IndexState | undefined;
  #savedMark = '';

  constructor(options: FolderStoreOptions) {
    this.#options = options;
    this.#lease = new Lease(path.join(options.directory, 'owner'));
  }

  /** The rows, if this process owns the folder. */
  get rows(): FolderRows | undefined {
    return this.#rows;
  }

  /** Where the index stands that is searched here. */
  get indexState(): IndexState | undefined {
    return this.#rows?.state ?? this.#saved;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** Those vectors that were embedded before, by the hash of their text. Only for the owner. */
  vectors(textHashes: Iterable<string>): Map<string, Int8Array> {
    return this.#openVectors().read(textHashes);
  }

  /** Keeps vectors, so that nothing is embedded twice. Only for the owner. */
  keepVectors(vectors: ReadonlyMap<string, Int8Array>): void {
    this.#openVectors().add(vectors);
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
    this.#savedMark = this.#markOfSaved();
    const saved = await this.#load();
    this.#saved = saved?.state;
    return saved === undefined ? this.#emptyState() : new FolderState(saved.index, saved.skipped);
  }

  /**
   * To be called at first and then about once a second. Takes the folder over if nobody owns it, and
   * brings `state` into step with the rows; reads again what another owner has saved. Gives the state
   * to use from now on when that is another one.
   */
  async beat(state: FolderState): Promise<FolderState | undefined> {
    if (this.#rows !== undefined) {
      if (this.#lease.renew()) return undefined;
      this.#options.log.warn(`Another process has taken over the index of ${this.#options.root}.`);
      const rows = this.#rows;
      this.#rows = undefined;
      this.#closeVectors();
      await rows.close();
      return await this.read();
    }
    this.#createFolder();
    if (this.#lease.tryAcquire()) {
      // The owner before may have saved since.
      const newest = this.#markOfSaved() === this.#savedMark ? state : await this.read();
      return await this.#own(newest);
    }
    return this.#markOfSaved() === this.#savedMark ? undefined : await this.read();
  }

  /** Forgets everything that is indexed. Throws `conflict` when another process owns the folder. */
  async reset(): Promise<FolderState> {
    if (this.#rows === undefined) throw notOwner(this.#options.root);
    for (const file of [this.#searchFile, this.graphFile]) rmSync(file, { force: true });
    await this.#rows.reset();
    this.#saved = undefined;
    return this.#emptyState();
  }

  /** Saves what is searched, if it changed. While files wait to be restored the rows say more, and it must wait. */
  async save(state: FolderState): Promise<void> {
    const current = this.#rows?.state;
    if (current === undefined || state.restoring.size > 0 || !this.#lease.renew()) return;
    if (this.#saved?.revision === current.revision && this.#saved.indexId === current.indexId) return;
    await saveSearchIndex(this.#searchFile, state.search, current, [...state.skipped.values()]);
    this.#saved = current;
  }

  /** Lets go of the folder; `state` says which vectors are in use. */
  async close(state: FolderState): Promise<void> {
    const rows = this.#rows;
    this.#rows = undefined;
    try {
      this.#tidyVectors(state);
      await rows?.close();
    } finally {
      this.#lease.release();
    }
  }

  #openVectors(): VectorFile {
    const { directory, model } = this.#options;
    const name = createHash('sha256').update(model.id).digest('hex').slice(0, 16);
    return (this.#vectors ??= VectorFile.open(path.join(directory, 'vectors'), `${name}.bin`, model.dimensions));
  }

  #closeVectors(): void {
    this.#vectors?.close();
    this.#vectors = undefined;
  }

  /** Forgets vectors of which there are too many that nothing uses. */
  #tidyVectors({ search: { catalogue }, restoring }: FolderState): void {
    const { directory } = this.#options;
    if (this.#vectors === undefined) return;
    const inUse = function* (): Generator<string> {
      for (const file of catalogue.files()) {
        for (const slot of catalogue.slotsOf(file.path)) yield catalogue.chunk(slot).textHash;
      }
      for (const { chunks } of restoring.values()) for (const { textHash } of chunks) yield textHash;
    };
    this.#vectors.prune(inUse(), Math.max(MOST_UNUSED_VECTORS, catalogue.chunkCount));
    this.#closeVectors();
    removeOldVectorFiles(path.join(directory, 'vectors'));
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

  async #own(state: FolderState): Promise<FolderState> {
    const { directory, assetDirectory, model } = this.#options;
    const rows = await FolderRows.open(path.join(directory, 'rows'), assetDirectory, {
      embeddingModel: model.id,
      chunkerVersion: CHUNKER_VERSION,
    });
    const saved = this.#saved;
    const isOfTheseRows = saved?.indexId === rows.state.indexId && saved.revision <= rows.state.revision;
    const current = isOfTheseRows ? state : this.#emptyState();
    if (!isOfTheseRows || saved.revision < rows.state.revision) await current.reconcile(rows);
    this.#rows = rows;
    return current;
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

  #markOfSaved(): string {
    const stats = statSync(this.#searchFile, { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs}`;
  }
}

function notOwner(root: string): SextantError {
  return new SextantError(
    'conflict',
    `Another window indexes ${root}. Rebuild the index there, or close that window first.`,
  );
}
