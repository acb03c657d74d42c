import type { CompletionRequest } from './completionModel.ts';
import type { Endpoint } from './endpoint.ts';
import { WireError, wordsIn } from './failure.ts';
import { listProperty, parseJson, property, textProperty } from './json.ts';
import { postHeaders } from './requestHeaders.ts';
import type { Attempt } from './robustStream.ts';
import { textLines } from './textLines.ts';

/**
 * Fills the gap through OpenAI's completions endpoint with `suffix`, read as server-sent events.
 * https://platform.openai.com/docs/api-reference/completions
 */
export async function* openAiCompletion(
  endpoint: Endpoint,
  model: string,
  request: CompletionRequest,
  attempt: Attempt,
): AsyncGenerator<string, void, undefined> {
  const { prefix, suffix, maxOutputTokens, stop } = request;
  const response = await attempt.fetch(`${endpoint.baseUrl}/completions`, {
    method: 'POST',
    headers: postHeaders(endpoint),
    body: JSON.stringify({
      model,
      prompt: prefix,
      ...(suffix === '' ? {} : { suffix }),
      max_tokens: maxOutputTokens,
      temperature: 0,
      stream: true,
      // OpenAI takes four at most, and so do those who are compatible with it.
      ...(stop === undefined || stop.length === 0 ? {} : { stop: stop.slice(0, 4) }),
    }),
    signal: attempt.signal,
  });
  if (response.body === null) throw new WireError({ type: 'empty' });
  let isOver = false;
  for await (const line of textLines(response.body)) {
    if (!line.startsWith('data:')) continue;
    const data = line.slice('data:'.length).trim();
    if (data === '[DONE]') return;
    const frame = parseJson(data);
    if (frame === undefined) throw new WireError({ type: 'unreadable' });
    if (property(frame, 'error') !== undefined) {
      throw new WireError({ type: 'status', status: 500, said: wordsIn(data), retryAfterMs: null });
    }
    const choice = listProperty(frame, 'choices')[0];
    const text = textProperty(choice, 'text');
    if (text !== undefined) yield text;
    if (textProperty(choice, 'finish_reason') !== undefined) isOver = true;
  }
  if (!isOver) throw new WireError({ type: 'incomplete' });
}
