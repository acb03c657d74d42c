import * as v from 'valibot';
import type { ModelAbility } from './modelInfo.ts';

const flag = v.exactOptional(v.boolean());

/** What is known or said of what a model can, and nothing else. */
export const abilitiesSchema = v.strictObject({
  images: flag,
  pdf: flag,
  tools: flag,
  reasoningEffort: flag,
  structuredOutput: flag,
  promptCaching: flag,
  embeddings: flag,
  fillInTheMiddle: flag,
  reranking: flag,
} satisfies Record<ModelAbility, typeof flag>);
