import type { RequestOrigin } from '../protocol/egress.ts';

/** What a provider allows in a minute, as far as the user says it. */
export interface RateLimit {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

export interface RateLimitOptions {
  /** `name` is that of what shares the limit: a provider, or one of its models. */
  limitOf(provider: string, model: string): RateLimit & { readonly name: string };
  /** Told when a request has to wait, and about how long. Milliseconds. */
  onWait(provider: string, origin: RequestOrigin, waitMs: number): void;
  readonly clock: {
    nowMs(): number;
    /** What it returns calls `callback` off. */
    after(delayMs: number, callback: () => void): () => void;
  };
}

/** One provider’s requests on their way through {@link RateLimits}. */
export interface ProviderLimits {
  /** Resolves when the request may go; `onWait` hears about how long it has to wait. Rejects when `signal` aborts meanwhile. */
  pass(
    origin: RequestOrigin,
    characters: number,
    signal: AbortSignal,
    onWait?: (waitMs: number) => void,
  ): Promise<void>;
  /** Reads what an answer says is left. */
  learn(origin: RequestOrigin, headers: Headers): void;
}

/**
 * Keeps the requests of this window within the limits of their providers, those that the user has set and those that a
 * provider tells with its answers. What somebody waits for goes before what is done in the background.
 */
export class RateLimits {
  readonly #options: RateLimitOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  of(provider: string): ProviderLimits {
    return {
      pass: async (origin, characters, signal, onWait) => {
        await this.#pass(provider, { origin, characters, signal }, (waitMs) => {
          onWait?.(waitMs);
          this.#options.onWait(provider, origin, waitMs);
        });
      },
      learn: (origin, headers) => {
        const untilMs = usedUpForMs(headers, Date.now());
        if (untilMs > 0) this.#line(provider, origin).hold(untilMs);
      },
    };
  }

  async #pass(
    provider: string,
    { origin, characters, signal }: Passing,
    onWait: (waitMs: number) => void,
  ): Promise<void> {
    const limit = this.#options.limitOf(provider, origin.model ?? '');
    const tokens = Math.ceil(characters / CHARACTERS_IN_A_TOKEN);
    await this.#line(provider, origin).pass({ tokens, limit, isAwaited: isAwaited(origin) }, signal, onWait);
  }

  #line(provider: string, { model }: RequestOrigin): Line {
    const { name } = this.#options.limitOf(provider, model ?? '');
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const line = new Line(this.#options.clock);
    this.#lines.set(name, line);
    return line;
  }
}

interface Passing {
  readonly origin: RequestOrigin;
  readonly characters: number;
  readonly signal: AbortSignal;
}

/** English and code have about four characters in a token. */
const CHARACTERS_IN_A_TOKEN = 4;
const MINUTE_MS = 60_000;

/** Somebody sits before the screen and waits for it. */
function isAwaited({ purpose }: RequestOrigin): boolean {
  return purpose !== 'title' && purpose !== 'summary' && purpose !== 'embedding';
}

interface Asked {
  readonly tokens: number;
  readonly limit: RateLimit;
  readonly isAwaited: boolean;
}

interface Waiting extends Asked {
  go(): void;
  onWait(waitMs: number): void;
}

/** Those that share a limit, and how much of it is left: a bucket for requests and one for tokens. */
class Line {
  readonly #clock: RateLimitOptions['clock'];
  #waiting: Waiting[] = [];
  /** What was taken of a minute’s worth and has not come back yet. */
  #used = { requests: 0, tokens: 0, atMs: 0 };
  #heldUntilMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: RateLimitOptions['clock']) {
    this.#clock = clock;
    this.#used.atMs = clock.nowMs();
  }

  hold(forMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#clock.nowMs() + forMs);
  }

  pass(asked: Asked, signal: AbortSignal, onWait: (waitMs: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== entry);
        reject(new Error('aborted'));
        this.#serve();
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const entry: Waiting = { ...asked, go, onWait };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(entry);
      this.#serve(entry);
    });
  }

  /** Lets go who can; `newest` hears how long it has to wait. */
  #serve(newest?: Waiting): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (;;) {
      const next = this.#waiting.find((each) => each.isAwaited) ?? this.#waiting[0];
      if (next === undefined) return;
      const waitMs = this.#waitMs(next);
      if (waitMs > 0) {
        if (newest !== undefined && this.#waiting.includes(newest)) newest.onWait(waitMs);
        this.#cancel = this.#clock.after(Math.ceil(waitMs), () => {
          this.#serve();
        });
        return;
      }
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#used.requests++;
      this.#used.tokens += next.tokens;
      next.go();
    }
  }

  #waitMs({ tokens, limit }: Asked): number {
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity } = limit;
    const nowMs = this.#clock.nowMs();
    const minutes = (nowMs - this.#used.atMs) / MINUTE_MS;
    const left = (used: number, perMinute: number): number =>
      perMinute === Infinity ? 0 : Math.max(0, used - minutes * perMinute);
    const requests = left(this.#used.requests, requestsPerMinute);
    const usedTokens = left(this.#used.tokens, tokensPerMinute);
    this.#used = { requests, tokens: usedTokens, atMs: nowMs };
    // What is larger than a whole minute’s worth goes when nothing else is under way.
    const tokenDebt = usedTokens + Math.min(tokens, tokensPerMinute) - tokensPerMinute;
    return Math.max(
      this.#heldUntilMs - nowMs,
      ((requests + 1 - requestsPerMinute) / requestsPerMinute) * MINUTE_MS || 0,
      (tokenDebt / tokensPerMinute) * MINUTE_MS || 0,
      0,
    );
  }
}

/** A provider that says that nothing is left for longer means a day’s limit, of which its next answer tells. */
const LONGEST_HOLD_MS = 2 * MINUTE_MS;

/**
 * For how long a provider says that nothing is left, of requests or tokens; 0 where it has some or does not say.
 * https://platform.openai.com/docs/guides/rate-limits https://platform.claude.com/docs/en/api/rate-limits
 */
export function usedUpForMs(headers: Headers, now: number): number {
  const held = ['requests', 'tokens'].map((what) => {
    const openAi = headers.get(`x-ratelimit-remaining-${what}`) === '0' ? headers.get(`x-ratelimit-reset-${what}`) : '';
    const anthropic =
      headers.get(`anthropic-ratelimit-${what}-remaining`) === '0'
        ? Date.parse(headers.get(`anthropic-ratelimit-${what}-reset`) ?? '') - now
        : 0;
    return Math.max(spanMs(openAi ?? ''), anthropic || 0);
  });
  const longest = Math.max(...held);
  return longest > LONGEST_HOLD_MS ? 0 : longest;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE_MS, h: 60 * MINUTE_MS };

/** Of a span such as `1m30.5s`, `20ms` or `12` (seconds); 0 for anything else. */
function spanMs(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return 0;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
}
