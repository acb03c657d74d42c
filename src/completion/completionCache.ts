import type { Suggestion } from './completionEvents.ts';
import { type Place, typedBetween } from './place.ts';

/**
 * The suggestions of late, the least recently used forgotten first. A suggestion serves the place it
 * was made for and every place that typing into it leads to: deleting back leads there again.
 */
export class CompletionCache {
  readonly #capacity: number;
  /** In the order of use, oldest first. */
  readonly #entries = new Map<number, { readonly place: Place; readonly suggestion: Suggestion }>();
  #nextId = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Its text is empty when the model has nothing to say here. */
  add(place: Place, suggestion: Suggestion): void {
    for (const [id, entry] of this.#entries) if (typedBetween(entry.place, place) === '') this.#entries.delete(id);
    this.#entries.set(this.#nextId++, { place, suggestion });
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) break;
      this.#entries.delete(id);
    }
  }

  /** What is left of a suggestion at `place`, empty when there is known to be none, undefined when nothing is known. */
  find(place: Place): Suggestion | undefined {
    for (const [id, entry] of [...this.#entries].reverse()) {
      if (place.offset < entry.place.offset || place.offset > entry.place.offset + entry.suggestion.text.length)
        continue;
      const rest = restAfter(entry.suggestion.text, typedBetween(entry.place, place));
      if (rest === undefined) continue;
      this.#entries.delete(id);
      this.#entries.set(id, entry);
      return { id: entry.suggestion.id, text: rest };
    }
    return undefined;
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** What is left of `text` when `typed` was typed of it; undefined when that led away from it or used it up. */
export function restAfter(text: string, typed: string | undefined): string | undefined {
  if (typed === undefined || !text.startsWith(typed)) return undefined;
  const usedUp = typed !== '' && typed.length === text.length;
  return usedUp ? undefined : text.slice(typed.length);
}
