import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type {
  LanguageModelV4,
  LanguageModelV4FilePart,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
} from '@ai-sdk/provider';
import type { ChatPart, ChatRequest, FinishReason, PromptImage, TokenUsage } from './chatModel.ts';
import type { Endpoint, HttpProtocol } from './endpoint.ts';
import { type Failure, WireError, failureOf, wordsIn } from './failure.ts';
import { countProperty, property, textProperty } from './json.ts';
import { builtInProvider } from './registry.ts';
import { markedForCache, marksForAnthropic } from './openRouterCache.ts';
import type { Attempt } from './robustStream.ts';

/** A protocol that the AI SDK speaks for us. */
export type AiSdkProtocol = Exclude<HttpProtocol, 'ollama'>;

/**
 * One answer through the AI SDK's provider packages. Everything that can go wrong is thrown as a
 * {@link WireError}, or has one among its causes. An entry of the bundle: load it when a request goes out.
 */
export async function* aiSdkChat(
  endpoint: Endpoint & { readonly protocol: AiSdkProtocol },
  model: string,
  request: ChatRequest,
  attempt: Attempt,
): AsyncGenerator<ChatPart, void, undefined> {
  const { stream } = await languageModel(endpoint, model, request, attempt).doStream({
    prompt: prompt(request),
    abortSignal: attempt.signal,
    // OpenAI keeps what goes through its Responses API for 30 days unless it is told not to.
    providerOptions: {
      openai: { store: false, ...(request.repeated === undefined ? {} : { promptCacheKey: request.repeated.key }) },
    },
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
  });
  let failure: Failure | null = null;
  for await (const part of stream) {
    switch (part.type) {
      case 'text-delta':
        if (part.delta !== '') yield { type: 'text-delta', text: part.delta };
        break;
      case 'reasoning-delta':
        if (part.delta !== '') yield { type: 'reasoning-delta', text: part.delta };
        break;
      case 'error':
        failure = streamFailure(part.error);
        if (failure.type !== 'incomplete') throw new WireError(failure);
        break;
      case 'finish': {
        const reason = finishReason(part.finishReason, attempt);
        if (reason === null) throw new WireError(failure ?? { type: 'incomplete' });
        yield { type: 'finish', reason, usage: usage(part.usage) };
        return;
      }
      default:
        // Bounds of parts, metadata, and what nobody asked for: tools, files, sources.
        break;
    }
  }
  throw new WireError(failure ?? { type: 'incomplete' });
}

/** The key is always given, empty where there is none: the packages would else take one from the environment. */
function languageModel(
  { protocol, baseUrl, apiKey, headers }: Endpoint & { readonly protocol: AiSdkProtocol },
  model: string,
  request: ChatRequest,
  attempt: Attempt,
): LanguageModelV4 {
  const settings = {
    baseURL: baseUrl,
    headers: { ...headers },
    fetch: async (input: string | URL | Request, init: RequestInit = {}) =>
      await attempt.fetch(input instanceof Request ? input.url : String(input), {
        ...init,
        headers: apiKey === null ? withoutEmptyKey(init.headers) : (init.headers ?? {}),
      }),
  };
  switch (protocol) {
    case 'openai':
      if (baseUrl === builtInProvider('openai')?.baseUrl) {
        return createOpenAI({ ...settings, apiKey: apiKey ?? '' }).responses(model);
      }
      // Under another address stands a gateway, and those all speak chat completions.
      return createOpenAI({ ...settings, apiKey: apiKey ?? '' }).chat(model);
    case 'openai-compatible':
      return createOpenAICompatible({
        ...settings,
        name: 'openai-compatible',
        // Cohere refuses a request that asks for it, and reports it all the same.
        includeUsage: !/(?:^|\.)cohere\.(?:ai|com)$/.test(new URL(baseUrl).hostname),
        ...(apiKey === null ? {} : { apiKey }),
        ...(marksForAnthropic(baseUrl, model) ? { transformRequestBody: (body) => markedForCache(body, request) } : {}),
      })(model);
    case 'anthropic':
      return createAnthropic({ ...settings, apiKey: apiKey ?? '' })(model);
    case 'google':
      return createGoogle({ ...settings, apiKey: apiKey ?? '' })(model);
  }
}

