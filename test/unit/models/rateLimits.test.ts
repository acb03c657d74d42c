import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { type RateLimit, RateLimits, usedUpForMs } from '../../../src/models/rateLimits.ts';
import type { RequestPurpose } from '../../../src/protocol/egress.ts';

/** Time that passes only when it is told to. */
class HandClock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  async pass(durationMs: number): Promise<void> {
    this.#nowMs += durationMs;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { callback } of due) callback();
    await turn();
  }
}

describe('The limits of a provider', () => {
  let clock: HandClock;
  let limit: RateLimit;
  let gone: string[];
  let waits: number[];
  let limits: RateLimits;

  beforeEach(() => {
    clock = new HandClock();
    [limit, gone, waits] = [{}, [], []];
    limits = new RateLimits({
      clock,
      limitOf: (name) => ({ ...limit, name }),
      onWait: (_provider, _origin, waitMs) => waits.push(Math.round(waitMs)),
    });
  });

  async function send(name: string, tokens = 1, purpose: RequestPurpose = 'chat', signal?: AbortSignal): Promise<void> {
    const origin = { purpose, model: 'm', files: [] };
    limits
      .of('acme')
      .pass(origin, tokens * 4, signal ?? new AbortController().signal)
      .then(
        () => gone.push(name),
        () => gone.push(`${name} left`),
      );
    await turn();
  }

  it('keep nobody waiting where there are none', async () => {
    for (let count = 0; count < 100; count++) await send('a', 1e6);
    assert.deepEqual([gone.length, waits], [100, []]);
  });

  it('let a minute’s worth of requests go, and then one at a time', async () => {
    limit = { requestsPerMinute: 2 };
    for (const name of ['a', 'b', 'c', 'd']) await send(name);
    assert.deepEqual(
      [gone, waits],
      [
        ['a', 'b'],
        [30_000, 30_000],
      ],
    );
    await clock.pass(30_000);
    assert.deepEqual(gone, ['a', 'b', 'c']);
    await clock.pass(30_000);
    assert.deepEqual(gone, ['a', 'b', 'c', 'd']);
  });

  it('count tokens, and let one that is too large go when all is free', async () => {
    limit = { tokensPerMinute: 600 };
    await send('a', 300);
    await send('b', 500);
    assert.deepEqual([gone, waits], [['a'], [20_000]]);
    await clock.pass(20_000);
    await send('huge', 9_000);
    assert.deepEqual(gone, ['a', 'b']);
    await clock.pass(60_000);
    assert.deepEqual(gone, ['a', 'b', 'huge']);
  });

  it('let go first what somebody waits for', async () => {
    limit = { requestsPerMinute: 1 };
    await send('a');
    await send('title', 1, 'title');
    await send('embedding', 1, 'embedding');
    await send('question');
    for (let minute = 0; minute < 3; minute++) await clock.pass(60_000);
    assert.deepEqual(gone, ['a', 'question', 'title', 'embedding']);
  });

  it('let go of who stops waiting, and of those behind it', async () => {
    limit = { requestsPerMinute: 1 };
    const controller = new AbortController();
    await send('a');
    await send('b', 1, 'chat', controller.signal);
    await send('c');
    controller.abort();
    await turn();
    await clock.pass(60_000);
    assert.deepEqual(gone, ['a', 'b left', 'c']);
    await send('late', 1, 'chat', controller.signal);
    assert.equal(gone.at(-1), 'late left');
  });

  it('hold what follows when a provider says that nothing is left', async () => {
    const headers = new Headers({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1.5s' });
    limits.of('acme').learn({ purpose: 'chat', model: 'm', files: [] }, headers);
    await send('a');
    assert.deepEqual([gone, waits], [[], [1_500]]);
    await clock.pass(1_500);
    assert.deepEqual(gone, ['a']);
  });
});

describe('What a provider says is left', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const cases: readonly (readonly [headers: Record<string, string>, ms: number])[] = [
    [{}, 0],
    [{ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '20s' }, 0],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m0.5s' }, 60_500],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms' }, 20],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': 'soon' }, 0],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '23h' }, 0],
    [{ 'x-ratelimit-remaining-tokens': '0' }, 0],
    [
      { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': '2026-11-22T12:00:07Z' },
      7_000,
    ],
    [{ 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': 'never' }, 0],
  ];
  for (const [headers, ms] of cases) {
    it(`is read as ${ms} ms: ${JSON.stringify(headers)}`, () => {
      assert.equal(usedUpForMs(new Headers(headers), now), ms);
    });
  }
});
