import { listProperty, parseJson, property, textProperty } from './json.ts';

/** Which silence went on for too long: before any answer, before the first text, or after some text. */
export type TimeoutPhase = 'connect' | 'first-token' | 'stall';

/** What went wrong on the wire, as a fact; the sentence for the user is made of it in describeFailure.ts. */
export type Failure =
  /** An answer with an error, by status or (then the status is the one the provider names, or 500) inside a stream. */
  | {
      readonly type: 'status';
      readonly status: number;
      /** The provider's own words: may hold anything a stranger likes. */
      readonly said: string | null;
      readonly retryAfterMs: number | null;
    }
  | { readonly type: 'redirect'; readonly location: string | null }
  /** A web page where an answer should be. */
  | { readonly type: 'web-page' }
  /** `code` is the system's or undici's, `unknown` where there is none. */
  | { readonly type: 'network'; readonly code: string }
  | { readonly type: 'timeout'; readonly phase: TimeoutPhase; readonly afterMs: number }
  /** The stream ended without the frame that says that it is over. */
  | { readonly type: 'incomplete' }
  /** The stream is complete, and there is nothing in it. */
  | { readonly type: 'empty' }
  /** Complete, empty, and the provider's content filter is why. */
  | { readonly type: 'withheld' }
  | { readonly type: 'unreadable' }
  | { readonly type: 'oversized'; readonly limitBytes: number }
  /** The prompt is longer than the model's context, found before it was sent. */
  | { readonly type: 'too-long'; readonly contextWindow: number }
  /** A header of the user's cannot be sent as it is; nothing was sent. */
  | { readonly type: 'bad-header'; readonly header: string }
  /** A parameter of the user's would make it another request; nothing was sent. */
  | { readonly type: 'bad-parameter'; readonly parameter: string }
  /** The provider needs a key and there is none; nothing was sent. */
  | { readonly type: 'no-key' }
  /** The user has Sextant send nothing beyond this machine; nothing was sent. */
  | { readonly type: 'local-only' }
  /** A policy does not allow the provider or the address, as the sentence says; nothing was sent. */
  | { readonly type: 'forbidden'; readonly sentence: string };

/** Carries a failure through code that only knows how to throw. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.type);
    this.failure = failure;
  }
}

/** True for a wire's error, also one that another bundle has thrown: the AI SDK's is loaded apart from who reads it. */
export function isWireError(error: unknown): error is WireError {
  return error instanceof Error && error.name === 'WireError' && 'failure' in error;
}

const DEEPEST_CAUSE = 8;

/** The failure behind whatever a wire threw. */
export function failureOf(error: unknown): Failure {
  for (let current = error, depth = 0; current !== undefined && depth < DEEPEST_CAUSE; depth++) {
    if (isWireError(current)) return current.failure;
    current = property(current, 'cause') ?? (current instanceof Error ? current.cause : undefined);
  }
  const code = networkCode(error);
  return code === null ? { type: 'unreadable' } : { type: 'network', code };
}

/** The system's code for a failed connection, from wherever in the chain of causes it stands. */
export function networkCode(error: unknown): string | null {
  for (let current = error, depth = 0; current instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    // Node’s fetch says as for any that broke off why a proxy lets nobody through, but for these words.
    if (current.message.startsWith('Proxy response (407)')) return 'ERR_PROXY_AUTH_REQUESTED';
    const code = textProperty(current, 'code');
    if (code !== undefined) return code;
    if (current.name === 'HTTPParserError') return current.name;
    const electron = /net::(ERR_\w+)/.exec(current.message)?.[1];
    if (electron !== undefined) return electron;
    current = current.cause;
  }
  return null;
}

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]);

/** Codes of a connection that may work a moment later. One that is refused or has no name will not. */
const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ENETRESET',
  'UND_ERR_SOCKET',
  'ERR_CONNECTION_RESET',
  'ERR_CONNECTION_CLOSED',
  'ERR_NETWORK_CHANGED',
  'unknown',
]);

/** True when the same request may succeed a moment later. */
export function isRetryable(failure: Failure): boolean {
  switch (failure.type) {
    case 'status':
      return RETRYABLE_STATUS.has(failure.status) && !saysNoCredit(failure.said);
    case 'network':
      return RETRYABLE_CODES.has(failure.code);
    case 'redirect':
    case 'web-page':
    case 'timeout':
    case 'incomplete':
    case 'empty':
    case 'withheld':
    case 'unreadable':
    case 'oversized':
    case 'too-long':
    case 'bad-header':
    case 'bad-parameter':
    case 'no-key':
    case 'local-only':
    case 'forbidden':
      return false;
  }
}

/** True when a provider's words say that the account is empty, which comes as 400, 402, 403 or 429. */
export function saysNoCredit(said: string | null): boolean {
  return (
    said !== null &&
    /insufficient[_ ](?:quota|funds|balance|credit)|credit balance|exceeded your current quota|billing/i.test(said)
  );
}

/** True when a provider's words say that the key is wrong. */
export function saysBadKey(said: string | null): boolean {
  return (
    said !== null &&
    /api[ _-]?key (?:is )?(?:not valid|invalid|expired)|(?:invalid|incorrect) (?:x-)?api[ _-]?key/i.test(said)
  );
}

/** True when a provider's words say that the prompt is longer than the model takes. */
export function saysTooLong(said: string | null): boolean {
  return (
    said !== null &&
    /context[ _](?:length|window|size)|maximum context|prompt is too long|too many tokens|token count.*exceeds|input (?:length|is too long)|exceed_context/i.test(
      said,
    )
  );
}

/** How many tokens the model takes, where a provider says so when it refuses a prompt; null where it does not. */
export function limitSaid(said: string | null): number | null {
  const found =
    /(?:maximum|available) context (?:length|size|window)[^\d.]{0,30}(\d[\d,]*)/i.exec(said ?? '') ??
    /\d(?: tokens)? > (\d[\d,]*)/i.exec(said ?? '') ??
    /tokens allowed \(?(\d[\d,]*)/i.exec(said ?? '') ??
    /(\d[\d,]*)(?: tokens)? (?:maximum context|context (?:length|size|window))/i.exec(said ?? '') ??
    /context (?:length|size|window) (?:of|is|limit(?: of)?) (\d[\d,]*)/i.exec(said ?? '');
  const tokens = Number(found?.[1]?.replaceAll(',', ''));
  return Number.isSafeInteger(tokens) && tokens >= SMALLEST_WINDOW ? tokens : null;
}

/** Tokens. A smaller number is not one of a window. */
const SMALLEST_WINDOW = 256;

/** The provider's own words in the body of an error, by the forms that are about; null where it says nothing. */
export function wordsIn(body: string): string | null {
  const parsed = parseJson(body);
  const value = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed;
  const error = property(value, 'error');
  return (
    textProperty(error, 'message') ??
    textProperty(value, 'error') ??
    textProperty(value, 'message') ??
    textProperty(value, 'detail') ??
    textProperty(listProperty(value, 'errors')[0], 'message') ??
    null
  );
}
