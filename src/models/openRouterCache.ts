import type { ChatRequest } from './chatModel.ts';
import { listProperty, property } from './json.ts';

/** True for Anthropic’s models behind OpenRouter, which keep only what is marked, as behind their own address. */
export function marksForAnthropic(baseUrl: string, model: string): boolean {
  return /(?:^|\.)openrouter\.ai$/.test(new URL(baseUrl).hostname) && /^~?anthropic\//.test(model);
}

/**
 * The body of a chat completion with marks at the system’s message and at the last one that goes out again.
 * https://openrouter.ai/docs/features/prompt-caching
 */
export function markedForCache(
  body: Record<string, unknown>,
  { system, repeated }: Pick<ChatRequest, 'system' | 'repeated'>,
): Record<string, unknown> {
  if (repeated === undefined) return body;
  const systems = system === '' ? 0 : 1;
  const marked = new Set([systems - 1, systems + repeated.messages - 1]);
  const messages = listProperty(body, 'messages').map((message, at) => (marked.has(at) ? withMark(message) : message));
  return { ...body, messages };
}

function withMark(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const content = property(message, 'content');
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : listProperty(message, 'content');
  const last = parts.at(-1);
  if (typeof last !== 'object' || last === null) return message;
  return { ...message, content: [...parts.slice(0, -1), { ...last, cache_control: { type: 'ephemeral' } }] };
}
