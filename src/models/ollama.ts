import { toBase64 } from '../base/base64.ts';
import type { ChatPart, ChatRequest, TokenUsage } from './chatModel.ts';
import type { ReportUsage } from './completionModel.ts';
import type { Gap } from './completionWire.ts';
import type { Endpoint } from './endpoint.ts';
import { WireError } from './failure.ts';
import { countProperty, parseJson, property, textProperty } from './json.ts';
import { ollamaDetails } from './ollamaDetails.ts';
import { postHeaders } from './requestHeaders.ts';
import type { Attempt } from './robustStream.ts';
import { textLines } from './textLines.ts';

/**
 * Ollama's own wire. It is used instead of Ollama's OpenAI-compatible one because only here the size of
 * the context can be set: without it Ollama silently drops the beginning of a prompt that is longer than
 * its default of some thousand tokens.
 * https://docs.ollama.com/api
 */
export async function* ollamaChat(
  endpoint: Endpoint,
  model: string,
  request: ChatRequest,
  attempt: Attempt,
): AsyncGenerator<ChatPart, void, undefined> {
  const system = request.system === '' ? [] : [{ role: 'system', content: request.system }];
  const messages = [
    ...system,
    ...request.messages.map(({ role, text, images = [] }) => ({
      role,
      content: text,
      ...(images.length === 0 ? {} : { images: images.map(({ bytes }) => toBase64(bytes)) }),
    })),
  ];
  const imageCount = request.messages.reduce((count, { images = [] }) => count + images.length, 0);
  const promptTokens = estimateTokens(messages.map(({ content }) => content)) + imageCount * IMAGE_TOKENS;
  const lines = await post(endpoint, '/api/chat', attempt, {
    model,
    messages,
    stream: true,
    ...whole,
    options: {
      ...(await contextOptions(endpoint, model, promptTokens, request.maxOutputTokens, attempt)),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    },
  });
  for await (const frame of lines) {
    const message = property(frame, 'message');
    const thinking = textProperty(message, 'thinking');
    if (thinking !== undefined) yield { type: 'reasoning-delta', text: thinking };
    const text = textProperty(message, 'content');
    if (text !== undefined) yield { type: 'text-delta', text };
    if (property(frame, 'done') === true) {
      const reason = textProperty(frame, 'done_reason') === 'length' ? 'length' : 'stop';
      yield { type: 'finish', reason, usage: usageIn(frame) };
      return;
    }
  }
  throw new WireError({ type: 'incomplete' });
}

/** Fills a gap. With a suffix, the model has to know how (`insert` among its capabilities); without, the prompt says it all. */
export async function* ollamaCompletion(
  endpoint: Endpoint,
  model: string,
  { prompt, suffix, maxOutputTokens, stop }: Gap,
  attempt: Attempt,
  report?: ReportUsage,
): AsyncGenerator<string, void, undefined> {
  const lines = await post(endpoint, '/api/generate', attempt, {
    model,
    prompt,
    ...(suffix === null ? { raw: true } : { suffix }),
    stream: true,
    ...whole,
    options: {
      num_ctx: roundedContext(estimateTokens([prompt, suffix ?? '']) + maxOutputTokens),
      num_predict: maxOutputTokens,
      temperature: 0,
      ...(stop.length === 0 ? {} : { stop }),
    },
  });
  for await (const frame of lines) {
    const text = textProperty(frame, 'response');
    if (text !== undefined) yield text;
    if (property(frame, 'done') === true) {
      report?.(usageIn(frame));
      return;
    }
  }
  throw new WireError({ type: 'incomplete' });
}

function usageIn(frame: unknown): TokenUsage {
  const inputTokens = countProperty(frame, 'prompt_eval_count');
  const outputTokens = countProperty(frame, 'eval_count');
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

/** Asks Ollama to answer with an error instead of dropping the beginning of what does not fit. */
const whole = { truncate: false, shift: false };

/** What a picture takes of the context: about, for each model counts in another way. */
const IMAGE_TOKENS = 1_000;

/** Room for the answer where the request does not limit it. */
const ANSWER_TOKENS = 4096;

/** A prompt of ordinary questions fits; below it Ollama's own default would be enough. */
const SMALLEST_CONTEXT = 8192;

async function contextOptions(
  endpoint: Endpoint,
  model: string,
  promptTokens: number,
  maxOutputTokens: number | undefined,
  attempt: Attempt,
): Promise<{ num_ctx: number; num_predict?: number }> {
  const predict = maxOutputTokens === undefined ? {} : { num_predict: maxOutputTokens };
  const wanted = roundedContext(promptTokens + (maxOutputTokens ?? ANSWER_TOKENS));
  if (wanted <= SMALLEST_CONTEXT) return { num_ctx: wanted, ...predict };
  const contextWindow = (await ollamaDetails(endpoint, model, attempt.signal))?.contextWindow ?? null;
  if (contextWindow !== null && promptTokens / OVERESTIMATE > contextWindow) {
    throw new WireError({ type: 'too-long', contextWindow });
  }
  return { num_ctx: Math.min(wanted, contextWindow ?? wanted), ...predict };
}

/** Powers of two, since Ollama loads the model again whenever the number changes. */
function roundedContext(tokens: number): number {
  return Math.max(SMALLEST_CONTEXT, 2 ** Math.ceil(Math.log2(tokens)));
}

/** How far {@link estimateTokens} may lie above the truth for ordinary text. */
const OVERESTIMATE = 1.6;

/** Tokens of a prompt, rather too many than too few: code has about 3 ASCII characters a token. */
function estimateTokens(texts: readonly string[]): number {
  let tokens = 0;
  for (const text of texts) {
    const ascii = text.replace(/[^\u0000-\u007f]+/g, '').length;
    tokens += ascii / 2.8 + (text.length - ascii) * 1.2 + 8;
  }
  return Math.ceil(tokens);
}

async function post(
  endpoint: Endpoint,
  path: string,
  attempt: Attempt,
  body: unknown,
): Promise<AsyncIterable<unknown>> {
  const response = await attempt.fetch(endpoint.baseUrl + path, {
    method: 'POST',
    headers: postHeaders(endpoint),
    body: JSON.stringify(body),
    signal: attempt.signal,
  });
  if (response.body === null) throw new WireError({ type: 'empty' });
  return frames(response.body);
}

async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  for await (const line of textLines(body)) {
    const frame = parseJson(line);
    if (frame === undefined) throw new WireError({ type: 'unreadable' });
    const said = textProperty(frame, 'error');
    if (said !== undefined) throw new WireError({ type: 'status', status: 500, said, retryAfterMs: null });
    yield frame;
  }
}
