import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { redactSecrets } from '../../privacy/redactSecrets.ts';
import type { ChosenModelState, PassageToEmbed } from '../../protocol/contextIndex.ts';
import { chunkHash, embeddedText } from '../chunks/chunkHash.node.ts';
import { readLines } from '../files/readSource.node.ts';
import type { FolderIndex } from '../folder/folderIndex.node.ts';
import type { Meaning } from '../vectors/secondMeaning.ts';
import { SecondVectors } from '../vectors/secondVectors.node.ts';
import { embeddingOrder } from './embeddingOrder.ts';

/** More than models read of a passage. */
const MAX_TEXT_LENGTH = 8000;
const MOST_UNUSED_VECTORS = 20_000;
/** What folders beside this one have embedded is looked at again after so long. */
const LOOK_BESIDE_EVERY_MS = 60_000;

type MayRead = (paths: readonly string[]) => Promise<boolean[]>;

/** A folder that is open in the index, and its files that are open in editors. */
export interface WorkedFolder {
  readonly index: FolderIndex;
  readonly open: ReadonlySet<string>;
}

/** What a {@link SecondModel} is made of. */
export interface SecondModelOptions {
  readonly folders: () => readonly WorkedFolder[];
  /** Answers for absolute paths. */
  readonly mayRead: MayRead;
  /** So many passages of a folder have a vector at most, the most relevant ones. */
  readonly most?: number;
}

/**
 * A model that helps the built-in table, because it understands more and takes its time: one that the user has chosen,
 * or the deep one. This keeps its vectors: it says which passages lack one, the most relevant first, and is given them.
 */
export class SecondModel {
  readonly #options: SecondModelOptions;
  readonly #kept = new Map<FolderIndex, Kept>();
  #id: string | undefined;

  constructor(options: SecondModelOptions) {
    this.#options = options;
  }

  get id(): string | undefined {
    return this.#id;
  }

