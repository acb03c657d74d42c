import { TimeSlice } from '../timeSlice.node.ts';
import type { StaticModel } from './staticModel.ts';

/** One int8 vector for each text of code, in order, one after the other. Others have their turn in between. */
export async function embedCode(model: StaticModel, texts: readonly string[]): Promise<Int8Array> {
  const vectors = new Int8Array(texts.length * model.dimensions);
  const slice = new TimeSlice();
  for (const [index, text] of texts.entries()) {
    vectors.set(model.embedAsBytes(text, 'code'), index * model.dimensions);
    if (slice.isOver) await slice.breathe();
  }
  return vectors;
}