/** A gateway that wants no key is not sent an empty one. */
function withoutEmptyKey(given: RequestInit['headers']): Headers {
  const headers = new Headers(given);
  for (const name of ['authorization', 'x-api-key', 'x-goog-api-key']) {
    if (/^(?:Bearer)?\s*$/.test(headers.get(name) ?? 'none')) headers.delete(name);
  }
  return headers;
}

function prompt({ system, messages, repeated }: ChatRequest): LanguageModelV4Prompt {
  const marked = repeated === undefined ? {} : CACHE_MARK;
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system, ...marked }]),
    ...messages.map(({ role, text, images = [] }, at) => {
      const content = { type: 'text' as const, text };
      const mark = at + 1 === repeated?.messages ? CACHE_MARK : {};
      return role === 'assistant'
        ? { role, content: [content], ...mark }
        : { role, content: [...images.map(file), content], ...mark };
    }),
  ];
}

/**
 * Anthropic keeps what stands before a mark, and reads it again for a tenth of its price; other providers find the
 * beginning by themselves. https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
const CACHE_MARK = { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } };

function file({ mimeType, bytes }: PromptImage): LanguageModelV4FilePart {
  return { type: 'file', mediaType: mimeType, data: { type: 'data', data: bytes } };
}

/** Null when the stream was not over. `[DONE]` says that it was, also for servers that give no reason. */
function finishReason({ unified }: LanguageModelV4FinishReason, { edges }: Attempt): FinishReason | null {
  switch (unified) {
    case 'stop':
    case 'length':
    case 'content-filter':
      return unified;
    case 'tool-calls':
    case 'other':
      return 'other';
    case 'error':
    case 'interrupted':
      return /\ndata: ?\[DONE\]\s*$/.test(edges.tail) && edges.head.includes('"choices"') ? 'stop' : null;
  }
}

function usage({ inputTokens, outputTokens, raw }: LanguageModelUsage): TokenUsage {
  const dollars = chargedIn(raw);
  return {
    ...(inputTokens.total === undefined ? {} : { inputTokens: inputTokens.total }),
    ...(inputTokens.cacheRead === undefined ? {} : { cachedTokens: inputTokens.cacheRead }),
    ...(inputTokens.cacheWrite === undefined ? {} : { cacheWriteTokens: inputTokens.cacheWrite }),
    ...(outputTokens.total === undefined ? {} : { outputTokens: outputTokens.total }),
    ...(dollars === undefined ? {} : { costMicrousd: Math.round(dollars * 1e6) }),
  };
}

interface LanguageModelUsage {
  readonly inputTokens: {
    readonly total: number | undefined;
    readonly cacheRead: number | undefined;
    readonly cacheWrite: number | undefined;
  };
  readonly outputTokens: { readonly total: number | undefined };
  /** As the provider sent it. */
  readonly raw?: unknown;
}

/**
 * Dollars, where a provider says itself what it charges: OpenRouter (https://openrouter.ai/docs/use-cases/usage-accounting)
 * and Perplexity.
 */
function chargedIn(raw: unknown): number | undefined {
  const cost = property(raw, 'cost');
  const dollars = typeof cost === 'number' ? cost : property(cost, 'total_cost');
  return typeof dollars === 'number' && dollars >= 0 && dollars < Infinity ? dollars : undefined;
}

/** The failure behind an error part: the provider's own error object, or an error of the AI SDK's reader. */
function streamFailure(error: unknown): Failure {
  if (error instanceof Error) {
    const isOver = error.name === 'AI_InvalidResponseDataError' && property(error, 'data') === undefined;
    return isOver ? { type: 'incomplete' } : failureOf(error);
  }
  const json = JSON.stringify(error) as string | undefined;
  const said = textProperty(error, 'message') ?? wordsIn(json ?? '');
  return { type: 'status', status: countProperty(error, 'statusCode', 'code') ?? 500, said, retryAfterMs: null };
}
