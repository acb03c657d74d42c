import { errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { HistoryFiles, Manifest, SavedSegment } from './historyFiles.node.ts';
import type { HistoryTable } from './historyTable.ts';
import type { LiveSegment } from './liveSegment.ts';
import type { Breathe } from './scoreMessages.ts';

/** Who reads while the owner publishes may find that a file is gone by then; the next manifest names others. */
const TRIES = 3;

/** What of the history index is on disk, and what of the table in memory is the same. */
export class HistoryStore {
  readonly #files: HistoryFiles;
  readonly #model: string;
  readonly #log: Log;
  readonly #names = new Map<LiveSegment, string>();
  #manifest: Manifest;
  #mark: string | undefined;

  /** `model` names the embedding model: an index of another one is as none. */
  constructor(files: HistoryFiles, model: string, log: Log) {
    this.#files = files;
    this.#model = model;
    this.#log = log;
    this.#manifest = this.#empty();
  }

  /** As it was read or written last. */
  get manifest(): Manifest {
    return this.#manifest;
  }

  /** Reads the manifest if somebody has replaced it; true when it did. What is damaged counts as empty. */
  async read(): Promise<boolean> {
    const mark = this.#files.mark();
    if (mark === this.#mark) return false;
    this.#mark = mark;
    let saved: Manifest | undefined;
    try {
      saved = await this.#files.readManifest();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#log.warn(errorMessage(error));
    }
    this.#manifest = saved?.model === this.#model ? saved : this.#empty();
    return true;
  }

  /** Brings the table to what the manifest says. Where that cannot be read both are empty. */
  async load(table: HistoryTable, breathe: Breathe): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#load(table, breathe);
        return;
      } catch (error) {
        if (!isDamage(error)) throw error;
        if (tries < TRIES && (await this.read())) continue;
        this.#log.warn(errorMessage(error));
        this.#manifest = this.#empty();
      }
    }
  }

  /** Writes what is not written, and forgets everything else; the table must not change meanwhile. */
  async save(table: HistoryTable, stand: Pick<Manifest, 'epoch' | 'revision'>): Promise<void> {
    for (const live of this.#names.keys()) if (!table.segments.includes(live)) this.#names.delete(live);
    for (const live of table.segments) {
      if (this.#names.has(live)) continue;
      const saved = { segment: live.segment, vectors: vectorsOf(table, live) };
      this.#names.set(live, await this.#files.writeSegment(saved));
    }
    const segments = table.segments.flatMap((live) => this.#names.get(live) ?? []);
    const manifest = { ...stand, model: this.#model, messages: table.count, segments };
    await this.#files.writeManifest(manifest);
    this.#manifest = manifest;
    this.#mark = this.#files.mark();
    this.sweep();
  }

  /** Removes what does not count. For the owner alone. */
  sweep(): void {
    this.#files.removeAllBut(this.#manifest.segments);
  }

  async #load(table: HistoryTable, breathe: Breathe): Promise<void> {
    const { segments } = this.#manifest;
    const kept = table.segments.filter((live) => !live.hasRemoved && segments.includes(this.#names.get(live) ?? ''));
    const keptNames = new Set(kept.map((live) => this.#names.get(live)));
    const read = new Map<string, SavedSegment>();
    for (const name of segments) {
      if (!keptNames.has(name)) read.set(name, await this.#files.readSegment(name));
    }
    const live = table.restore(
      segments.map((name) => read.get(name)?.segment ?? kept.find((each) => this.#names.get(each) === name)),
    );
    for (const [index, each] of live.entries()) this.#names.set(each, segments[index] ?? '');
    for (const { segment, vectors } of read.values()) {
      const { dimensions } = table.vectors;
      for (const [part, slot] of segment.parts.slots.entries()) {
        table.setVector(slot, vectors.subarray(part * dimensions, (part + 1) * dimensions));
        const turn = breathe();
        if (turn !== undefined) await turn;
      }
    }
  }

  #empty(): Manifest {
    return { epoch: null, revision: 0, model: this.#model, messages: 0, segments: [] };
  }
}

/** The vectors of a segment's parts, one after the other. */
function vectorsOf({ vectors }: HistoryTable, { segment }: LiveSegment): Int8Array {
  const { slots } = segment.parts;
  const all = new Int8Array(slots.length * vectors.dimensions);
  for (const [part, slot] of slots.entries()) all.set(vectors.at(slot), part * vectors.dimensions);
  return all;
}

function isDamage(error: unknown): boolean {
  return (
    (isSextantError(error) && error.code === 'damaged') || error instanceof SyntaxError || error instanceof RangeError
  );
}
