import { type ModelAbilities, type ModelAbility, modelAbilities } from '../protocol/modelInfo.ts';
import { fimTemplateOf } from './fimTemplates.ts';

/** Names of models that turn text into vectors. */
export const EMBEDS = /embed|minilm|(?:^|[-_/])(?:bge|e5|gte)(?:[-_.:]|$)/i;

/** Names of models that put texts in order. */
export const RERANKS = /rerank|cross-encoder/i;

const seeing = ['images', 'pdf', 'tools', 'structuredOutput', 'promptCaching'] as const;

/**
 * What models of well-known families can, and nothing else, whoever offers them: the first that fits. From the
 * providers’ own pages about their models.
 */
const families: readonly (readonly [name: RegExp, can: readonly ModelAbility[]])[] = [
  [RERANKS, ['reranking']],
  [EMBEDS, ['embeddings']],
  [/^gpt-5(?:[-.\d]*)-chat/, seeing],
  [/^gpt-[5-9]/, [...seeing, 'reasoningEffort']],
  [/^(?:chat)?gpt-4(?:\.1|\.5|o)/, seeing],
  [/^gpt-4-turbo/, ['images', 'tools']],
  [/^gpt-(?:3\.5-turbo|4)(?!-turbo-instruct)/, ['tools']],
  [/^gpt-oss/, ['tools', 'reasoningEffort', 'structuredOutput']],
  [/^o3-mini/, ['tools', 'reasoningEffort', 'structuredOutput', 'promptCaching']],
  [/^o1-(?:mini|preview)/, ['promptCaching']],
  [/^(?:o[134]|codex)(?:-|$)/, [...seeing, 'reasoningEffort']],
  [/^claude-(?:2|instant)/, []],
  [/^claude-3-(?:haiku|opus|sonnet)/, ['images', 'tools', 'promptCaching']],
  [/^claude-opus-(?:4-[5-9]|[5-9])/, [...seeing, 'reasoningEffort']],
  [/^claude-\w+-(?:4-[5-9]|[5-9])/, seeing],
  [/^claude-/, ['images', 'pdf', 'tools', 'promptCaching']],
  [/^gemini-(?:1|2\.0)/, seeing],
  [/^gemini-/, [...seeing, 'reasoningEffort']],
  [/^deepseek-(?:chat|reasoner)$/, ['tools', 'promptCaching']],
  [/^grok-4/, ['images', 'tools', 'structuredOutput', 'promptCaching']],
  [/^grok-(?:3|code)/, ['tools', 'structuredOutput', 'promptCaching']],
];

/** What a model can by its name. What its name does not tell is left out. */
export function knownAbilities(model: string): ModelAbilities {
  const name = model.toLowerCase().split('/').at(-1) ?? '';
  const family = families.find(([names]) => names.test(name));
  if (family === undefined) return fimTemplateOf(model) === undefined ? {} : { fillInTheMiddle: true };
  return Object.fromEntries(modelAbilities.map((ability) => [ability, family[1].includes(ability)]));
}
