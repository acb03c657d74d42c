import type { CompletionEvent } from '../completionEvents.ts';
import type { Acceptance, Outcome } from './suggestionTracker.ts';
import { type Kept, LOOKS_SECONDS } from './survival.ts';

/** What is timed: see {@link CompletionEvent}. `request` and `cache` are from the keystroke to the suggestion. */
export type Timed = 'engine' | 'firstText' | 'answer' | 'request' | 'cache';

export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** What completion did since the window was opened. Nothing of it says what was written. */
export interface StatisticsSnapshot {
  readonly requests: number;
  readonly prefetches: number;
  readonly cancelled: number;
  readonly failed: number;
  readonly shown: number;
  /** Suggestions of which something was taken, and how often what. */
  readonly accepted: number;
  readonly acceptedBy: Readonly<Record<Acceptance, number>>;
  readonly acceptedCharacters: number;
  readonly rejected: number;
  /** How much is left of what was taken, as a mean from 0 to 1; null before anybody has looked. */
  readonly kept: readonly {
    readonly afterSeconds: Kept['afterSeconds'];
    readonly count: number;
    readonly share: number | null;
  }[];
  readonly times: Readonly<Record<Timed, Percentiles>>;
}

const TIMES_KEPT = 1_000;
const IDS_KEPT = 1_000;

/** Counts what completion does in this session. */
export class CompletionStatistics {
  readonly #times: Record<Timed, number[]> = { engine: [], firstText: [], answer: [], request: [], cache: [] };
  readonly #taken = new Set<number>();
  readonly #acceptedBy: Record<Acceptance, number> = { whole: 0, line: 0, word: 0 };
  readonly #shares = new Map<Kept['afterSeconds'], number[]>(LOOKS_SECONDS.map((seconds) => [seconds, []]));
  #counts = { requests: 0, prefetches: 0, cancelled: 0, failed: 0, shown: 0, accepted: 0, rejected: 0 };
  #acceptedCharacters = 0;

  addEvent(event: CompletionEvent): void {
    switch (event.type) {
      case 'requested':
        this.#counts.requests++;
        if (event.isPrefetch) this.#counts.prefetches++;
        break;
      case 'answered':
        this.#time('engine', event.stages.engineMs);
        if (event.outcome === 'cancelled') this.#counts.cancelled++;
        if (event.outcome === 'failed') this.#counts.failed++;
        if (event.outcome !== 'complete') break;
        if (event.stages.firstTextMs !== null) this.#time('firstText', event.stages.firstTextMs);
        this.#time('answer', event.stages.totalMs);
        break;
      case 'offered':
        this.#time(event.from, event.elapsedMs);
        break;
    }
  }

  addOutcome(outcome: Outcome): void {
    switch (outcome.type) {
      case 'shown':
        this.#counts.shown++;
        break;
      case 'accepted':
        if (!this.#taken.has(outcome.id)) this.#counts.accepted++;
        this.#taken.add(outcome.id);
        if (this.#taken.size > IDS_KEPT) this.#taken.clear();
        this.#acceptedBy[outcome.how]++;
        this.#acceptedCharacters += outcome.text.length;
        break;
      case 'rejected':
        this.#counts.rejected++;
        break;
      case 'inserted':
        break;
    }
  }

  addKept({ afterSeconds, share }: Kept): void {
    this.#shares.get(afterSeconds)?.push(share);
  }

  snapshot(): StatisticsSnapshot {
    const { engine, firstText, answer, request, cache } = this.#times;
    return {
      ...this.#counts,
      acceptedBy: { ...this.#acceptedBy },
      acceptedCharacters: this.#acceptedCharacters,
      kept: [...this.#shares].map(([afterSeconds, shares]) => ({
        afterSeconds,
        count: shares.length,
        share: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
      })),
      times: {
        engine: percentiles(engine),
        firstText: percentiles(firstText),
        answer: percentiles(answer),
        request: percentiles(request),
        cache: percentiles(cache),
      },
    };
  }

  #time(what: Timed, ms: number): void {
    const times = this.#times[what];
    times.push(ms);
    if (times.length > TIMES_KEPT) times.shift();
  }
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}
