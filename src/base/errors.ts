/**
 * What went wrong, as a word that code can act on. It survives the way through RPC, where a class
 * does not.
 */
export type ErrorCode = (typeof errorCodes)[number];

const errorCodes = [
  'aborted',
  'closed',
  'invalid',
  'not-found',
  'read-only',
  'disk-full',
  'damaged',
  'conflict',
  'outdated',
  'unsupported',
  'keychain',
  'locked',
  'local-only',
  'forbidden',
  'model',
  'internal',
] as const;

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

/** The code that anything thrown or received carries; `internal` for what has none of ours. */
export function errorCode(error: unknown): ErrorCode {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return errorCodes.find((known) => known === code) ?? 'internal';
}

/** The sentence to show for any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
