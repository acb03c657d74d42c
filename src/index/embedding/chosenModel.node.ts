import path from 'node:path';
import { redactSecrets } from '../../privacy/redactSecrets.ts';
import type { ChosenModelState, PassageToEmbed } from '../../protocol/contextIndex.ts';
import { chunkHash, embeddedText } from '../chunks/chunkHash.node.ts';
import { readLines } from '../files/readSource.node.ts';
import type { FolderIndex } from '../folder/folderIndex.node.ts';
import { ChosenVectors, type Meaning } from '../vectors/chosenVectors.node.ts';

/** More than models read of a passage. */
const MAX_TEXT_LENGTH = 8000;
const MOST_UNUSED_VECTORS = 20_000;

type MayRead = (paths: readonly string[]) => Promise<boolean[]>;

/**
 * The embedding model that the user has chosen to help the built-in one. This process makes no requests: it says which
 * passages lack a vector, and is given them.
 */
export class ChosenModel {
  readonly #folders: () => readonly FolderIndex[];
  readonly #mayRead: MayRead;
  readonly #vectors = new Map<FolderIndex, ChosenVectors>();
  #id: string | undefined;

  /** `mayRead` answers for absolute paths. */
  constructor(folders: () => readonly FolderIndex[], mayRead: MayRead) {
    this.#folders = folders;
    this.#mayRead = mayRead;
  }

  get id(): string | undefined {
    return this.#id;
  }

  use(id: string | undefined): void {
    if (id === this.#id) return;
    for (const folder of this.#vectors.keys()) this.close(folder);
    this.#id = id;
    // What there is from before is wanted at the first search.
    for (const folder of this.#folders()) void this.#of(folder)?.refresh();
  }

  state(): ChosenModelState | null {
    if (this.#id === undefined) return null;
    const all = this.#folders().map((folder) => this.#of(folder));
    const sum = (value: (vectors: ChosenVectors | undefined) => number): number =>
      all.reduce((total, vectors) => total + value(vectors), 0);
    return {
      id: this.#id,
      dimensions: Math.max(0, ...all.map((vectors) => vectors?.dimensions ?? 0)),
      done: sum((vectors) => vectors?.count ?? 0),
    };
  }

  /** Passages that lack a vector, of folders that this process indexes. */
  async missing(limit: number): Promise<PassageToEmbed[]> {
    const passages = new Map<string, PassageToEmbed>();
    for (const folder of this.#folders()) {
      const vectors = this.#of(folder);
      if (vectors === undefined || !folder.keptAt.isOwner) continue;
      await vectors.refresh();
      for (const [file, slots] of this.#lacking(folder, vectors)) {
        if (passages.size >= limit) return [...passages.values()];
        for (const passage of await this.#read(folder, file, slots)) passages.set(passage.hash, passage);
      }
    }
    return [...passages.values()].slice(0, limit);
  }

  take(id: string, vectors: ReadonlyMap<string, Float32Array>): void {
    if (id !== this.#id) return;
    for (const folder of this.#folders()) if (folder.keptAt.isOwner) this.#of(folder)?.add(vectors);
  }

  /** See {@link ChosenVectors.meaning}. */
  meaning(folder: FolderIndex, question: Float32Array): Meaning | undefined {
    return this.#of(folder)?.meaning(question);
  }

  /** See {@link ChosenVectors.meaningOf}. */
  meaningOf(folder: FolderIndex, slots: readonly number[]): Meaning | undefined {
    return this.#of(folder)?.meaningOf(slots);
  }

  /** To be called before the folder is closed. */
  close(folder: FolderIndex): void {
    // What is being built does not use yet what it will, and vectors may have cost money.
    const isWhole = folder.keptAt.isOwner && folder.status().phase === 'ready';
    const mostUnused = Math.max(MOST_UNUSED_VECTORS, folder.state.search.catalogue.chunkCount);
    this.#vectors.get(folder)?.close(isWhole ? mostUnused : undefined);
    this.#vectors.delete(folder);
  }

  #of(folder: FolderIndex): ChosenVectors | undefined {
    if (this.#id === undefined) return undefined;
    let vectors = this.#vectors.get(folder);
    if (vectors === undefined) {
      vectors = new ChosenVectors(path.join(folder.keptAt.directory, 'vectors'), this.#id, () => folder.state.search);
      this.#vectors.set(folder, vectors);
    }
    return vectors;
  }

  /** The slots without a vector, by file. */
  *#lacking(folder: FolderIndex, vectors: ChosenVectors): Generator<readonly [file: string, slots: readonly number[]]> {
    const { catalogue } = folder.state.search;
    for (const { path: file } of catalogue.files()) {
      const slots = catalogue.slotsOf(file).filter((slot) => !vectors.has(catalogue.textHashOf(slot)));
      if (slots.length > 0) yield [file, slots];
    }
  }

  /**
   * The texts of passages as they were indexed, without what looks like a key; none of a file that says something else
   * by now, or may not be read any more.
   */
  async #read(folder: FolderIndex, file: string, slots: readonly number[]): Promise<PassageToEmbed[]> {
    const { catalogue } = folder.state.search;
    const [isAllowed] = await this.#mayRead([path.join(folder.root, file)]);
    const lines = isAllowed === true ? await readLines(folder.root, file) : undefined;
    return slots.flatMap((slot) => {
      const hash = catalogue.textHashOf(slot);
      const { startLine, endLine } = catalogue.linesOf(slot);
      const text = lines?.slice(startLine - 1, endLine).join('\n');
      if (text === undefined || chunkHash(text) !== hash) return [];
      return { hash, path: file, text: redactSecrets(embeddedText(file, text).slice(0, MAX_TEXT_LENGTH)) };
    });
  }
}
