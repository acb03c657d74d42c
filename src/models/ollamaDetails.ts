import type { Endpoint } from './endpoint.ts';
import { fetchJson } from './fetchJson.ts';
import { countProperty, listProperty, property, textProperty } from './json.ts';

/** What Ollama says of a model. */
export interface OllamaModelDetails {
  /** Tokens; null when the model's file does not say. */
  readonly contextWindow: number | null;
  /** `completion`, `insert`, `embedding`, …; null from an Ollama that does not say. */
  readonly capabilities: readonly string[] | null;
}

const TIMEOUT_MS = 8000;

/** Asks `/api/show`. Null when it does not answer; throws only when `signal` aborts. */
export async function ollamaDetails(
  endpoint: Endpoint,
  model: string,
  signal: AbortSignal,
): Promise<OllamaModelDetails | null> {
  let shown: unknown;
  try {
    shown = await fetchJson(endpoint, `${endpoint.baseUrl}/api/show`, signal, {
      timeoutMs: TIMEOUT_MS,
      body: { model },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
  const info = property(shown, 'model_info');
  const architecture = textProperty(info, 'general.architecture') ?? '';
  const capabilities = listProperty(shown, 'capabilities').filter((name) => typeof name === 'string');
  return {
    contextWindow: countProperty(info, `${architecture}.context_length`) ?? null,
    capabilities: capabilities.length === 0 ? null : capabilities,
  };
}
