import { inverseLength, quantise } from '../embedding/quantise.ts';
import type { Neighbour, VectorTable } from './vectorTable.ts';

/** So many passages say how two models' similarities lie to each other. */
const SAMPLE = 1000;
/** The place of a passage that has no vector. */
export const NO_PLACE = -1;

/** What passages have to do with a question, as far as a second model knows them. */
export interface Meaning {
  /** On the built-in model's scale; undefined for a passage without a vector. */
  readonly similarity: (slot: number) => number | undefined;
  /** The nearest of those that are wanted, nearest first. */
  readonly nearest: (count: number, isWanted?: (slot: number) => boolean) => Neighbour[];
}

/** A second model's vectors of some of the passages. */
export interface SecondTable {
  readonly table: VectorTable;
  /** Where the vector of each slot stands in the table, or {@link NO_PLACE}. */
  readonly places: Int32Array;
}

/** What a question, as the second model's vector, means to the passages; `builtIn` is how near a slot is by the built-in model. */
export function secondMeaning(
  { table, places }: SecondTable,
  question: Float32Array,
  builtIn: (slot: number) => number,
): Meaning {
  const query = new Int8Array(table.dimensions);
  quantise(question, query.subarray(0, question.length));
  const scale = inverseLength(query);
  const own = (slot: number): number => table.similarity(places[slot] ?? 0, query, scale);
  const has = (slot: number): boolean => {
    const place = places[slot] ?? NO_PLACE;
    return place !== NO_PLACE && table.has(place);
  };
  const known: number[] = [];
  for (let slot = 0; slot < places.length; slot++) if (has(slot)) known.push(slot);
  const step = Math.max(1, Math.floor(known.length / SAMPLE));
  const sample = known.filter((_, at) => at % step === 0);
  const toBuiltIn = alignment(sample.map(own), sample.map(builtIn));
  return {
    similarity: (slot) => (has(slot) ? toBuiltIn(own(slot)) : undefined),
    nearest: (count, isWanted) => {
      const wanted = new Uint8Array(places.reduce((most, place) => Math.max(most, place), NO_PLACE) + 1);
      for (const [slot, place] of places.entries()) {
        if (place !== NO_PLACE && isWanted?.(slot) !== false) wanted[place] = 1;
      }
      const found = new Map(
        table.nearest(query, count, (place) => wanted[place] === 1).map((each) => [each.slot, each.similarity]),
      );
      const neighbours: Neighbour[] = [];
      for (const [slot, place] of places.entries()) {
        const similarity = found.get(place);
        if (similarity !== undefined && isWanted?.(slot) !== false) {
          neighbours.push({ slot, similarity: toBuiltIn(similarity) });
        }
      }
      return neighbours.sort((a, b) => b.similarity - a.similarity).slice(0, count);
    },
  };
}

/**
 * Every model has its own idea of how alike two texts are: of one all cosines lie between 0.7 and 0.9, of another
 * between 0 and 0.4. So those of the second model are given the mean and the spread that the built-in model's have
 * for the same question and the same passages: what only the built-in model knows is then compared with its like. Where
 * that knows no word of the question, as in another language, it has no spread, and the second model keeps its own.
 */
function alignment(own: readonly number[], builtIn: readonly number[]): (similarity: number) => number {
  const from = spread(own);
  const to = spread(builtIn);
  const factor = from.deviation === 0 ? 0 : (to.deviation || from.deviation) / from.deviation;
  return (similarity) => to.mean + (similarity - from.mean) * factor;
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { mean, deviation: Math.sqrt(variance) };
}
