import { t } from '../base/texts.ts';
import type { ModelRef } from './chatModel.ts';
import { describeFailure } from './describeFailure.ts';
import type { EmbeddingKind, EmbeddingModel } from './embeddingModel.ts';
import type { Endpoint } from './endpoint.ts';
import { fetchJson } from './fetchJson.ts';
import { listProperty, property } from './json.ts';
import { modelError } from './modelError.ts';

/** A model that is loaded for its first answer takes its time. */
const TIMEOUT_MS = 120_000;

/**
 * An embedding model behind an endpoint. It holds the endpoint's key: make one for each request. Throws a model error
 * where the provider has no such models, and `embed` throws one for whatever goes wrong.
 */
export function createEmbeddingModel(endpoint: Endpoint, ref: ModelRef): EmbeddingModel {
  const ask = wireOf(endpoint, ref);
  return {
    id: embeddingModelId(endpoint, ref),
    embed: async (texts, kind, signal, files = []) => {
      if (texts.length === 0) return [];
      const mark = markOf(ref.model, kind);
      const vectors = await ask(
        texts.map((text) => mark + text),
        kind,
        signal,
        files,
      );
      const dimensions = vectors[0]?.length ?? 0;
      const isWhole = vectors.length === texts.length && vectors.every((vector) => vector.length === dimensions);
      if (!isWhole || dimensions === 0) throw describeFailure({ type: 'unreadable' }, endpoint, ref.model, false);
      return vectors;
    },
  };
}

/** The address belongs to it: what two servers call by one name need not be one model. */
export function embeddingModelId({ baseUrl }: Pick<Endpoint, 'baseUrl'>, { provider, model }: ModelRef): string {
  return `${provider}/${model} at ${baseUrl}`;
}

type Wire = (
  texts: readonly string[],
  kind: EmbeddingKind,
  signal: AbortSignal,
  files: readonly string[],
) => Promise<Float32Array[]>;

function wireOf(endpoint: Endpoint, { model }: ModelRef): Wire {
  const { baseUrl, displayName, protocol } = endpoint;
  const post = (address: string, signal: AbortSignal, files: readonly string[], body: unknown): Promise<unknown> =>
    fetchJson(endpoint, address, signal, {
      timeoutMs: TIMEOUT_MS,
      body,
      origin: { purpose: 'embedding', model, files },
    });
  switch (protocol) {
    // https://platform.openai.com/docs/api-reference/embeddings
    case 'openai':
    case 'openai-compatible':
      return async (input, _kind, signal, files) => {
        const answer = await post(`${baseUrl}/embeddings`, signal, files, { model, input, encoding_format: 'float' });
        const inOrder = [...listProperty(answer, 'data')].sort((a, b) => indexOf(a) - indexOf(b));
        return inOrder.map((entry) => vectorOf(listProperty(entry, 'embedding')));
      };
    // https://docs.ollama.com/api/embed
    case 'ollama':
      return async (input, _kind, signal, files) => {
        const answer = await post(`${baseUrl}/api/embed`, signal, files, { model, input, truncate: true });
        return listProperty(answer, 'embeddings').map(vectorOf);
      };
    // https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
    case 'google':
      return async (texts, kind, signal, files) => {
        const taskType = kind === 'query' ? 'CODE_RETRIEVAL_QUERY' : 'RETRIEVAL_DOCUMENT';
        const requests = texts.map((text) => ({
          model: `models/${model}`,
          content: { parts: [{ text }] },
          taskType,
        }));
        const answer = await post(`${baseUrl}/models/${encodeURIComponent(model)}:batchEmbedContents`, signal, files, {
          requests,
        });
        return listProperty(answer, 'embeddings').map((entry) => vectorOf(listProperty(entry, 'values')));
      };
    case 'anthropic':
      throw modelError(
        { kind: 'not-found', actions: ['pick-model'] },
        t('{0} has no embedding models. Choose one of another provider.', displayName),
      );
  }
}

function indexOf(entry: unknown): number {
  return Number(property(entry, 'index') ?? 0);
}

/** Empty where it is none. */
function vectorOf(values: unknown): Float32Array {
  const isVector =
    Array.isArray(values) && values.every((value) => typeof value === 'number' && Number.isFinite(value));
  return isVector ? Float32Array.from(values as number[]) : new Float32Array(0);
}

/** What models were trained to see before a question and before a passage, as their cards say. */
const marked: readonly (readonly [name: RegExp, query: string, code: string])[] = [
  [/nomic-embed-code/i, 'Represent this query for searching relevant code: ', ''],
  [/nomic-embed/i, 'search_query: ', 'search_document: '],
  [/(?:^|[-_/])(?:multilingual-)?e5(?:[-_.:]|$)/i, 'query: ', 'passage: '],
  [
    /mxbai-embed|snowflake-arctic-embed|bge-(?:small|base|large)-en/i,
    'Represent this sentence for searching relevant passages: ',
    '',
  ],
  [
    /qwen3-embedding/i,
    'Instruct: Given a question about a code base, retrieve the passages that answer it\nQuery: ',
    '',
  ],
  [/embeddinggemma/i, 'task: code retrieval | query: ', 'title: none | text: '],
];

function markOf(model: string, kind: EmbeddingKind): string {
  const [, query = '', code = ''] = marked.find(([name]) => name.test(model)) ?? [];
  return kind === 'query' ? query : code;
}
