import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { isSextantError } from '../base/errors.ts';
import type { ModelRef } from '../models/chatModel.ts';
import type { CompletionModel, CompletionRequest } from '../models/completionModel.ts';
import { isSecretFile } from '../privacy/secretFiles.ts';
import type { Clock } from './clock.ts';
import { CompletionCache } from './completionCache.ts';
import type { CompletionEvent, Suggestion } from './completionEvents.ts';
import type { CompletionContext, CompletionInput } from './completionInput.ts';
import type { Place } from './place.ts';
import { fitSuggestion } from './postProcess.ts';
import { promptWindow } from './promptWindow.ts';
import { RunningCompletion } from './runningCompletion.ts';
import { StreamFilter } from './streamFilter.ts';
import { TypingPace } from './typingPace.ts';

/** Which model completes. */
export interface CompletionSource {
  /** Null when the user has chosen none. Asked at each keystroke. */
  chosen(): ModelRef | null;
  /** Asked for each request; throws a model error. */
  open(ref: ModelRef): Promise<CompletionModel>;
}

const WINDOW_CHARACTERS = 8_000;
/** How long a request nobody waits for any more goes on, in case the next keystroke wants it. */
const GRACE_MS = 400;
const MAX_LINES = 40;
const LINE_TOKENS = 96;
const BLOCK_TOKENS = 384;
/** Of the suggestions of late, how many must have been typed or taken for the next to be asked for ahead. */
const LIKELY = 0.5;
const FIRST_LIKELINESS = 0.4;
const LIKELINESS_WEIGHT = 0.1;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/** What can be switched off to see what it is worth. */
export interface CompletionTuning {
  /** Suggestions that are remembered; 0 for none. */
  readonly cached: number;
  /** Whether the next completion is asked for while one is likely to be accepted. */
  readonly asksAhead: boolean;
  /** Milliseconds between a key and its request; `adaptive` for what the typing and the model's answers suggest. */
  readonly wait: 'adaptive' | number;
}

const usualTuning: CompletionTuning = { cached: 200, asksAhead: true, wait: 'adaptive' };

/**
 * Suggests what comes at a cursor. One request is in flight at most; what was suggested once and is
 * typed, or deleted back into, is served without one; while one is being typed the next is asked for. After a failure automatic requests pause,
 * longer each time, and not less than the provider asked for.
 */
export class CompletionEngine implements Disposable {
  readonly #source: CompletionSource;
  readonly #clock: Clock;
  readonly #context: CompletionContext;
  readonly #events = new Emitter<CompletionEvent>();
  readonly #tuning: CompletionTuning;
  readonly #cache: CompletionCache;
  readonly #pace = new TypingPace();
  #running: RunningCompletion | undefined;
  #latestCall = 0;
  #failures = 0;
  #pausedUntilMs = -Infinity;

  readonly onDidHappen: Event<CompletionEvent> = this.#events.event;
  #nextId = 1;
  /** The suggestion that was offered last, and whether some of it was typed or taken. */
  #lastOffer: { readonly id: number; readonly offset: number; readonly text: string; isTaken: boolean } | undefined;
  /** Share of the suggestions of late that were. */
  #likeliness = FIRST_LIKELINESS;

  constructor(source: CompletionSource, clock: Clock, context: CompletionContext, tuning = usualTuning) {
    this.#source = source;
    this.#clock = clock;
    this.#context = context;
    this.#tuning = tuning;
    this.#cache = new CompletionCache(tuning.cached);
  }

