import { isAbort } from '../base/errors.ts';
import type { Clock } from './clock.ts';
import { restAfter } from './completionCache.ts';
import type { Suggestion } from './completionEvents.ts';
import { type Place, typedBetween } from './place.ts';
import { withLineEndsOf } from './postProcess.ts';
import type { StreamFilter } from './streamFilter.ts';

/**
 * One request to a model. Whoever waits for it may change while it runs: typing what it is about to
 * say keeps it, anything else ends it.
 */
export class RunningCompletion {
  readonly #id: number;
  readonly #place: Place;
  readonly #clock: Clock;
  readonly #makeFilter: () => StreamFilter;
  #filter: StreamFilter | undefined;
  readonly #abort = new AbortController();
  readonly #text: Promise<string | undefined>;
  /** Where the cursor is by now. */
  #wanted: Place;
  #followers = 0;
  #firstTextAtMs: number | null = null;

  constructor(
    { id, place }: { readonly id: number; readonly place: Place },
    makeFilter: () => StreamFilter,
    clock: Clock,
    start: (signal: AbortSignal) => Promise<AsyncIterable<string>>,
  ) {
    this.#id = id;
    this.#place = place;
    this.#clock = clock;
    this.#wanted = place;
    this.#makeFilter = makeFilter;
    this.#text = this.#run(start);
    // Whoever follows hears of a failure; when nobody does any more, it is nobody's concern.
    this.#text.catch(() => undefined);
  }

  /** How many callers wait. */
  get followers(): number {
    return this.#followers;
  }

  /** When the model began to speak; null before. */
  get firstTextAtMs(): number | null {
    return this.#firstTextAtMs;
  }

  /** True while what has come agrees with what was typed up to `place`. */
  mayServe(place: Place): boolean {
    if (this.#abort.signal.aborted) return false;
    const typed = typedBetween(this.#place, place);
    if (typed === undefined) return false;
    const come = withLineEndsOf(this.#place, this.#filter?.text ?? '');
    return come.startsWith(typed) || (this.#filter?.isDone !== true && typed.startsWith(come));
  }

  /**
   * The rest of the text at `place` once all of it has come; undefined when it cannot serve. Rejects
   * with the model's error. Undefined as soon as `signal` aborts.
   */
  async follow(place: Place, signal: AbortSignal): Promise<Suggestion | undefined> {
    if (signal.aborted) return undefined;
    this.#wanted = place;
    this.#followers++;
    let leave: () => void = () => undefined;
    try {
      const left = new Promise<undefined>((resolve) => {
        leave = () => {
          resolve(undefined);
        };
        signal.addEventListener('abort', leave, { once: true });
      });
      const text = await Promise.race([this.#text, left]);
      const rest = text === undefined ? undefined : restAfter(text, typedBetween(this.#place, place));
      return rest === undefined ? undefined : { id: this.#id, text: rest };
    } finally {
      signal.removeEventListener('abort', leave);
      this.#followers--;
    }
  }

  /** The whole text for the place of the request; undefined when it was cancelled. */
  get text(): Promise<string | undefined> {
    return this.#text;
  }

  cancel(): void {
    this.#abort.abort();
  }

  async #run(start: (signal: AbortSignal) => Promise<AsyncIterable<string>>): Promise<string | undefined> {
    const { signal } = this.#abort;
    try {
      for await (const piece of await start(signal)) {
        if (signal.aborted) return undefined;
        this.#firstTextAtMs ??= this.#clock.nowMs();
        const filter = this.#readyFilter();
        filter.push(piece);
        // Leaving the loop ends the stream, and with it what the rest would cost.
        if (filter.isDone) break;
        if (!this.mayServe(this.#wanted)) {
          this.cancel();
          return undefined;
        }
      }
      return signal.aborted ? undefined : withLineEndsOf(this.#place, this.#readyFilter().finish());
    } catch (error) {
      if (signal.aborted || isAbort(error)) return undefined;
      throw error;
    }
  }

  /** Made when the answer begins: the request need not wait for it. */
  #readyFilter(): StreamFilter {
    return (this.#filter ??= this.#makeFilter());
  }
}
