/**
 * What went wrong, as a word that code can act on. It survives the way through RPC, where a class
 * does not.
 */
export type ErrorCode =
  | 'aborted'
  | 'closed'
  | 'invalid'
  | 'not-found'
  | 'read-only'
  | 'disk-full'
  | 'damaged'
  | 'conflict'
  | 'outdated'
  | 'unsupported'
  | 'keychain'
  | 'model'
  | 'internal';

/** An error whose message is a sentence for the user: what happened, and what to do about it. */
export class SextantError extends Error {
  override readonly name = 'SextantError';
  readonly code: ErrorCode;
  /** Further facts for code, plain JSON, never a secret or file content. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; data?: Record<string, unknown> } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.data = options.data ?? {};
  }
}

/** True for an error of Sextant's own, also one that another bundle of it has made. */
export function isSextantError(error: unknown): error is SextantError {
  return error instanceof Error && error.name === 'SextantError' && 'code' in error;
}

/** True when the error only says that somebody asked to stop. */
export function isAbort(error: unknown): boolean {
  return (isSextantError(error) && error.code === 'aborted') || (error instanceof Error && error.name === 'AbortError');
}

/** The sentence to show for any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
