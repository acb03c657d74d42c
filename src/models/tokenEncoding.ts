import type { ModelRef } from './chatModel.ts';

/** An encoding of OpenAI’s, as tiktoken names it. */
export type TokenEncoding = 'o200k_base' | 'cl100k_base';

/**
 * The encoding that an OpenAI model counts its tokens in, also where another provider offers it (`openai/gpt-4o`);
 * null for every other model. https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
 */
export function tokenEncoding({ provider, model }: ModelRef): TokenEncoding | null {
  const name = model.toLowerCase().split('/').at(-1) ?? '';
  const isOpenAi = provider === 'openai' || model.startsWith('openai/') || provider === 'vscode';
  // Fine-tuned models are `ft:gpt-4o-mini-2024-07-18:team::id`.
  const base = name.startsWith('ft:') ? (name.split(':')[1] ?? '') : name;
  if (base.startsWith('gpt-oss')) return 'o200k_base';
  if (!isOpenAi) return null;
  if (/^(?:gpt-4o|chatgpt-4o|gpt-4\.|gpt-[5-9]|chatgpt-|codex-|o\d)/.test(base)) return 'o200k_base';
  if (/^(?:gpt-4|gpt-3\.5|gpt-35)(?:-|$)/.test(base)) return 'cl100k_base';
  return null;
}
