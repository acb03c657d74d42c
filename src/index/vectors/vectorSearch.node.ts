import { TimeSlice } from '../timeSlice.node.ts';
import type { Hnsw } from './hnsw.node.ts';
import type { Neighbour, VectorTable } from './vectorTable.ts';

/** With more vectors than this outside of the graph, comparing all at once is as fast. */
const MAX_OUTSIDE = 1000;
/**
 * Finds nearest vectors: through the graph where it has caught up, by comparing all until then. What
 * is not in the graph yet is compared one by one beside it, so that an answer never lacks what is new.
 */
export class VectorSearch {
  readonly #table: VectorTable;
  readonly #outside = new Set<number>();
  #graph: Hnsw | undefined;

  constructor(table: VectorTable, slots: Iterable<number>) {
    this.#table = table;
    for (const slot of slots) this.#outside.add(slot);
  }

  get dimensions(): number {
    return this.#table.dimensions;
  }

  /** Vectors that the graph does not have yet. */
  get outsideCount(): number {
    return this.#outside.size;
  }

  /** Points of the graph that its saved file lacks; whoever saves it keeps count. */
  unsavedCount = 0;

  get size(): number {
    return this.#outside.size + (this.#graph?.size ?? 0);
  }

  get graph(): Hnsw | undefined {
    return this.#graph;
  }

  /** Gives it a graph, whose points must be those of the table or are taken out. */
  use(graph: Hnsw, isCurrent: (slot: number) => boolean): void {
    this.#graph?.dispose();
    this.#graph = graph;
    for (const slot of graph.slots()) {
      if (isCurrent(slot)) this.#outside.delete(slot);
      else graph.remove(slot);
    }
  }

  /** Replaces the graph by an empty one, for {@link catchUp} to fill. */
  startAnew(graph: Hnsw): void {
    for (const slot of this.#graph?.slots() ?? []) this.#outside.add(slot);
    this.#graph?.dispose();
    this.#graph = graph;
  }

  /** A vector was set in the table. */
  added(slot: number): void {
    this.#graph?.remove(slot);
    this.#outside.add(slot);
  }

  /** A vector was removed from the table. */
  removed(slot: number): void {
    this.#graph?.remove(slot);
    this.#outside.delete(slot);
  }

  /**
   * Nearest first. `unit` is the question as unit vector, `bytes` the same as in the table. The graph knows
   * nothing of what `isWanted` says, so that all are compared then.
   */
  nearest(unit: Float32Array, bytes: Int8Array, count: number, isWanted?: (slot: number) => boolean): Neighbour[] {
    if (this.#graph === undefined || this.#outside.size > MAX_OUTSIDE || isWanted !== undefined) {
      return this.#table.nearest(bytes, count, isWanted);
    }
    const inside = this.#graph.nearest(unit, count);
    const outside = this.#table.nearestOf(this.#outside, bytes, count);
    return [...inside, ...outside].sort((a, b) => b.similarity - a.similarity).slice(0, count);
  }

  /** Adds to the graph what it lacks, a slice at a time, until `shouldStop` or all is in it; `pace` waits between slices. */
  async catchUp(shouldStop: () => boolean, pace: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const slice = new TimeSlice();
    while (this.#graph !== undefined && !shouldStop()) {
      const [slot] = this.#outside;
      if (slot === undefined) return;
      this.#graph.add(slot, this.#table.at(slot));
      this.#outside.delete(slot);
      if (!slice.isOver) continue;
      await pace();
      await slice.breathe();
    }
  }

  dispose(): void {
    this.#graph?.dispose();
    this.#graph = undefined;
  }
}
