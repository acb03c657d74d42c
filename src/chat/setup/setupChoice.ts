import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import { errorCode } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Caller } from '../../base/rpc.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import {
  type AnsweredAs,
  type ChatMode,
  type ChatSetup,
  type Persona,
  type SetupState,
  readMode,
  usualSetup,
} from '../../protocol/chatSetup.ts';
import type { StoreContract } from '../../protocol/store.ts';
import type { ChatEvent } from '../chatEvent.ts';
import type { ModelChoice } from '../../protocol/chatView.ts';
import type { ModelDirectoryState } from '../modelDirectory.ts';
import type { PromptManner } from '../prompt.ts';
import { offlineModel } from '../offlineModel.ts';
import type { PersonaBook } from './personaBook.ts';

/** How an answer is written. */
export interface Manner {
  readonly as: AnsweredAs;
  readonly model: ModelRef;
  /** What the persona wants the model to be; empty where it wants nothing. */
  readonly prompt: string;
  readonly temperature: number | null;
}

/** What is asked of the models. */
interface PickableModels {
  readonly onDidChange: Event<null>;
  state(): Pick<ModelDirectoryState, 'model' | 'providers'>;
  pick(model: ModelRef): Promise<void>;
}

const SETTING = 'chat.setup';

/**
 * Which mode and which persona the shown chat has, or else the next new one, and who answers then. A choice is kept
 * with the chat, and new ones begin with it.
 */
export class SetupChoice implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #personas: PersonaBook;
  readonly #models: PickableModels;
  readonly #subscriptions = new DisposableStore();
  readonly #changed = this.#subscriptions.add(new Emitter<null>());
  #shown: { readonly id: string; readonly setup: ChatSetup } | null = null;
  #next: ChatSetup = usualSetup;
  /** The persona whose own model the user has put aside. */
  #overruled: string | null = null;
  #loaded: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(store: Caller<StoreContract>, personas: PersonaBook, models: PickableModels) {
    this.#store = store;
    this.#personas = personas;
    this.#models = models;
    const tell = (): void => {
      this.#changed.fire(null);
    };
    this.#subscriptions.add(personas.onDidChange(tell));
    this.#subscriptions.add(models.onDidChange(tell));
  }

  /** Reads what was chosen last. Later calls wait for the first. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }

  /** To be told what the session says. */
  follow(event: ChatEvent): void {
    if (event.type !== 'conversation') return;
    const { conversation } = event;
    const setup = conversation === null ? null : { mode: conversation.mode, personaId: conversation.personaId };
    const isSame =
      this.#shown?.id === conversation?.id && JSON.stringify(this.#shown?.setup ?? null) === JSON.stringify(setup);
    if (isSame) return;
    this.#shown = conversation === null || setup === null ? null : { id: conversation.id, setup };
    this.#changed.fire(null);
  }

  state(): SetupState {
    const { mode, personaId } = this.#current();
    const persona = this.#personas.find(personaId);
    return { mode, personaId: persona?.id ?? null, personas: this.#personas.all, note: this.#note(mode, persona) };
  }

  /** Who answers the next question of the shown chat. */
  model(): ModelRef {
    return this.#modelOf(this.#personas.find(this.#current().personaId));
  }

  /** What the next prompt of the shown chat says of how to answer. */
  promptManner(): PromptManner {
    const { mode, personaId } = this.#current();
    return { mode, persona: this.#personas.find(personaId)?.prompt ?? '' };
  }

  /** How a chat of this setup is answered; null for a new one. */
  manner(setup: ChatSetup | null): Manner {
    const { mode, personaId } = setup ?? this.#next;
    const persona = this.#personas.find(personaId);
    return {
      as: { mode, persona: persona === null ? null : { id: persona.id, name: persona.name } },
      model: this.#modelOf(persona),
      prompt: persona?.prompt ?? '',
      temperature: persona?.temperature ?? null,
    };
  }

  pickMode(mode: ChatMode): Promise<void> {
    return this.#choose({ mode });
  }

  /** Null: Sextant itself. */
  pickPersona(personaId: string | null): Promise<void> {
    this.#overruled = null;
    return this.#choose({ personaId });
  }

  /** Makes a model answer, also where the persona has one of its own. */
  async pickModel(model: ModelRef): Promise<void> {
    this.#overruled = this.#current().personaId;
    await this.#models.pick(model);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #current(): ChatSetup {
    return this.#shown?.setup ?? this.#next;
  }

  async #choose(change: Partial<ChatSetup>): Promise<void> {
    await this.load();
    const shown = this.#shown;
    if (shown !== null) {
      await this.#store.call('conversations.setUp', { id: shown.id, setup: change }).catch((error: unknown) => {
        // It was deleted just then: the choice is for the next one.
        if (errorCode(error) !== 'not-found') throw error;
      });
      if (this.#shown?.id === shown.id) this.#shown = { id: shown.id, setup: { ...this.#shown.setup, ...change } };
    }
    this.#next = { ...this.#next, ...change };
    this.#changed.fire(null);
    await this.#store.call('settings.set', { key: SETTING, value: this.#next });
  }

  async #load(): Promise<void> {
    const [stored] = await Promise.all([this.#store.call('settings.get', { key: SETTING }), this.#personas.load()]);
    const { mode, personaId } =
      ((typeof stored === 'object' ? stored : null) as Partial<Record<string, unknown>> | null) ?? {};
    this.#next = { mode: readMode(mode), personaId: typeof personaId === 'string' ? personaId : null };
    this.#changed.fire(null);
  }

  #modelOf(persona: Persona | null): ModelRef {
    const own = this.#ownModel(persona);
    return own !== null && this.#listed(own) !== undefined ? own : this.#models.state().model;
  }

  #ownModel(persona: Persona | null): ModelRef | null {
    return persona === null || persona.id === this.#overruled ? null : persona.model;
  }

  /** Undefined where it cannot be picked now. */
  #listed({ provider, model }: ModelRef): ModelChoice | undefined {
    const choice = this.#models.state().providers.find((each) => each.provider === provider);
    return choice?.models.find(({ ref }) => ref.model === model);
  }

  #note(mode: ChatMode, persona: Persona | null): string | null {
    const own = this.#ownModel(persona);
    const model = this.#modelOf(persona);
    if (persona !== null && own !== null && this.#listed(own) === undefined) {
      return t(
        '“{0}” is meant for {1}, which is not there now. {2} answers instead.',
        persona.name,
        own.model,
        this.#listed(model)?.displayName ?? model.model,
      );
    }
    const writesNothing = mode === 'edit' && model.provider === offlineModel.provider;
    return writesNothing ? t('Offline only quotes. Choose a model that can write the changes.') : null;
  }
}
