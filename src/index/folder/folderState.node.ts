import type { IndexChanges } from '../../storage/indexRepository.ts';
import { packNumbers } from '../chunks/packChunks.ts';
import type { FileState } from '../files/diffFiles.ts';
import type { SkippedFile } from '../saved/savedSearch.node.ts';
import type { IndexedFile } from '../search/catalogue.ts';
import type { SearchIndex, SearchableFile } from '../search/searchIndex.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import { VectorSearch } from '../vectors/vectorSearch.node.ts';
import type { Totals } from './folderWalk.node.ts';
import type { FolderRows, RestorableFile } from './folderRows.node.ts';
import type { PreparedFile, ReadyFile } from './prepareFile.node.ts';

/** What the index of a folder knows, in memory. */
export class FolderState {
  readonly search: SearchIndex;
  readonly vectors: VectorSearch;
  /** Files that are left out for what is in them, by path. */
  readonly skipped = new Map<string, SkippedFile>();
  /** Files whose rows are there and whose words are not: to be read again, by path. */
  readonly restoring = new Map<string, RestorableFile>();

  constructor(search: SearchIndex, skipped: readonly SkippedFile[]) {
    this.search = search;
    this.vectors = new VectorSearch(search.vectors, search.text.documents());
    for (const file of skipped) this.skipped.set(file.path, file);
  }

  /**
   * Compares what was saved with the rows: files that the rows do not have are struck out, files that
   * they have otherwise wait to be restored.
   */
  async reconcile(rows: FolderRows): Promise<void> {
    const { catalogue } = this.search;
    for (const file of this.restoring.values()) this.#freeNumbers(file);
    this.restoring.clear();
    const current = new Set<string>();
    const stored = await rows.read((file) => {
      const known = catalogue.file(file.path);
      const isCurrent = known?.id === file.id && known.revision === file.revision;
      if (isCurrent) current.add(file.path);
      return !isCurrent;
    });
    for (const { path } of catalogue.files()) if (!current.has(path)) this.#remove(path);
    this.search.compact();
    for (const [path, entry] of stored) {
      this.restoring.set(path, entry);
      this.skipped.delete(path);
    }
    catalogue.ids.reserve([...stored.values()].map(({ file }) => file.id));
    catalogue.slots.reserve([...stored.values()].flatMap(({ slots }) => slots));
  }

  /** Everything known, as far as comparing needs it. */
  *known(): Iterable<FileState> {
    yield* this.search.catalogue.files();
    yield* this.skipped.values();
    for (const { file } of this.restoring.values()) yield file;
  }

  /** Of what is {@link known}. */
  knownFile(path: string): FileState | undefined {
    return this.search.catalogue.file(path) ?? this.skipped.get(path) ?? this.restoring.get(path)?.file;
  }

  /** Of what is {@link known}. */
  knownTotals(): Totals {
    const { fileCount, totalBytes } = this.search.catalogue;
    let bytes = totalBytes;
    for (const { sizeBytes } of this.skipped.values()) bytes += Math.max(0, sizeBytes);
    for (const { file } of this.restoring.values()) bytes += file.sizeBytes;
    return { files: fileCount + this.skipped.size + this.restoring.size, bytes };
  }

