import { SextantError } from '../base/errors.ts';

/** Why a model did not answer, as the user would tell it apart. */
export type ModelErrorKind =
  'auth' | 'rate-limit' | 'too-large' | 'not-found' | 'network' | 'server' | 'bad-response' | 'refused';

/** What can be offered with an error: a button of its card. */
export type ModelErrorAction =
  | 'set-key'
  | 'pick-model'
  | 'edit-endpoint'
  | 'edit-parameters'
  | 'edit-proxy'
  | 'start-server'
  | 'retry'
  | 'use-offline'
  | 'change-budget'
  /** Of a prompt that is too long: summarise what was said before; leave out what is largest of what is attached, or send a part of it. */
  | 'compact'
  | 'leave-out'
  | 'send-part';

export interface ModelErrorDetails {
  readonly kind: ModelErrorKind;
  readonly actions: readonly ModelErrorAction[];
  /** How long the provider asks to wait, milliseconds. */
  readonly retryAfterMs?: number;
  /** How many tokens the model takes, where that is what is wrong and the provider says so. */
  readonly contextWindow?: number;
}

/** An error of code `model`; its `data` is {@link ModelErrorDetails}. The message is for the user and names no secret. */
export function modelError(details: ModelErrorDetails, message: string, cause?: unknown): SextantError {
  return new SextantError('model', message, { cause, data: { ...details } });
}
