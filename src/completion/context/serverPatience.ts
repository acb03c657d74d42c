import type { Clock } from '../clock.ts';

/** A server that has not answered by then has lost the question, or is stuck; the time doubles each time. */
const GIVE_UP_MS = 30_000;
const LONGEST_GIVE_UP_MS = 10 * 60_000;
/** A server that is slow again and again is left alone for so many times as long as it took. */
const REST_FACTOR = 4;
const LONGEST_REST_MS = 60_000;

interface Slow {
  /** How often in a row it was late. */
  readonly times: number;
  readonly askAgainAtMs: number;
}

/**
 * Says whether a server that may be busy is to be asked: it has at most one question that it has not answered in time,
 * and one that is slow again and again spends a small part of its time on us. Each server has a name.
 */
export class ServerPatience {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #slow = new Map<string, Slow>();

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  mayAsk(server: string): boolean {
    return this.#clock.nowMs() >= (this.#slow.get(server)?.askAgainAtMs ?? -Infinity);
  }

  answeredInTime(server: string): void {
    this.#slow.delete(server);
  }

  /** What was asked at `askedAtMs` is not answered in time. What is returned is to be called when the answer comes. */
  isLate(server: string, askedAtMs: number): () => void {
    const times = (this.#slow.get(server)?.times ?? 0) + 1;
    const giveUpMs = Math.min(LONGEST_GIVE_UP_MS, GIVE_UP_MS * 2 ** (times - 1));
    const waiting: Slow = { times, askAgainAtMs: this.#clock.nowMs() + giveUpMs };
    this.#slow.set(server, waiting);
    return () => {
      if (this.#slow.get(server) !== waiting) return;
      const nowMs = this.#clock.nowMs();
      // The first question to a server that has just started takes long, and the next does not.
      const restMs = times === 1 ? 0 : Math.min(LONGEST_REST_MS, REST_FACTOR * (nowMs - askedAtMs));
      this.#slow.set(server, { times, askAgainAtMs: nowMs + restMs });
    };
  }
}
