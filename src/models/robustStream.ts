import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { Held, OnHeld } from '../protocol/held.ts';
import type { RequestOrigin } from '../protocol/egress.ts';
import { describeFailure } from './describeFailure.ts';
import type { Endpoint } from './endpoint.ts';
import { type Failure, failureOf, isRetryable, wordsIn } from './failure.ts';
import { checkHeaders } from './requestHeaders.ts';
import { type Timeouts, Watchdog, defaultTimeouts } from './watchdog.ts';
import { type BodyEdges, type WireFetch, wireFetch } from './wireFetch.ts';

/** What one attempt works with. */
export interface Attempt {
  readonly fetch: WireFetch;
  readonly signal: AbortSignal;
  readonly edges: Readonly<BodyEdges>;
}

export interface Robustness {
  readonly timeouts: Timeouts;
  /** Further attempts after a failed one that showed nothing. */
  readonly retries: number;
  /** Pause before the first further attempt, milliseconds; it doubles, and is shortened by chance by up to a half. */
  readonly firstDelayMs: number;
  /** A provider that asks for a longer pause is not waited for, milliseconds. */
  readonly longestWaitMs: number;
  readonly onHeld?: OnHeld;
}

export const defaultRobustness: Robustness = {
  timeouts: defaultTimeouts,
  retries: 2,
  firstDelayMs: 500,
  longestWaitMs: 20_000,
};

/**
 * Runs a wire: with limits on silence, again when it failed in a way that passes and nothing was shown
 * yet, and with every failure as a model error whose sentence is for the user. When `signal` aborts, it
 * ends with code `aborted`. `origin` is what the ledger says of each attempt. Time that the consumer takes for a piece does not count as silence.
 */
export async function* robustStream<T>(
  endpoint: Endpoint,
  origin: RequestOrigin & { readonly model: string },
  robustness: Robustness,
  signal: AbortSignal,
  open: (attempt: Attempt) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const tell = holding(endpoint, robustness);
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted) throw abortedError();
    const watchdog = new Watchdog(robustness.timeouts, signal);
    const edges: BodyEdges = { head: '', tail: '' };
    let hasShown = false;
    let failure: Failure;
    try {
      checkHeaders(endpoint);
      const fetch = wireFetch(endpoint, origin, watchdog, edges, (waitMs) => {
        tell('limit', waitMs, attempt);
      });
      for await (const part of open({ fetch, signal: watchdog.signal, edges })) {
        if (!hasShown) watchdog.enter('stall');
        hasShown = true;
        watchdog.pause();
        yield part;
        watchdog.resume();
      }
      return;
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it was not aborted before
      if (signal.aborted) throw abortedError();
      failure = watchdog.failure ?? named(failureOf(error), hasShown, edges);
    } finally {
      tell('limit', null, attempt);
      watchdog.dispose();
    }
    const waitMs = hasShown || attempt >= robustness.retries ? null : retryDelayMs(failure, attempt, robustness);
    if (waitMs === null) throw describeFailure(failure, endpoint, origin.model, hasShown);
    tell('retry', waitMs, attempt + 1);
    await pause(waitMs, signal).finally(() => {
      tell('retry', null, attempt);
    });
  }
}

/** Tells whoever wants to know that a request waits; that it goes, only where it has waited. */
function holding(
  { displayName: provider }: Endpoint,
  { onHeld, retries }: Robustness,
): (why: Held['why'], waitMs: number | null, attempt: number) => void {
  let isHeld = false;
  return (why, waitMs, attempt) => {
    if (waitMs === null && !isHeld) return;
    isHeld = waitMs !== null;
    const counted = { attempt: attempt + 1, attempts: retries + 1 };
    onHeld?.(waitMs === null ? null : { why, provider, untilMs: Date.now() + waitMs, ...counted });
  };
}

/** A stream that broke off before it began was something else: what, its first characters say. */
function named(failure: Failure, hasShown: boolean, edges: BodyEdges): Failure {
  if (hasShown || (failure.type !== 'incomplete' && failure.type !== 'unreadable')) return failure;
  const head = edges.head.trim();
  if (head === '') return failure.type === 'incomplete' ? { type: 'empty' } : failure;
  if (head.startsWith('<')) return { type: 'web-page' };
  const said = head.startsWith('{') || head.startsWith('[') ? wordsIn(head) : null;
  return said === null ? failure : { type: 'status', status: 200, said, retryAfterMs: null };
}

/** Null when another attempt makes no sense. */
function retryDelayMs(failure: Failure, attempt: number, robustness: Robustness): number | null {
  if (!isRetryable(failure)) return null;
  const ownMs = robustness.firstDelayMs * 2 ** attempt * (1 - Math.random() / 2);
  const askedMs = failure.type === 'status' ? (failure.retryAfterMs ?? 0) : 0;
  return askedMs > robustness.longestWaitMs ? null : Math.max(ownMs, askedMs);
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortedError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function abortedError(): SextantError {
  return new SextantError('aborted', t('The request was cancelled.'));
}