  use(id: string | undefined): void {
    if (id === this.#id) return;
    for (const folder of this.#kept.keys()) this.close(folder);
    this.#id = id;
    for (const { index } of this.#options.folders()) this.#of(index);
  }

  state(): ChosenModelState | null {
    if (this.#id === undefined) return null;
    const all = this.#options.folders().flatMap(({ index }) => this.#of(index)?.vectors ?? []);
    const sum = (value: (vectors: SecondVectors) => number): number =>
      all.reduce((total, vectors) => total + value(vectors), 0);
    return {
      id: this.#id,
      dimensions: Math.max(0, ...all.map(({ dimensions }) => dimensions)),
      done: sum(({ count }) => count),
      memoryBytes: sum(({ memoryBytes }) => memoryBytes),
    };
  }

  /** Passages that are to have a vector. */
  get wanted(): number {
    const { folders, most = Number.POSITIVE_INFINITY } = this.#options;
    return folders().reduce((sum, { index }) => sum + Math.min(most, index.state.search.catalogue.chunkCount), 0);
  }

  /** Passages that lack a vector, of folders that this process indexes, most relevant first. */
  async missing(limit: number): Promise<PassageToEmbed[]> {
    const passages = new Map<string, PassageToEmbed>();
    for (const folder of this.#options.folders()) {
      const kept = this.#of(folder.index);
      await kept?.vectors.refresh();
      if (kept === undefined || !folder.index.keptAt.isOwner) continue;
      kept.asked = [];
      for (const [file, slots] of this.#lacking(folder, kept)) {
        if (passages.size >= limit) return [...passages.values()];
        kept.asked.push(...slots);
        for (const passage of await this.#read(folder.index, file, slots)) passages.set(passage.hash, passage);
      }
    }
    return [...passages.values()].slice(0, limit);
  }

  take(id: string, vectors: ReadonlyMap<string, Float32Array | Int8Array>): void {
    if (id !== this.#id) return;
    for (const { index } of this.#options.folders()) {
      const kept = index.keptAt.isOwner ? this.#of(index) : undefined;
      if (kept === undefined) continue;
      const { catalogue } = index.state.search;
      const asked = new Set(kept.asked.map((slot) => catalogue.textHashOf(slot)));
      // What another folder alone has would be kept here for nothing.
      kept.vectors.add(new Map([...vectors].filter(([hash]) => asked.has(hash))));
      kept.asked = kept.asked.filter((slot) => !kept.vectors.has(slot));
    }
  }

  /** See {@link SecondVectors.meaning}. */
  meaning(folder: FolderIndex, question: Float32Array, builtIn: (slot: number) => number): Meaning | undefined {
    return this.#of(folder)?.vectors.meaning(question, builtIn);
  }

  /** See {@link SecondVectors.meaningOf}. */
  meaningOf(folder: FolderIndex, slots: readonly number[], builtIn: (slot: number) => number): Meaning | undefined {
    return this.#of(folder)?.vectors.meaningOf(slots, builtIn);
  }

  /** To be called before the folder is closed. */
  close(folder: FolderIndex): void {
    // What is being built does not use yet what it will, and vectors may have cost money.
    const isWhole = folder.keptAt.isOwner && folder.status().phase === 'ready';
    const mostUnused = Math.max(MOST_UNUSED_VECTORS, folder.state.search.catalogue.chunkCount);
    this.#kept.get(folder)?.vectors.close(isWhole ? mostUnused : undefined);
    this.#kept.delete(folder);
  }

  #of(folder: FolderIndex): Kept | undefined {
    if (this.#id === undefined) return undefined;
    let kept = this.#kept.get(folder);
    if (kept === undefined) {
      // Closed while something else was waited for.
      if (!this.#options.folders().some(({ index }) => index === folder)) return undefined;
      const vectors = new SecondVectors(vectorsIn(folder.keptAt.directory), this.#id, () => folder.state.search);
      this.#kept.set(folder, (kept = newKept(vectors)));
      // What there is from before is wanted at the first search, also by a window that embeds nothing itself.
      vectors.refreshSoon();
    }
    return kept;
  }

  /** The slots without a vector, by file. What has one is not looked at again until the folder, or what is open, changes. */
  *#lacking(folder: WorkedFolder, kept: Kept): Generator<readonly [file: string, slots: readonly number[]]> {
    const { catalogue } = folder.index.state.search;
    const { most = Number.POSITIVE_INFINITY } = this.#options;
    const { vectors } = kept;
    const near = folder.index.graph.near(folder.open);
    let { order } = kept;
    if (order?.version !== catalogue.version || order.open !== folder.open || order.nearCount !== near.size) {
      const files = embeddingOrder(catalogue.files(), folder.open, near).map(({ path: file }) => file);
      kept.order = order = { version: catalogue.version, open: folder.open, nearCount: near.size, files, at: 0 };
      this.#lookBeside(folder, kept);
    }
    for (; order.at < order.files.length && vectors.count < most; order.at++) {
      const file = order.files[order.at] ?? '';
      const slots = catalogue.slotsOf(file).filter((slot) => !vectors.has(slot));
      if (slots.length > 0) yield [file, slots];
    }
    // Some that were told have no vector yet, or were refused: the next time begins anew.
    kept.order = undefined;
  }

  /** A working tree of the same repository has most of the texts: what is embedded there is not embedded again. */
  #lookBeside({ index }: WorkedFolder, kept: Kept): void {
    if (performance.now() - kept.lookedBesideAtMs < LOOK_BESIDE_EVERY_MS) return;
    kept.lookedBesideAtMs = performance.now();
    const { catalogue, text } = index.state.search;
    const hashes: string[] = [];
    for (const slot of text.documents()) if (!kept.vectors.has(slot)) hashes.push(catalogue.textHashOf(slot));
    const own = index.keptAt.directory;
    const store = path.dirname(own);
    for (const name of hashes.length === 0 ? [] : readdirSync(store)) {
      const directory = vectorsIn(path.join(store, name));
      if (name !== path.basename(own) && existsSync(directory)) kept.vectors.takeFrom(directory, hashes);
    }
  }

  /**
   * The texts of passages as they were indexed, without what looks like a key; none of a file that says something else
   * by now, or may not be read any more.
   */
  async #read(folder: FolderIndex, file: string, slots: readonly number[]): Promise<PassageToEmbed[]> {
    const { catalogue } = folder.state.search;
    const [isAllowed] = await this.#options.mayRead([path.join(folder.root, file)]);
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

/** What is kept of a folder. */
interface Kept {
  readonly vectors: SecondVectors;
  /** The files in their order, and how far they were looked through. */
  order:
    | {
        readonly version: number;
        readonly open: ReadonlySet<string>;
        readonly nearCount: number;
        readonly files: readonly string[];
        at: number;
      }
    | undefined;
  /** Slots whose passages were told last. */
  asked: number[];
  lookedBesideAtMs: number;
}

function newKept(vectors: SecondVectors): Kept {
  return { vectors, order: undefined, asked: [], lookedBesideAtMs: Number.NEGATIVE_INFINITY };
}

/** Where a folder's index keeps vectors. */
function vectorsIn(directory: string): string {
  return path.join(directory, 'vectors');
}
