import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { StoreKey } from '../../storage/seal/seal.ts';
import { openFile, sealFile } from '../../storage/seal/sealedFile.ts';
import { type FileSeal, type Sections, readSections, writeSections } from '../saved/sectionFile.node.ts';
import type { GraphPlace } from '../vectors/savedGraph.node.ts';
import { HISTORY_FORMAT, packSegment, unpackSegment } from './savedSegment.node.ts';
import type { Segment } from './segment.ts';

const MANIFEST = 'history.bin';
const GRAPH = 'graph.bin';
/** What stays beside the manifest and what it names. */
const OWNER = 'owner';

/** What the index consists of: the one file that says what counts. */
export interface Manifest {
  /** Which history it is of; null while nothing was taken. */
  readonly epoch: string | null;
  /** What it has taken, up to here. */
  readonly revision: number;
  /** The embedding model that its vectors are of. */
  readonly model: string;
  readonly messages: number;
  /** Names of the segments, the oldest first. */
  readonly segments: readonly string[];
}

/** A segment that was read, with the vectors of its parts, one after the other. */
export interface SavedSegment {
  readonly segment: Segment;
  readonly vectors: Int8Array;
}

/**
 * The files of the history index. A segment is two files, written once under a new name: its words, and
 * its vectors. The manifest is replaced in one step, and what it does not name does not count.
 */
export class HistoryFiles {
  readonly #directory: string;
  readonly #key: StoreKey | null;

  /** With a key everything is sealed; what is not, or with another, counts as damaged. */
  constructor(directory: string, key: StoreKey | null) {
    this.#directory = directory;
    this.#key = key;
  }

  get ownerFile(): string {
    return path.join(this.#directory, OWNER);
  }

  /** Throws `read-only` where that is impossible. */
  createFolder(): void {
    try {
      mkdirSync(this.#directory, { recursive: true });
    } catch (cause) {
      throw new SextantError('read-only', t('The search index of the history cannot be kept on this disk.'), { cause });
    }
  }

  /** Changes whenever the manifest was replaced. */
  mark(): string {
    const stats = statSync(this.#path(MANIFEST), { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
  }

  /** Undefined where there is none of this format. Throws `damaged`. */
  async readManifest(): Promise<Manifest | undefined> {
    const saved = await this.#read(MANIFEST);
    const header = saved?.header as (Manifest & { readonly format: number }) | undefined;
    return header?.format === HISTORY_FORMAT ? header : undefined;
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.#write(MANIFEST, { header: { ...manifest, format: HISTORY_FORMAT }, sections: {} });
  }

  /** Throws `damaged` where it is not, whole, what was written. */
  async readSegment(name: string): Promise<SavedSegment> {
    const [words, vectors] = await Promise.all([this.#read(`${name}.words`), this.#read(`${name}.vectors`)]);
    const bytes = vectors?.sections['vectors'];
    if (words === undefined || bytes === undefined) {
      throw new SextantError('damaged', t('A part of the history’s search index is missing; it is built anew.'));
    }
    return { segment: unpackSegment(words), vectors: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
  }

  /** Returns the name that it has from now on. */
  async writeSegment({ segment, vectors }: SavedSegment): Promise<string> {
    const name = randomUUID();
    const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.length);
    await this.#write(`${name}.words`, packSegment(segment));
    await this.#write(`${name}.vectors`, { header: {}, sections: { vectors: bytes } });
    return name;
  }

  /** Where the graph of the vectors is saved, if there is one. */
  get graph(): GraphPlace {
    return { file: this.#path(GRAPH), seal: this.#seal(GRAPH) };
  }

  removeGraph(): void {
    rmSync(this.#path(GRAPH), { force: true });
  }

  /** Removes what the manifest does not name, also what was left behind when somebody was interrupted. */
  removeAllBut(segments: readonly string[]): void {
    const kept = new Set([MANIFEST, GRAPH, OWNER, ...segments.flatMap((name) => [`${name}.words`, `${name}.vectors`])]);
    for (const name of readdirSync(this.#directory)) {
      // Another process that takes over moves the owner's file for a moment.
      if (!kept.has(name) && !name.startsWith(`${OWNER}.`)) rmSync(this.#path(name), { recursive: true, force: true });
    }
  }

  #read(name: string): Promise<Sections | undefined> {
    return readSections(this.#path(name), this.#seal(name));
  }

  #write(name: string, { header, sections }: Sections): Promise<void> {
    return writeSections(this.#path(name), { header, sections: Object.entries(sections) }, this.#seal(name));
  }

  /** Each file is sealed as what it is: one that was moved to another's place does not open there. */
  #seal(name: string): FileSeal | undefined {
    const key = this.#key;
    if (key === null) return undefined;
    const role = `history search, ${name}`;
    return { seal: (bytes) => sealFile(key, role, bytes), open: (sealed) => openFile(key, role, sealed) };
  }

  #path(name: string): string {
    return path.join(this.#directory, name);
  }
}
