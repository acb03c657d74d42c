import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { Repeater } from '../../base/repeater.ts';
import type { Caller } from '../../base/rpc.ts';
import type { Persona } from '../../protocol/chatSetup.ts';
import type { StoreContract } from '../../protocol/store.ts';
import { builtInPersonas } from './builtInPersonas.ts';

/** The setting that says that the built-in ones were there once: who deletes one does not want it back. */
const BUILT_IN = 'personas.builtIn';
const FOLLOW_EVERY_MS = 300;

/** The personas as the store has them, also those that another window has changed. */
export class PersonaBook implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #subscriptions = new DisposableStore();
  readonly #changed = this.#subscriptions.add(new Emitter<null>());
  #personas: readonly Persona[] = [];
  #loaded: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(store: Caller<StoreContract>) {
    this.#store = store;
    const following = this.#subscriptions.add(new Repeater(FOLLOW_EVERY_MS, () => this.#read()));
    this.#subscriptions.add(
      store.on('changed', ({ conversationId }) => {
        if (conversationId === null && this.#loaded !== undefined) following.soon();
      }),
    );
  }

  get all(): readonly Persona[] {
    return this.#personas;
  }

  /** Null where there is none, or none any more. */
  find(id: string | null): Persona | null {
    return this.#personas.find((persona) => persona.id === id) ?? null;
  }

  /** Reads what the store knows. Later calls wait for the first. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      // The store may be well again when it is asked the next time.
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }

  async save(persona: Persona): Promise<void> {
    await this.#store.call('personas.save', persona);
    await this.#read();
  }

  async delete(id: string): Promise<void> {
    await this.#store.call('personas.delete', { id });
    await this.#read();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #load(): Promise<void> {
    if ((await this.#store.call('settings.get', { key: BUILT_IN })) === null) await this.#addBuiltIn();
    await this.#read();
  }

  async #addBuiltIn(): Promise<void> {
    const names = new Set((await this.#store.call('personas.list', null)).map(({ name }) => name.toLowerCase()));
    for (const persona of builtInPersonas) {
      if (!names.has(persona.name.toLowerCase())) await this.#store.call('personas.save', persona);
    }
    await this.#store.call('settings.set', { key: BUILT_IN, value: true });
  }

  async #read(): Promise<void> {
    const personas = await this.#store.call('personas.list', null);
    if (JSON.stringify(personas) === JSON.stringify(this.#personas)) return;
    this.#personas = personas;
    this.#changed.fire(null);
  }
}
