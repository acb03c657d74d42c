import { Emitter } from '../base/emitter.ts';
import { sha256Hex } from '../base/identifiers.ts';
import type { KeyRefusal, KeyRest, StoredKey } from '../protocol/keyRefusal.ts';

/** Where a provider does not say how long. */
const REST_MS = 600_000;

/** Which of a provider’s keys is used: the first, unless it was refused a while ago. No key is kept here. */
export class KeyOrder {
  readonly #nowMs: () => number;
  readonly #salt = crypto.randomUUID();
  readonly #rests = new Map<string, KeyRest>();
  readonly #changed = new Emitter<void>();
  /** A key was refused. */
  readonly onDidChange = this.#changed.event;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** The first that does not rest; where all do, the one that rests no longer soonest. Null without any. */
  async choose(keys: readonly string[]): Promise<string | null> {
    const all = await Promise.all(
      keys.map(async (key) => ({ key, untilMs: (await this.about(key)).rest?.untilMs ?? 0 })),
    );
    return all.toSorted((one, other) => one.untilMs - other.untilMs)[0]?.key ?? null;
  }

  /** The first that does not rest, once `refused` does; null where all do. */
  async after(refused: string, { reason, retryAfterMs }: KeyRefusal, keys: readonly string[]): Promise<string | null> {
    const sinceMs = this.#nowMs();
    const { id } = await this.about(refused);
    this.#rests.set(id, { reason, sinceMs, untilMs: sinceMs + (retryAfterMs ?? REST_MS) });
    this.#changed.fire();
    for (const key of keys) if (key !== refused && (await this.about(key)).rest === null) return key;
    return null;
  }

  async about(key: string): Promise<StoredKey> {
    const id = (await sha256Hex(`${this.#salt} ${key}`)).slice(0, 16);
    const rest = this.#rests.get(id);
    return { id, rest: rest !== undefined && rest.untilMs > this.#nowMs() ? rest : null };
  }
}
