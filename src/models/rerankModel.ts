import { describeFailure } from './describeFailure.ts';
import type { Endpoint } from './endpoint.ts';
import { fetchJson } from './fetchJson.ts';
import { listProperty, property } from './json.ts';

/** Tells how well each of some texts answers a question: one number a text, in their order, higher is better. */
export interface RerankModel {
  /** `files` are those that the texts are from, for the ledger. */
  rerank(question: string, texts: readonly string[], signal: AbortSignal, files?: readonly string[]): Promise<number[]>;
}

const TIMEOUT_MS = 30_000;

/**
 * A reranking model behind an endpoint, in the wire that Cohere, Jina, vLLM and llama.cpp share (`POST /rerank`, see
 * https://docs.cohere.com/reference/rerank). It holds the endpoint's key: make one for each request. `rerank` throws a
 * model error for whatever goes wrong; a text that the answer leaves out has the lowest number.
 */
export function createRerankModel(endpoint: Endpoint, model: string): RerankModel {
  return {
    rerank: async (query, documents, signal, files = []) => {
      const body = { model, query, documents, top_n: documents.length };
      const origin = { purpose: 'rerank', model, files } as const;
      const asked = { timeoutMs: TIMEOUT_MS, body, origin };
      const answer = await fetchJson(endpoint, `${endpoint.baseUrl}/rerank`, signal, asked);
      const scores = new Array<number>(documents.length).fill(Number.NEGATIVE_INFINITY);
      const results = listProperty(answer, 'results');
      for (const result of results) {
        const index = property(result, 'index');
        const score = property(result, 'relevance_score');
        const isScore = typeof index === 'number' && index in scores && typeof score === 'number';
        if (!isScore) throw describeFailure({ type: 'unreadable' }, endpoint, model, false);
        scores[index] = score;
      }
      if (results.length === 0) throw describeFailure({ type: 'unreadable' }, endpoint, model, false);
      return scores;
    },
  };
}
