import { hmacSha256Hex, sha256Hex } from '../base/identifiers.ts';
import type { KeptAnswer } from '../protocol/responseCache.ts';
import type { ChatModel, ChatPart, ChatRequest, ModelRef } from './chatModel.ts';
import type { Endpoint } from './endpoint.ts';

/** Where answers are kept that can be served again. */
export interface ResponseCache {
  /** `deterministic`: only those to requests at temperature 0, whose answer would be the same again. */
  which(): 'none' | 'deterministic' | 'all';
  find(key: string): Promise<KeptAnswer | null>;
  keep(key: string, answer: KeptAnswer): Promise<void>;
}

/**
 * A model whose answers are kept, and served again to the same request of the same user, key and endpoint. What is kept
 * is whole: an answer that was stopped, cut off or withheld is not. `open` gives the model for one request, and tells
 * the key that its answer comes by, under which it is kept: not the endpoint’s own where another of the user’s keys has
 * stepped in. A cache that fails is as good as an empty one.
 */
export function cachedChatModel(
  ref: ModelRef,
  endpoint: Pick<Endpoint, 'protocol' | 'baseUrl' | 'apiKey' | 'headers' | 'parameters'>,
  open: (onServed: (key: string | null) => void) => ChatModel,
  cache: ResponseCache,
): ChatModel {
  return {
    ref,
    async *stream(request, signal) {
      let servedWith = endpoint.apiKey;
      const model = open((key) => {
        servedWith = key;
      });
      const which = cache.which();
      if (which === 'none' || (which === 'deterministic' && request.temperature !== 0)) {
        yield* model.stream(request, signal);
        return;
      }
      const key = await requestKey(endpoint, ref.model, request);
      const kept = request.isFresh === true ? null : await cache.find(key).catch(() => null);
      if (kept !== null && !signal.aborted) {
        yield* served(kept);
        return;
      }
      const [text, reasoning]: [string[], string[]] = [[], []];
      for await (const part of model.stream(request, signal)) {
        if (part.type === 'text-delta') text.push(part.text);
        else if (part.type === 'reasoning-delta') reasoning.push(part.text);
        else if (part.type === 'finish' && part.reason === 'stop' && !signal.aborted) {
          const { inputTokens = null, outputTokens = null } = part.usage;
          const answer = { text: text.join(''), reasoning: reasoning.join(''), inputTokens, outputTokens };
          const owner = { ...endpoint, apiKey: servedWith };
          const own = await requestKey(owner, ref.model, request);
          await cache.keep(own, { ...answer, savedAt: Date.now() }).catch(() => undefined);
        }
        yield part;
      }
    },
  };
}

function* served({ text, reasoning, inputTokens, outputTokens, savedAt }: KeptAnswer): Generator<ChatPart> {
  if (reasoning !== '') yield { type: 'reasoning-delta', text: reasoning };
  if (text !== '') yield { type: 'text-delta', text };
  const usage = {
    ...(inputTokens === null ? {} : { inputTokens }),
    ...(outputTokens === null ? {} : { outputTokens }),
  };
  yield { type: 'finish', reason: 'stop', usage, savedAt };
}

/** To be raised when the same request is put to models in another way. */
const VERSION = 2;

/**
 * SHA-256 of all that an answer depends on and of whom it belongs to, hex. The key and the headers, which may hold
 * another, go in only as an HMAC under the key: from what comes out, nobody can tell either.
 */
export async function requestKey(
  endpoint: Pick<Endpoint, 'protocol' | 'baseUrl' | 'apiKey' | 'headers' | 'parameters'>,
  model: string,
  { system, messages, maxOutputTokens, temperature }: ChatRequest,
): Promise<string> {
  const { protocol, baseUrl, apiKey, headers, parameters = {} } = endpoint;
  const sent = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const owner = await hmacSha256Hex(`key ${apiKey ?? ''}`, JSON.stringify(sent.sort(byName)));
  const said = messages.map(async ({ role, text, images = [] }) => {
    const pictures = images.map(async ({ mimeType, bytes }) => [mimeType, await sha256Hex(bytes)]);
    return [role, text, await Promise.all(pictures)];
  });
  const canonical = [VERSION, protocol, baseUrl, owner, model, system, await Promise.all(said)];
  return await sha256Hex(JSON.stringify([...canonical, maxOutputTokens ?? null, temperature ?? null, parameters]));
}

function byName([a = '']: string[], [b = '']: string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
