import type { ModelPrice } from '../models/modelPrice.ts';

/** What a model can do besides answering a text with a text. */
export const modelAbilities = [
  'images',
  'pdf',
  'tools',
  'reasoningEffort',
  'structuredOutput',
  'promptCaching',
  'embeddings',
  'fillInTheMiddle',
  'reranking',
] as const;
export type ModelAbility = (typeof modelAbilities)[number];

/** What is not known of a model is left out. */
export type ModelAbilities = Readonly<Partial<Record<ModelAbility, boolean>>>;

/** A model as its provider lists it. */
export interface ModelInfo {
  readonly id: string;
  readonly displayName?: string;
  /** Tokens. */
  readonly contextWindow?: number;
  /** Tokens. */
  readonly outputLimit?: number;
  readonly can?: ModelAbilities;
  readonly price?: ModelPrice;
  /** The user named it; the provider need not list it. */
  readonly isNamedByUser?: true;
}

/** What the user says of a model. It goes before what its provider says, now and in every later list. */
export type ModelCorrection = Partial<Pick<ModelInfo, 'displayName' | 'contextWindow' | 'outputLimit' | 'can'>>;

/** A model as its list has it and the user corrects it. */
export function correctedModel(listed: ModelInfo, correction: ModelCorrection): ModelInfo {
  const can = { ...listed.can, ...correction.can };
  return { ...listed, ...correction, ...(Object.keys(can).length === 0 ? {} : { can }) };
}
