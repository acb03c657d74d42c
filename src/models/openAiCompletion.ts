import type { ReportUsage } from './completionModel.ts';
import type { Gap } from './completionWire.ts';
import type { Endpoint } from './endpoint.ts';
import { WireError, wordsIn } from './failure.ts';
import { countProperty, listProperty, parseJson, property, textProperty } from './json.ts';
import { postHeaders } from './requestHeaders.ts';
import type { Attempt } from './robustStream.ts';
import { textLines } from './textLines.ts';

/** Who answers at an address of this form. They differ in the path and a little in the frames. */
export type OpenAiDialect = 'openai' | 'mistral' | 'deepseek';

/**
 * Fills a gap through OpenAI's completions endpoint, read as server-sent events, or through one made like it:
 * Mistral's `/v1/fim/completions`, whose frames are those of a chat, and DeepSeek's `/beta/completions`.
 * https://platform.openai.com/docs/api-reference/completions https://docs.mistral.ai/api/#tag/fim
 * https://api-docs.deepseek.com/guides/fim_completion
 */
export async function* openAiCompletion(
  endpoint: Endpoint,
  model: string,
  { prompt, suffix, maxOutputTokens, stop }: Gap,
  attempt: Attempt,
  { dialect = 'openai', report }: { readonly dialect?: OpenAiDialect; readonly report?: ReportUsage | undefined } = {},
): AsyncGenerator<string, void, undefined> {
  const frames = postForFrames(endpoint, addressOf(endpoint, dialect), attempt, {
    model,
    prompt,
    ...(suffix === null || suffix === '' ? {} : { suffix }),
    max_tokens: maxOutputTokens,
    temperature: 0,
    stream: true,
    // OpenAI takes four at most, and so do those who are compatible with it.
    ...(stop.length === 0 ? {} : { stop: stop.slice(0, 4) }),
  });
  let isOver = false;
  for await (const frame of frames) {
    const choice = listProperty(frame, 'choices')[0];
    const text = textProperty(choice, 'text') ?? textProperty(property(choice, 'delta'), 'content');
    if (text !== undefined) yield text;
    if (textProperty(choice, 'finish_reason') !== undefined) isOver = true;
    const [inputTokens, outputTokens] = ['prompt_tokens', 'completion_tokens'].map((name) =>
      countProperty(property(frame, 'usage'), name),
    );
    if (inputTokens !== undefined && outputTokens !== undefined) report?.({ inputTokens, outputTokens });
  }
  if (!isOver) throw new WireError({ type: 'incomplete' });
}

function addressOf({ baseUrl }: Endpoint, dialect: OpenAiDialect): string {
  switch (dialect) {
    case 'openai':
      return `${baseUrl}/completions`;
    case 'mistral':
      return `${baseUrl}/fim/completions`;
    case 'deepseek':
      return `${baseUrl.replace(/\/(?:v1|beta)$/, '')}/beta/completions`;
  }
}

/** Posts JSON and yields the JSON of each event. After `[DONE]` comes nothing, and the answer is whole. */
export async function* postForFrames(
  endpoint: Endpoint,
  address: string,
  attempt: Attempt,
  body: unknown,
): AsyncGenerator<unknown, void, undefined> {
  const response = await attempt.fetch(address, {
    method: 'POST',
    headers: postHeaders(endpoint),
    body: JSON.stringify(body),
    signal: attempt.signal,
  });
  if (response.body === null) throw new WireError({ type: 'empty' });
  for await (const line of textLines(response.body)) {
    if (!line.startsWith('data:')) continue;
    const data = line.slice('data:'.length).trim();
    if (data === '[DONE]') {
      yield { choices: [{ finish_reason: 'stop' }] };
      return;
    }
    const frame = parseJson(data);
    if (frame === undefined) throw new WireError({ type: 'unreadable' });
    if (property(frame, 'error') !== undefined) {
      throw new WireError({ type: 'status', status: 500, said: wordsIn(data), retryAfterMs: null });
    }
    yield frame;
  }
}
