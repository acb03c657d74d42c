import type { CompletionRequest } from './completionModel.ts';
import type { Endpoint } from './endpoint.ts';
import type { OpenAiDialect } from './openAiCompletion.ts';
import { type FimPrompt, fimPrompt, fimTemplateOf, fimTemplates, snippetComments } from './fimTemplates.ts';
import type { ModelRef } from './chatModel.ts';
import { builtInProvider } from './registry.ts';

/** A request as a wire sends it. */
export interface Gap {
  readonly prompt: string;
  /** Null where the prompt holds all, the suffix too. */
  readonly suffix: string | null;
  readonly maxOutputTokens: number;
  readonly stop: readonly string[];
}

/** How a request is put to a model. */
export type CompletionForm =
  | { readonly type: 'gap'; readonly wire: 'ollama' | OpenAiDialect; gap(request: CompletionRequest): Gap }
  /** llama.cpp takes the request as it is. */
  | { readonly type: 'infill' }
  /** A conversation in which the model is asked to fill a gap. */
  | { readonly type: 'chat' };

/** OpenAI's own models that fill in; the others chat. */
const OPENAI_COMPLETION = /-instruct$|babbage|davinci/i;

/**
 * The form for a model at an endpoint. `template` is the setting: empty or `automatic`; `endpoint` to leave the words
 * to the endpoint; `chat` to ask in a conversation; the name of a family; or a text of one's own with `{prefix}` and
 * `{suffix}` in it. A family that is known is put in its own words wherever the endpoint takes them: most servers
 * know no `suffix`, and none other files.
 */
export function completionForm(
  endpoint: Pick<Endpoint, 'protocol' | 'baseUrl'>,
  ref: ModelRef,
  template = '',
): CompletionForm {
  if (template === 'chat') return { type: 'chat' };
  const host = new URL(endpoint.baseUrl).hostname;
  const wire = endpoint.protocol === 'ollama' ? 'ollama' : 'openai';
  const chosen = fimTemplates.find(({ name }) => name === template);
  if (chosen !== undefined) return inOneText(wire, (request) => fimPrompt(chosen, request));
  if (template.includes('{prefix}')) return inOneText(wire, (request) => ownPrompt(template, request));
  switch (endpoint.protocol) {
    case 'anthropic':
    case 'google':
      return { type: 'chat' };
    case 'openai':
      return OPENAI_COMPLETION.test(ref.model) ? withSuffix(wire) : { type: 'chat' };
    case 'ollama':
    case 'openai-compatible': {
      if (ref.provider === 'mistral' || /(?:^|\.)mistral\.ai$/.test(host)) return withSuffix('mistral');
      if (ref.provider === 'deepseek' || host === 'api.deepseek.com') return withSuffix('deepseek');
      if (ref.provider === 'llamacpp') return { type: 'infill' };
      if (builtInProvider(ref.provider)?.chatOnly === true) return { type: 'chat' };
      const family = template === 'endpoint' ? undefined : fimTemplateOf(ref.model);
      return family === undefined ? withSuffix(wire) : inOneText(wire, (request) => fimPrompt(family, request));
    }
  }
}

function withSuffix(wire: 'ollama' | OpenAiDialect): CompletionForm {
  return {
    type: 'gap',
    wire,
    gap: (request) => ({
      prompt: snippetComments(request) + request.prefix,
      suffix: request.suffix,
      maxOutputTokens: request.maxOutputTokens,
      stop: [],
    }),
  };
}

function inOneText(wire: 'ollama' | 'openai', render: (request: CompletionRequest) => FimPrompt): CompletionForm {
  return {
    type: 'gap',
    wire,
    gap: (request) => ({ ...render(request), suffix: null, maxOutputTokens: request.maxOutputTokens }),
  };
}

const PLACES = /\{(?:prefix|suffix|path)\}/g;

/** The user's own template. What stands between its places is what the model's answer ends at. */
function ownPrompt(template: string, request: CompletionRequest): FimPrompt {
  const parts: Readonly<Record<string, string>> = {
    '{prefix}': snippetComments(request) + request.prefix,
    '{suffix}': request.suffix,
    '{path}': request.path,
  };
  const tokens = template
    .split(PLACES)
    .map((token) => token.trim())
    .filter((token) => token.length > 2);
  return {
    prompt: template.replace(PLACES, (place) => parts[place] ?? place),
    stop: [...new Set(tokens)],
  };
}
