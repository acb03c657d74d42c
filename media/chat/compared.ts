import { type ReadonlySignal, computed, signal } from '@preact/signals-core';
import type { ModelChoice } from '../../src/protocol/chatView.ts';
import type { ChatState } from './chatState.ts';
import type { MenuGroup } from './history/popup.ts';

type ModelRef = ModelChoice['ref'];

/** Beside the one that answers anyway. */
const MOST = 2;

/** The models that answer the next question too, to be compared with the one that is picked. */
export class Compared {
  readonly #state: ChatState;
  readonly #chosen = signal<readonly ModelRef[]>([]);

  /** Without the one that answers anyway, and without what is there no more. */
  readonly models: ReadonlySignal<readonly ModelRef[]> = computed(() => {
    const there = new Set(this.#pickable().map(({ ref }) => keyOf(ref)));
    return this.#chosen.value.filter((ref) => there.has(keyOf(ref)));
  });

  constructor(state: ChatState) {
    this.#state = state;
  }

  /** What can be added. */
  choices(): readonly ModelChoice[] {
    const taken = new Set(this.models.value.map(keyOf));
    return taken.size >= MOST ? [] : this.#pickable().filter(({ ref }) => !taken.has(keyOf(ref)));
  }

  /** The choices as the lines of a menu, by provider. */
  menu(): readonly MenuGroup[] {
    const choices = new Set(this.choices().map(({ ref }) => keyOf(ref)));
    return (this.#state.models.value?.providers ?? []).flatMap(({ displayName, models }) => {
      const items = models
        .filter(({ ref }) => choices.has(keyOf(ref)))
        .map(({ ref, displayName: label }) => ({
          label,
          run: () => {
            this.#chosen.value = [...this.models.value, ref];
          },
        }));
      return items.length === 0 ? [] : [{ label: displayName, items }];
    });
  }

  remove(ref: ModelRef): void {
    this.#chosen.value = this.#chosen.value.filter((each) => keyOf(each) !== keyOf(ref));
  }

  clear(): void {
    this.#chosen.value = [];
  }

  #pickable(): readonly ModelChoice[] {
    const models = this.#state.models.value;
    const current = models === null ? '' : keyOf(models.model);
    return (models?.providers ?? []).flatMap((provider) => provider.models.filter(({ ref }) => keyOf(ref) !== current));
  }
}

function keyOf({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}
