import type { ModelInfo } from '../protocol/modelInfo.ts';

/** What serves most questions about code best at a fair price, by the names that providers give: the first that fits. */
const fitting: Readonly<Partial<Record<string, readonly RegExp[]>>> = {
  openai: [/^gpt-[5-9](?:\.\d+)?$/, /^gpt-\d/],
  anthropic: [/sonnet/],
  google: [/^gemini-[\d.]+-flash$/, /^gemini-flash-latest$/, /^gemini-[\d.]+-pro$/],
  mistral: [/^mistral-large-latest$/, /^codestral-latest$/, /^mistral-medium/],
  deepseek: [/^deepseek-chat$/],
  openrouter: [/^openrouter\/auto$/],
  xai: [/^grok-code/, /^grok-\d+(?:[.-]\d+)*$/],
};

/** The model to begin with where the user has not chosen yet: of those that fit best the newest; undefined without any. */
export function recommendedModel(provider: string, models: readonly ModelInfo[]): ModelInfo | undefined {
  for (const name of fitting[provider] ?? []) {
    // Later versions have higher numbers; where there are none, the provider’s own order counts: the newest first.
    const [best] = models.filter(({ id }) => name.test(id)).sort((one, other) => version(other.id) - version(one.id));
    if (best !== undefined) return best;
  }
  return models[0];
}

/** The first number of a name, with what follows its point; 0 without one. A date is no version. */
function version(id: string): number {
  const [, number = '0', part = '0'] = /(?:^|\D)(\d{1,2})(?:[.-](\d{1,2})(?!\d))?(?!\d)/.exec(id) ?? [];
  return Number(number) + Number(part) / 100;
}
