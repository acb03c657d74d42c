import { Emitter, type Event } from '../../base/emitter.ts';
import type { Clock } from '../clock.ts';
import { keptShare } from './keptShare.ts';
import { type TextChange, moveRange } from './textChange.ts';

/** How much of what was taken is still there after a while. */
export interface Kept {
  readonly id: number;
  readonly afterSeconds: (typeof LOOKS_SECONDS)[number];
  /** From 0, nothing, to 1, all of it as it was. */
  readonly share: number;
}

/** When is looked: what stands half a minute later was wanted, what stands five minutes later was right. */
export const LOOKS_SECONDS = [30, 300] as const;

interface Inserted {
  readonly id: number;
  readonly uri: string;
  readonly text: string;
  start: number;
  end: number;
}

const FOLLOWED = 50;

/** Follows what was taken of suggestions through the changes of its document. */
export class Survival {
  readonly #clock: Clock;
  readonly #read: (uri: string, start: number, end: number) => string | undefined;
  readonly #kept = new Emitter<Kept>();
  readonly #followed = new Map<Inserted, () => void>();

  readonly onDidLook: Event<Kept> = this.#kept.event;

  /** `read` gives a part of a document by offsets; undefined when it is closed, and then nobody knows. */
  constructor(clock: Clock, read: (uri: string, start: number, end: number) => string | undefined) {
    this.#clock = clock;
    this.#read = read;
  }

  follow({
    id,
    uri,
    offset,
    text,
  }: {
    readonly id: number;
    readonly uri: string;
    readonly offset: number;
    readonly text: string;
  }): void {
    const inserted: Inserted = { id, uri, text, start: offset, end: offset + text.length };
    const cancels = LOOKS_SECONDS.map((seconds) =>
      this.#clock.after(seconds * 1000, () => {
        this.#look(inserted, seconds);
      }),
    );
    this.#followed.set(inserted, () => {
      for (const cancel of cancels) cancel();
    });
    for (const oldest of this.#followed.keys()) {
      if (this.#followed.size <= FOLLOWED) break;
      this.#forget(oldest);
    }
  }

  /** A document changed; each change counts in the text as those before it have left it. */
  change(uri: string, changes: readonly TextChange[]): void {
    for (const inserted of this.#followed.keys()) {
      if (inserted.uri === uri) for (const change of changes) moveRange(inserted, change);
    }
  }

  /** The document was closed. */
  close(uri: string): void {
    for (const inserted of [...this.#followed.keys()]) if (inserted.uri === uri) this.#forget(inserted);
  }

  dispose(): void {
    for (const inserted of [...this.#followed.keys()]) this.#forget(inserted);
    this.#kept.dispose();
  }

  #look(inserted: Inserted, afterSeconds: Kept['afterSeconds']): void {
    const now = this.#read(inserted.uri, inserted.start, inserted.end);
    if (now !== undefined) this.#kept.fire({ id: inserted.id, afterSeconds, share: keptShare(inserted.text, now) });
    if (now === undefined || afterSeconds === LOOKS_SECONDS.at(-1)) this.#forget(inserted);
  }

  #forget(inserted: Inserted): void {
    this.#followed.get(inserted)?.();
    this.#followed.delete(inserted);
  }
}
