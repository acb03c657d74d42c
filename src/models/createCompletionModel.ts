import { SextantError } from '../base/errors.ts';
import type { ModelRef } from './chatModel.ts';
import type { CompletionModel, CompletionRequest } from './completionModel.ts';
import type { Endpoint } from './endpoint.ts';
import { ollamaCompletion } from './ollama.ts';
import { openAiCompletion } from './openAiCompletion.ts';
import { type Attempt, type Robustness, defaultRobustness, robustStream } from './robustStream.ts';

/** A completion that comes late is of no use, so nothing is asked for twice. */
const completionRobustness: Robustness = {
  ...defaultRobustness,
  timeouts: { connectMs: 60_000, firstTokenMs: 30_000, stallMs: 15_000 },
  retries: 0,
};

/**
 * A fill-in-the-middle model behind an endpoint: Ollama's `/api/generate`, or `/v1/completions` with
 * `suffix`. It holds the endpoint's key: make one for each request. Throws code `unsupported` for a
 * protocol that has no such thing.
 */
export function createCompletionModel(
  endpoint: Endpoint,
  ref: ModelRef,
  robustness: Robustness = completionRobustness,
): CompletionModel {
  const complete = wireOf(endpoint);
  return {
    ref,
    complete: (request, signal) =>
      robustStream(endpoint, ref.model, robustness, signal, (attempt) =>
        complete(endpoint, ref.model, request, attempt),
      ),
  };
}

type CompletionWire = (
  endpoint: Endpoint,
  model: string,
  request: CompletionRequest,
  attempt: Attempt,
) => AsyncIterable<string>;

function wireOf(endpoint: Endpoint): CompletionWire {
  switch (endpoint.protocol) {
    case 'ollama':
      return ollamaCompletion;
    case 'openai':
    case 'openai-compatible':
      return openAiCompletion;
    case 'anthropic':
    case 'google':
      throw new SextantError(
        'unsupported',
        `${endpoint.displayName} has no models that fill in the middle of code. Pick a completion model of Ollama or of an OpenAI-compatible server.`,
      );
  }
}
