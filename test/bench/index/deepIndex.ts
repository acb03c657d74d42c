import { type Figure, figure, percentile, milliseconds } from '../store/figures.ts';
import { MeasuredIndex } from './measuredIndex.ts';
import { questions } from './questions.ts';
import type { Tree } from './trees.ts';

/** So long the deep model is watched at work; how long it takes for all is projected from that. */
const WATCHED_MS = 60_000;

/** The deep model on a tree whose index lies complete in `store`: how fast it goes on, and what it costs the search. */
export async function measureDeepIndex({ name, directory }: Tree, store: string): Promise<Figure[]> {
  const index = new MeasuredIndex(store);
  await index.open(directory);
  await index.peer.call('update', null);
  const state = async (): Promise<{ done: number; wanted: number; processorMs: number; memoryBytes: number }> => {
    const { deepModel } = await index.peer.call('overview', null);
    const { done, wanted, process } = deepModel;
    return { done, wanted, processorMs: process?.processorMs ?? 0, memoryBytes: process?.memoryBytes ?? 0 };
  };
  const before = await state();
  await index.peer.call('allowDeepModel', { isAllowed: true });
  const beganMs = performance.now();
  const searches: number[] = [];
  let now = before;
  while (performance.now() - beganMs < WATCHED_MS && now.done < now.wanted) {
    // Each is another question, as somebody asks who types.
    const text = `${questions[searches.length % questions.length]} ${searches.length}`;
    searches.push(await milliseconds(() => index.search(text)));
    await new Promise((resolve) => setTimeout(resolve, 250));
    now = await state();
  }
  const seconds = (performance.now() - beganMs) / 1000;
  await index.close();
  const done = now.done - before.done;
  return [
    figure(`${name}: the deep model’s passages`, done / seconds, 'per s', { higherIsBetter: true }),
    figure(`${name}: the deep model knows all after, projected`, (seconds * (now.wanted - before.done)) / done, 's'),
    figure(`${name}: processor time of the deep model for a passage`, now.processorMs / done, 'ms', { goal: 40 }),
    figure(`${name}: memory of its process`, now.memoryBytes / 1e6, 'MB', { goal: 120 }),
    figure(`${name}: search while it works, p95`, percentile(searches, 0.95), 'ms', { goal: 100 }),
  ];
}