  /**
   * What to insert at the cursor; null when there is none, when
   * no model is chosen, when a later call has taken over, and when `signal` aborts. Throws the model's error.
   */
  async complete(input: CompletionInput, signal: AbortSignal): Promise<Suggestion | null> {
    const calledAtMs = this.#clock.nowMs();
    const ref = this.#source.chosen();
    const call = ++this.#latestCall;
    const isStale = (): boolean => signal.aborted || call !== this.#latestCall;
    if (ref === null || isStale() || !isWorthAsking(input)) return null;
    if (input.trigger === 'automatic') this.#pace.typed(calledAtMs);
    this.#noteTaken(input);
    const place = placeOf(ref, input);
    const offer = (rest: Suggestion, from: 'request' | 'cache'): Suggestion | null => {
      const text = fitSuggestion(rest.text, place);
      if (text === null) return null;
      const suggestion = { id: rest.id, text };
      this.#events.fire({ type: 'offered', suggestion, input, from, elapsedMs: this.#clock.nowMs() - calledAtMs });
      this.#askAhead(ref, input, suggestion);
      return suggestion;
    };

    const known = this.#cache.find(place);
    if (known !== undefined && (known.text !== '' || input.trigger === 'automatic')) return offer(known, 'cache');

    let rest = await this.#followRunning(place, signal);
    if (rest === undefined) {
      const waitedFromMs = this.#clock.nowMs();
      if (input.trigger === 'automatic' && !(await this.#typingRests(signal))) return null;
      if (isStale()) return null;
      const engineStartMs = calledAtMs + (this.#clock.nowMs() - waitedFromMs);
      rest = await this.#follow(this.#start(ref, place, input, engineStartMs), place, signal);
    }
    return rest === undefined || isStale() ? null : offer(rest, 'request');
  }

  /** Forgets all suggestions and failures, for example because the model's settings have changed. */
  reset(): void {
    this.#running?.cancel();
    this.#cache.clear();
    this.#failures = 0;
    this.#pausedUntilMs = -Infinity;
  }

  dispose(): void {
    this.#latestCall++;
    this.reset();
    this.#events.dispose();
  }

  #followRunning(place: Place, signal: AbortSignal): Promise<Suggestion | undefined> {
    const running = this.#running;
    if (running === undefined) return Promise.resolve(undefined);
    if (running.mayServe(place)) return this.#follow(running, place, signal);
    running.cancel();
    return Promise.resolve(undefined);
  }

  /** Waits until the typing rests, or the caller leaves. False while failures make requests pause. */
  #typingRests(signal: AbortSignal): Promise<boolean> {
    if (this.#clock.nowMs() < this.#pausedUntilMs) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (): void => {
        stopWaiting();
        signal.removeEventListener('abort', finish);
        resolve(true);
      };
      const { wait } = this.#tuning;
      const stopWaiting = this.#clock.after(wait === 'adaptive' ? this.#pace.waitMs : wait, finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  /** `engineStartMs` is when the keystroke came, moved on by what was waited for the typing to rest. */
  #start(
    ref: ModelRef,
    place: Place,
    input: CompletionInput,
    engineStartMs: number,
    isPrefetch = false,
  ): RunningCompletion {
    this.#running?.cancel();
    const id = this.#nextId++;
    const inLine = /^[^\r\n]*\S/.test(place.suffix);
    const makeFilter = (): StreamFilter =>
      new StreamFilter(place, { languageId: input.languageId, maxLines: MAX_LINES });
    const request: CompletionRequest = {
      path: input.path,
      languageId: input.languageId,
      prefix: place.prefix,
      suffix: place.suffix,
      snippets: this.#context.ready(input),
      maxOutputTokens: inLine ? LINE_TOKENS : BLOCK_TOKENS,
    };
    const requestedAtMs = this.#clock.nowMs();
    this.#events.fire({ type: 'requested', suggestionId: id, ref, request, isPrefetch });
    const running = new RunningCompletion({ id, place }, makeFilter, this.#clock, async (signal) => {
      const model = await this.#source.open(ref);
      return model.complete(request, signal);
    });
    this.#running = running;
    const answered = (outcome: 'complete' | 'cancelled' | 'failed', error?: unknown): void => {
      this.#ended(running);
      const { firstTextAtMs } = running;
      if (firstTextAtMs !== null) this.#pace.answered(firstTextAtMs - requestedAtMs);
      const stages = {
        engineMs: requestedAtMs - engineStartMs,
        firstTextMs: firstTextAtMs === null ? null : firstTextAtMs - requestedAtMs,
        totalMs: this.#clock.nowMs() - requestedAtMs,
      };
      this.#events.fire({
        type: 'answered',
        suggestionId: id,
        outcome,
        stages,
        ...(error === undefined ? {} : { error }),
      });
    };
    running.text.then(
      (text) => {
        answered(text === undefined ? 'cancelled' : 'complete');
        if (text === undefined) return;
        this.#failures = 0;
        this.#cache.add(place, { id, text });
      },
      (error: unknown) => {
        answered('failed', error);
        this.#pause(error);
      },
    );
    return running;
  }

  /** Where a suggestion is likely to be taken, asks for what comes behind it. */
  #askAhead(ref: ModelRef, input: CompletionInput, suggestion: Suggestion): void {
    const last = this.#lastOffer;
    const isTaken = last?.id === suggestion.id && last.isTaken;
    if (last !== undefined && last.id !== suggestion.id) {
      this.#likeliness += LIKELINESS_WEIGHT * (Number(last.isTaken) - this.#likeliness);
    }
    this.#lastOffer = { ...suggestion, offset: input.offset, isTaken };
    const isPaused = this.#clock.nowMs() < this.#pausedUntilMs;
    const hasTextBehind = /^[^\r\n]*\S/.test(input.suffix);
    if (!this.#tuning.asksAhead || !(isTaken || this.#likeliness >= LIKELY)) return;
    if (isPaused || hasTextBehind || this.#running !== undefined) return;
    const prefix = input.prefix + suggestion.text;
    const behind = { ...input, prefix, offset: input.offset + suggestion.text.length };
    const place = placeOf(ref, behind);
    if (this.#cache.find(place) === undefined) this.#start(ref, place, behind, this.#clock.nowMs(), true);
  }

  /** Whether the cursor is by now inside or behind the suggestion that was offered last. */
  #noteTaken({ offset, prefix }: CompletionInput): void {
    const last = this.#lastOffer;
    const typed = last === undefined ? '' : last.text.slice(0, Math.max(0, offset - last.offset));
    if (last !== undefined && typed !== '' && prefix.endsWith(typed)) last.isTaken = true;
  }

  async #follow(running: RunningCompletion, place: Place, signal: AbortSignal): Promise<Suggestion | undefined> {
    try {
      return await running.follow(place, signal);
    } finally {
      if (running.followers === 0 && this.#running === running) {
        this.#clock.after(GRACE_MS, () => {
          if (running.followers === 0) running.cancel();
        });
      }
    }
  }

  #ended(running: RunningCompletion): void {
    if (this.#running === running) this.#running = undefined;
  }

  #pause(error: unknown): void {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    const asked = isSextantError(error) ? error.data['retryAfterMs'] : undefined;
    this.#pausedUntilMs = this.#clock.nowMs() + Math.max(pauseMs, typeof asked === 'number' ? asked : 0);
  }
}

function placeOf(ref: ModelRef, input: CompletionInput): Place {
  const window = promptWindow(input, WINDOW_CHARACTERS);
  return { model: `${ref.provider}/${ref.model}`, uri: input.uri, offset: input.offset, ...window };
}

/** Not in files that hold secrets, not in an empty document, not in the middle of a word while typing. */
function isWorthAsking({ uri, path, prefix, suffix, trigger }: CompletionInput): boolean {
  if (isSecretFile(uri) || isSecretFile(path)) return false;
  if (trigger === 'explicit') return true;
  const inWord = /[\p{L}\p{N}_$]$/u.test(prefix.slice(-2)) && /^[\p{L}\p{N}_$]/u.test(suffix.slice(0, 2));
  return !inWord && /\S/.test(prefix + suffix);
}
