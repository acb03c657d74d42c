import type { ModelCorrection, ModelInfo } from '../protocol/modelInfo.ts';

/** A provider that can be set up, whether it is or not. */
export interface KnownProvider {
  readonly name: string;
  readonly displayName: string;
  /** `disabled`: set up, and not to be asked until the user wants it again. */
  readonly state: 'set up' | 'disabled' | 'not set up';
  readonly isAsked: boolean;
  /** Why it did not answer, as a sentence, and whether that is since nobody is there. */
  readonly problem: { readonly message: string; readonly isUnreachable: boolean } | null;
  readonly models: readonly KnownModel[];
}

/** A model as its list has it, and what the user says otherwise. */
export interface KnownModel {
  readonly listed: ModelInfo;
  readonly correction: ModelCorrection;
}
