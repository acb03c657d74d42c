import type { Weights } from '../../../src/index/search/rankChunks.ts';
import { type Asked, resultOf } from './measure.ts';
import { halfOf } from './questions.ts';
import type { SetName } from './sets.ts';

const steps: Readonly<Partial<Record<keyof Weights, readonly number[]>>> = {
  text: [0, 0.03, 0.1, 0.2, 0.4],
  symbol: [0, 0.03, 0.1, 0.2],
  file: [0, 0.1, 0.2, 0.3, 0.45],
  path: [0, 0.03, 0.07, 0.15, 0.25],
  coverage: [0, 0.07, 0.15, 0.3],
  similarity: [0, 0.3, 0.5, 0.8],
  nameSimilarity: [0, 0.06, 0.12, 0.2],
  named: [0, 0.1, 0.2, 0.3, 0.6],
  defines: [0, 0.1, 0.2, 0.3, 0.6],
  testOrExample: [0.4, 0.6, 0.75, 1],
  notCode: [0.4, 0.5, 0.7, 1],
  further: [0, 0.1, 0.2, 0.3],
};

/** Tries other weights, one after the other, on the tuning half of some sets, keeps what is better, and prints all it tried. */
export function sweep(sets: readonly (readonly [SetName, readonly Asked[]])[], from: Weights): void {
  const tuning = sets.map(([set, asked]) => ({
    set,
    asked: asked.filter(({ question }) => halfOf(question) === 'tuning'),
  }));
  const qualityOf = (weights: Weights): number =>
    tuning.reduce((sum, { set, asked }) => {
      const { mrr, rightFile } = resultOf(set, asked, weights);
      return sum + mrr + 0.3 * rightFile;
    }, 0);
  let best = { weights: from, quality: qualityOf(from) };
  console.log(`${sets.map(([set]) => set).join(' and ')}: MRR@10 + 0.3 × right file among ten, of each added up`);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [signal, values] of Object.entries(steps)) {
      const tried = values.map((value) => {
        const weights = { ...best.weights, [signal]: value };
        return { value, weights, quality: qualityOf(weights) };
      });
      console.log(
        `  ${signal.padEnd(16)}${tried.map(({ value, quality }) => `${value}: ${quality.toFixed(3)}`).join('  ')}`,
      );
      best = tried.reduce((most, each) => (each.quality > most.quality ? each : most), best);
    }
  }
  console.log(`  ${JSON.stringify(best.weights)}`);
}

const ROUNDS = 2;
