import { errorMessage } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RerankModel } from '../../models/rerankModel.ts';
import { redactSecrets } from '../../privacy/redactSecrets.ts';
import type { SearchHit } from '../../protocol/contextIndex.ts';
import { readMentions } from './readMentions.ts';

/** So many of the best are put in another order. */
const MOST_RERANKED = 30;
/** As much of a passage as the usual models read. */
const MOST_CHARACTERS = 2000;
const PATIENCE_MS = 1500;
/** After a failure a search does not wait for the model again for so long. */
const REST_MS = 30_000;

/** What a {@link Reranker} asks of its surroundings. */
export interface RerankerOptions {
  /** Opens the model that was chosen, with its key, for one request; undefined where none is. */
  readonly open: () => Promise<RerankModel | undefined>;
  readonly log: Pick<Log, 'warn'>;
  readonly patienceMs?: number;
}

/** Lets a model that the user has chosen put the best of a search in order; without one, or should it fail, all stays as it is. */
export class Reranker {
  readonly #options: RerankerOptions;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: RerankerOptions) {
    this.#options = options;
  }

  /** The same hits, the best of them in the model's order. Rejects only when the signal aborts. */
  async reorder(question: string, hits: SearchHit[], signal: AbortSignal): Promise<SearchHit[]> {
    const { open, log, patienceMs = PATIENCE_MS } = this.#options;
    if (hits.length < 2 || performance.now() < this.#restsUntilMs || namesItsAnswer(question)) return hits;
    const best = hits.slice(0, MOST_RERANKED);
    try {
      const model = await open();
      if (model === undefined) return hits;
      const texts = best.map(({ path, text }) => redactSecrets(`${path}\n${text}`).slice(0, MOST_CHARACTERS));
      const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      const files = best.map(({ path }) => path);
      const scores = await model.rerank(redactSecrets(question), texts, patience, files);
      const order = [...best.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
      // The numbers stay where they are: they are those of the places.
      const ordered = order.flatMap((from, to) => {
        const [hit, place] = [best[from], best[to]];
        return hit === undefined || place === undefined ? [] : [{ ...hit, score: place.score }];
      });
      return [...ordered, ...hits.slice(MOST_RERANKED)];
    } catch (error) {
      if (signal.aborted) throw error;
      this.#restsUntilMs = performance.now() + REST_MS;
      log.warn(`index: reranking: ${errorMessage(error)}`);
      return hits;
    }
  }
}

/** What is asked for by its place, name or words needs no opinion. */
function namesItsAnswer(question: string): boolean {
  const { places, quotes, isAll } = readMentions(question);
  return places.length > 0 || quotes.length > 0 || isAll;
}