  /** Takes in files that are as the rows say; the others wait until the rows say otherwise. */
  async restore(prepared: readonly PreparedFile[]): Promise<void> {
    const slice = new TimeSlice();
    for (const file of prepared) {
      if (file.kind === 'ready' && this.#isUnchanged(file)) this.#apply(file);
      if (slice.isOver) await slice.breathe();
    }
  }

  /** Stores files that went through the stages: the rows first, then what is searched. */
  async store(prepared: readonly PreparedFile[], rows: FolderRows): Promise<void> {
    const { catalogue } = this.search;
    const changed = prepared.filter((file) => !this.#isUnchanged(file));
    const added = changed.flatMap((file) => (file.kind === 'ready' ? [{ ready: file, ...this.#numbers(file) }] : []));
    const changes: IndexChanges = {
      removedFileIds: changed.flatMap(({ path }) => this.#storedIds(path)),
      files: added.map(({ ready, id }) => ({ ...ready, id })),
      passages: added.map(({ ready, id, slots }) => ({ ...ready.parsed, id, slots: packNumbers(slots) })),
    };
    let { revision } = rows.state;
    try {
      if (changes.removedFileIds.length > 0 || changes.files.length > 0) revision = await rows.save(changes);
      await this.#touch(prepared, rows);
    } catch (error) {
      for (const { id, slots } of added) {
        catalogue.ids.free([id]);
        catalogue.slots.free(slots);
      }
      throw error;
    }
    const numbers = new Map(added.map(({ ready, id, slots }) => [ready, { id, slots }]));
    const slice = new TimeSlice();
    for (const file of prepared) {
      this.#apply(file);
      const own = file.kind === 'ready' ? numbers.get(file) : undefined;
      if (file.kind === 'ready' && own !== undefined) this.#add(file, { ...file, id: own.id, revision }, own.slots);
      if (slice.isOver) await slice.breathe();
    }
    if (this.search.needsCompacting) this.search.compact();
  }

  /** Whether a slot is still what it was when the rows stood at this revision. */
  isCurrent(slot: number, revision: number): boolean {
    const file = this.search.catalogue.fileOfSlot(slot);
    return this.search.text.has(slot) && file !== undefined && file.revision <= revision;
  }

  dispose(): void {
    this.vectors.dispose();
  }

  /** What is already in the rows like this, or was never in them and still is not. */
  #isUnchanged(file: PreparedFile): boolean {
    switch (file.kind) {
      case 'unchanged':
        return true;
      case 'ready':
        return this.restoring.get(file.path)?.file.contentHash === file.contentHash;
      case 'gone':
      case 'skipped':
        return this.#storedIds(file.path).length === 0;
    }
  }

  #storedIds(path: string): number[] {
    const id = this.search.catalogue.file(path)?.id ?? this.restoring.get(path)?.file.id;
    return id === undefined ? [] : [id];
  }

  #numbers(file: ReadyFile): { id: number; slots: number[] } {
    const [id = 0] = this.search.catalogue.ids.next(1);
    return { id, slots: this.search.catalogue.slots.next(file.chunks.length) };
  }

  /** A file whose time changed and whose content did not is not read again the next time. */
  async #touch(prepared: readonly PreparedFile[], rows: FolderRows): Promise<void> {
    const touched = prepared.flatMap((file) => {
      const known = file.kind === 'unchanged' ? this.search.catalogue.file(file.path) : undefined;
      return known === undefined || file.kind !== 'unchanged' || known.modifiedUs === file.modifiedUs
        ? []
        : [{ id: known.id, modifiedUs: file.modifiedUs }];
    });
    if (touched.length > 0) await rows.touch(touched);
  }

  #apply(file: PreparedFile): void {
    const { catalogue } = this.search;
    const restored = this.restoring.get(file.path);
    this.restoring.delete(file.path);
    this.skipped.delete(file.path);
    if (file.kind === 'unchanged') {
      const known = catalogue.file(file.path);
      if (known !== undefined) known.modifiedUs = file.modifiedUs;
      return;
    }
    if (file.kind === 'ready' && restored?.file.contentHash === file.contentHash) {
      this.#add(file, { ...restored.file, modifiedUs: file.modifiedUs }, restored.slots);
      return;
    }
    this.#remove(file.path);
    if (restored !== undefined) this.#freeNumbers(restored);
    if (file.kind === 'skipped') this.skipped.set(file.path, file);
  }

  #add(ready: ReadyFile, file: IndexedFile, slots: readonly number[]): void {
    const { path, language, contentHash, sizeBytes, modifiedUs, id, revision } = file;
    const searchable: SearchableFile = {
      file: { id, path, language, contentHash, sizeBytes, modifiedUs, revision },
      chunks: ready.chunks,
      slots,
      outline: ready.parsed.outline,
      texts: ready.texts,
      vectors: ready.vectors,
    };
    this.search.add(searchable);
    for (const slot of slots) this.vectors.added(slot);
  }

  #freeNumbers({ file, slots }: RestorableFile): void {
    this.search.catalogue.ids.free([file.id]);
    this.search.catalogue.slots.free(slots);
  }

  #remove(path: string): void {
    for (const slot of this.search.remove(path)) this.vectors.removed(slot);
  }
}
