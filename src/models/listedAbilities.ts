import type { ModelAbilities, ModelAbility } from '../protocol/modelInfo.ts';
import { listProperty, property, textProperty } from './json.ts';
import type { ModelPrice } from './modelPrice.ts';

/**
 * What a provider’s list says that a model can do, by whichever of their members the entry has: OpenRouter,
 * Anthropic, Google, Mistral, Fireworks, LM Studio, llama.cpp, and what Ollama’s `/api/show` tells.
 */
export function listedAbilities(entry: unknown): ModelAbilities {
  const found: Partial<Record<ModelAbility, boolean>> = {};
  const say = (ability: ModelAbility, can: unknown): void => {
    if (typeof can === 'boolean') found[ability] = can;
  };
  const type = textProperty(entry, 'type') ?? '';
  if (type === 'vlm' || type === 'llm') say('images', type === 'vlm');
  say('images', property(entry, 'supports_image_input'));
  say('tools', property(entry, 'supports_tools'));
  say('reasoningEffort', property(entry, 'thinking'));

  const reads = texts(entry, 'input_modalities') ?? texts(property(entry, 'architecture'), 'input_modalities');
  say('images', reads?.includes('image'));
  say('pdf', reads?.includes('file'));

  const takes = texts(entry, 'supported_parameters') ?? texts(entry, 'supported_features');
  say('tools', takes?.includes('tools'));
  say('structuredOutput', takes?.includes('structured_outputs'));
  say(
    'reasoningEffort',
    takes?.some((each) => each.startsWith('reasoning')),
  );
  if (property(property(entry, 'pricing'), 'input_cache_read') !== undefined) say('promptCaching', true);
  if (listProperty(entry, 'supportedGenerationMethods').includes('createCachedContent')) say('promptCaching', true);

  const capabilities = property(entry, 'capabilities');
  for (const [ability, ...names] of capabilityNames) {
    if (Array.isArray(capabilities)) say(ability, names.some((name) => capabilities.includes(name)) || undefined);
    else for (const name of names) say(ability, supported(property(capabilities, name)));
  }
  return found;
}

/**
 * What is said of Ollama’s models, where everything that a model can is named: what is not, it cannot. Other lists
 * with such names leave some out.
 */
export function ollamaAbilities(capabilities: readonly string[]): ModelAbilities {
  const told = ['images', 'tools', 'reasoningEffort', 'embeddings', 'fillInTheMiddle'] as const;
  return { ...Object.fromEntries(told.map((each) => [each, false])), ...listedAbilities({ capabilities }) };
}

const capabilityNames: readonly (readonly [ModelAbility, ...string[]])[] = [
  ['images', 'vision', 'image_input', 'multimodal'],
  ['pdf', 'pdf_input'],
  ['tools', 'tools', 'tool_use', 'function_calling'],
  ['reasoningEffort', 'thinking', 'reasoning', 'effort'],
  ['structuredOutput', 'structured_outputs'],
  ['embeddings', 'embedding'],
  ['fillInTheMiddle', 'insert', 'completion_fim'],
];

/** Mistral says yes or no; Anthropic says more, and `supported` in it. */
function supported(value: unknown): unknown {
  return typeof value === 'boolean' ? value : property(value, 'supported');
}

function texts(value: unknown, key: string): readonly string[] | undefined {
  const found = property(value, key);
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : undefined;
}

/** What a provider’s list says that a model costs: OpenRouter in dollars for a token, Together for a million. */
export function listedPrice(entry: unknown): ModelPrice | undefined {
  const pricing = property(entry, 'pricing');
  const perToken = (key: string): number | undefined => {
    const dollars = Number(textProperty(pricing, key) ?? NaN);
    // A router that does not know yet whom it asks says -1. Rounded: a thousandth of a cent is exact enough.
    return dollars >= 0 && dollars < 1 ? Math.round(dollars * 1e11) / 1e5 : undefined;
  };
  const perMillion = (key: string): number | undefined => {
    const dollars = property(pricing, key);
    return typeof dollars === 'number' && dollars >= 0 ? dollars : undefined;
  };
  const input = perToken('prompt') ?? perMillion('input');
  const output = perToken('completion') ?? perMillion('output');
  const cachedInput = perToken('input_cache_read') ?? perMillion('cached_input');
  const cacheWrite = perToken('input_cache_write');
  if (input === undefined || output === undefined) return undefined;
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
}
