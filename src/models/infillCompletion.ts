import type { CompletionRequest } from './completionModel.ts';
import type { Endpoint } from './endpoint.ts';
import { WireError } from './failure.ts';
import { property, textProperty } from './json.ts';
import { postForFrames } from './openAiCompletion.ts';
import type { Attempt } from './robustStream.ts';

/**
 * Fills a gap through llama.cpp's own endpoint, which knows the loaded model's tokens and takes other files apart
 * (`input_extra`), so that it need not read them again for each request.
 * https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
 */
export async function* infillCompletion(
  endpoint: Endpoint,
  model: string,
  request: CompletionRequest,
  attempt: Attempt,
): AsyncGenerator<string, void, undefined> {
  const frames = postForFrames(endpoint, `${endpoint.baseUrl.replace(/\/v1$/, '')}/infill`, attempt, {
    // Only a server with several models looks at it.
    model,
    input_prefix: request.prefix,
    input_suffix: request.suffix,
    input_extra: request.snippets.map(({ path, text }) => ({ filename: path, text })),
    n_predict: request.maxOutputTokens,
    temperature: 0,
    stream: true,
    cache_prompt: true,
  });
  for await (const frame of frames) {
    const text = textProperty(frame, 'content');
    if (text !== undefined) yield text;
    if (property(frame, 'stop') === true) return;
  }
  throw new WireError({ type: 'incomplete' });
}
