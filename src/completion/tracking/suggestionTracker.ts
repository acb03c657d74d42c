import { Emitter, type Event } from '../../base/emitter.ts';
import type { Clock } from '../clock.ts';
import type { Suggestion } from '../completionEvents.ts';
import type { TextChange } from './textChange.ts';

/** How a suggestion, or a part of it, was taken. */
export type Acceptance = 'whole' | 'line' | 'word';

/** What became of a suggestion. It holds code: only the counts may leave this machine, and only with consent. */
export type Outcome =
  | { readonly type: 'shown'; readonly id: number; readonly text: string }
  /** Once for each part that was taken. */
  | { readonly type: 'accepted'; readonly id: number; readonly how: Acceptance; readonly text: string }
  /** Nothing of it was taken. Typing what it says takes nothing and rejects nothing. */
  | { readonly type: 'rejected'; readonly id: number; readonly shownMs: number }
  /** What was taken of it, whole or in parts, stands in a document from `offset` on. */
  | {
      readonly type: 'inserted';
      readonly id: number;
      readonly uri: string;
      readonly offset: number;
      readonly text: string;
    };

interface Shown {
  readonly id: number;
  readonly uri: string;
  readonly sinceMs: number;
  /** Where its text begins, in UTF-16 units from the start of the document. */
  start: number;
  text: string;
  /** So much of the text stands in the document by now, typed or taken. */
  length: number;
  /** What was inserted at once up to the end of the text: accepted, or the last that was typed. */
  end: string;
  wasTaken: boolean;
}

/** Whoever deletes back into a suggestion gets it again: it is given up only after so long. */
const SETTLE_MS = 3_000;
const COUNTED = 500;

/**
 * Follows the suggestion on the screen through what happens in the editor. VS Code tells only when a
 * whole suggestion was accepted; a part that was taken shows as a change by more than one character
 * that continues the text as the suggestion has it.
 */
export class SuggestionTracker {
  readonly #clock: Clock;
  readonly #outcomes = new Emitter<Outcome>();
  /** Those that have been counted as shown. */
  readonly #counted = new Set<number>();
  #shown: Shown | undefined;
  #isAway = false;
  #cancelSettling: () => void = () => undefined;

  readonly onDidHappen: Event<Outcome> = this.#outcomes.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while there is one to follow. */
  get isFollowing(): boolean {
    return this.#shown !== undefined;
  }

  /** A suggestion is on the screen, at an offset of a document: a new one, or what is left of the one before. */
  show({ id, text }: Suggestion, uri: string, offset: number): void {
    const before = this.#shown;
    this.#stay();
    if (before?.id === id && before.uri === uri) {
      if (offset === before.start + before.length && before.text.startsWith(text, before.length)) return;
      Object.assign(before, { start: offset, text, length: 0 });
      return;
    }
    this.#settle();
    this.#shown = { id, uri, sinceMs: this.#clock.nowMs(), start: offset, text, length: 0, end: '', wasTaken: false };
    if (this.#counted.has(id)) return;
    this.#counted.add(id);
    const [oldest] = this.#counted;
    if (this.#counted.size > COUNTED && oldest !== undefined) this.#counted.delete(oldest);
    this.#outcomes.fire({ type: 'shown', id, text });
  }

  /** VS Code says that all that was left of it was accepted, and has inserted it. */
  acceptedWhole(id: number): void {
    const shown = this.#shown;
    if (shown?.id !== id) return;
    const rest = shown.text.slice(shown.length);
    this.#take(shown, 'whole', rest === '' ? shown.end : rest);
    this.#settle();
  }

  /** A document changed; each change counts in the text as those before it have left it. */
  change(uri: string, changes: readonly TextChange[]): void {
    for (const change of changes) {
      if (this.#shown?.uri === uri) this.#follow(this.#shown, change);
    }
  }

  /** The cursor went to an offset of a document by itself, without a change. */
  moveCursor(uri: string, offset: number): void {
    const shown = this.#shown;
    if (shown !== undefined && (shown.uri !== uri || shown.start + shown.length !== offset)) this.#leave();
  }

  dispose(): void {
    this.#stay();
    this.#outcomes.dispose();
  }

  #follow(shown: Shown, { offset, removed, text }: TextChange): void {
    const cursor = shown.start + shown.length;
    if (offset > cursor) return;
    if (offset + removed < shown.start) {
      shown.start += text.length - removed;
    } else if (removed === 0 && offset === cursor && text !== '') {
      this.#continue(shown, text);
    } else if (text === '' && offset + removed === cursor && removed <= shown.length) {
      shown.length -= removed;
    } else {
      this.#leave();
    }
  }

  #continue(shown: Shown, text: string): void {
    const rest = shown.text.slice(shown.length);
    // With a bracket or quote the editor may add the closing one.
    const taken = rest.startsWith(text)
      ? text
      : text.length === 2 && rest.startsWith(text.charAt(0))
        ? text.charAt(0)
        : '';
    if (taken === '') {
      this.#leave();
      return;
    }
    shown.length += taken.length;
    if (taken.length === rest.length) {
      // Whether that was an acceptance VS Code tells.
      shown.end = taken;
      return;
    }
    if (taken.length < 2) return;
    const endsLine = taken.endsWith('\n') || /^\r?\n/.test(rest.slice(taken.length));
    this.#take(shown, endsLine ? 'line' : 'word', taken);
  }

  #take(shown: Shown, how: Acceptance, text: string): void {
    shown.wasTaken = true;
    if (how === 'whole') shown.length = shown.text.length;
    this.#outcomes.fire({ type: 'accepted', id: shown.id, how, text });
  }

  /** It is no longer on the screen, for now. */
  #leave(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#cancelSettling = this.#clock.after(SETTLE_MS, () => {
      this.#settle();
    });
  }

  #stay(): void {
    this.#isAway = false;
    this.#cancelSettling();
  }

  /** Nothing more will become of it. */
  #settle(): void {
    const shown = this.#shown;
    this.#shown = undefined;
    this.#stay();
    if (shown === undefined) return;
    const { id, uri, start, text, length, wasTaken, sinceMs } = shown;
    if (wasTaken) this.#outcomes.fire({ type: 'inserted', id, uri, offset: start, text: text.slice(0, length) });
    else if (length < text.length) {
      this.#outcomes.fire({ type: 'rejected', id, shownMs: Math.round(this.#clock.nowMs() - sinceMs) });
    }
  }
}
