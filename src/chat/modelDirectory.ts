import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { SextantError, errorMessage } from '../base/errors.ts';
import { Repeater } from '../base/repeater.ts';
import { t } from '../base/texts.ts';
import type { Caller } from '../base/rpc.ts';
import type { ChatModel, ChatPart, ModelRef } from '../models/chatModel.ts';
import { type ModelRole, type RoleModels, firstToAnswer, modelsFor } from '../models/firstToAnswer.ts';
import { knownAbilities } from '../models/knownAbilities.ts';
import { knownWindow } from '../models/knownWindow.ts';
import { modelError } from '../models/modelError.ts';
import type { LocalServerOffer, ModelChoice, ProviderChoice } from '../protocol/chatView.ts';
import { type ModelCorrection, type ModelInfo, correctedModel } from '../protocol/modelInfo.ts';
import type { Provider, StoreContract } from '../protocol/store.ts';
import type { KnownProvider } from './knownProvider.ts';
import { listInTime } from './listInTime.ts';
import { offlineModel } from './offlineModel.ts';

/** One provider as the directory sees it: how to list its models and how to open one. */
export interface ModelSource {
  readonly name: string;
  readonly displayName: string;
  readonly protocol: string;
  /** Asks the provider; throws a model error. */
  list(signal: AbortSignal): Promise<ModelInfo[]>;
  open(model: string): Promise<ChatModel>;
  /** Loads what the first answer needs, so that the user need not wait for it then. */
  prepare(): Promise<void>;
  /** True: listed without being set up, and silently left out where it has no model. */
  readonly isAmbient: boolean;
  /** The user has written down where it is, and so wants it without setting it up. */
  isAddressed(): boolean;
}

export interface LocalServerSearch {
  /** Servers that answer on this machine now, or on the one that it runs on. */
  find(): Promise<LocalServerOffer[]>;
}

/** What can be picked now. */
export interface ModelDirectoryState {
  readonly model: ModelRef;
  readonly providers: readonly ProviderChoice[];
  readonly offers: readonly LocalServerOffer[];
}

/** Other things are written down much more often. */
const FOLLOW_EVERY_MS = 500;

/**
 * Which models can be picked, and which one is. Lists come from the store at once and are asked for
 * anew behind it; a provider that does not answer keeps the list it had, with the reason beside it. What another
 * window sets up can be picked here too.
 */
export class ModelDirectory implements Disposable {
  readonly #store: Caller<StoreContract>;
  readonly #sources: ReadonlyMap<string, ModelSource>;
  readonly #servers: LocalServerSearch;
  readonly #roles: RoleModels;
  readonly #subscriptions = new DisposableStore();
  readonly #changed = this.#subscriptions.add(new Emitter<null>());
  readonly #problems = new Map<string, NonNullable<KnownProvider['problem']>>();
  readonly #asking = new Set<string>();
  #lists = new Map<string, readonly ModelInfo[]>();
  #enabled = new Map<string, boolean>();
  #corrections = new Map<string, Readonly<Record<string, ModelCorrection>>>();
  #offers: readonly LocalServerOffer[] = [];
  #model: ModelRef = offlineModel;
  #loaded: Promise<void> | undefined;
  #refreshing: Promise<void> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(
    store: Caller<StoreContract>,
    sources: readonly ModelSource[],
    servers: LocalServerSearch,
    roles: RoleModels,
  ) {
    this.#roles = roles;
    this.#store = store;
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    this.#servers = servers;
    const following = this.#subscriptions.add(new Repeater(FOLLOW_EVERY_MS, () => this.#follow()));
    this.#subscriptions.add(
      store.on('changed', ({ conversationId }) => {
        if (conversationId === null && this.#loaded !== undefined) following.soon();
      }),
    );
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

  state(): ModelDirectoryState {
    const offline: ProviderChoice = {
      provider: offlineModel.provider,
      displayName: 'Offline',
      models: [{ ref: offlineModel, displayName: 'Offline' }],
      problem: null,
    };
    const providers = [...this.#sources.values()].flatMap((source) => this.#choice(source) ?? []);
    return { model: this.#model, providers: [offline, ...providers], offers: this.#offers };
  }

  async pick(model: ModelRef): Promise<void> {
    await this.#store.call('user.setPreferredModel', { model });
    this.#model = model;
    this.#changed.fire(null);
  }

  /** Who does what a role is for. */
  modelOf(role: ModelRole): ModelRef {
    return modelsFor(role, this.#model, this.#roles)[0];
  }

  /** The model that a role has, where `picked` would do it otherwise; behind it stand the role's fallbacks. */
  async open(picked: ModelRef, role: ModelRole): Promise<ChatModel> {
    const refs = modelsFor(role, picked, this.#roles);
    const [ref, ...others] = refs;
    if (others.length === 0) return await this.#open(ref);
    return {
      ref,
      stream: (request, signal) =>
        firstToAnswer(refs, async (each) => (await this.#open(each)).stream(request, signal), signal, handOn),
    };
  }

  async #open(ref: ModelRef): Promise<ChatModel> {
    const source = this.#sources.get(ref.provider);
    if (source === undefined) {
      const details = { kind: 'not-found', actions: ['pick-model', 'use-offline'] } as const;
      throw modelError(details, t('There is no provider “{0}” any more. Choose another model.', ref.provider));
    }
    return await source.open(ref.model);
  }

  /** What its provider lists of a model, as the user has corrected it; undefined where it does not list it. */
  infoOf({ provider, model }: ModelRef): ModelInfo | undefined {
    const listed = this.#lists.get(provider)?.find(({ id }) => id === model);
    return listed === undefined ? undefined : correctedModel(listed, this.#correction(provider, model));
  }

  /** All that can be set up, in the order of the registry. */
  known(): readonly KnownProvider[] {
    return [...this.#sources.values()]
      .filter(({ isAmbient }) => !isAmbient)
      .map(({ name, displayName }) => ({
        name,
        displayName,
        state: this.#isWanted(name) ? 'set up' : this.#enabled.get(name) === false ? 'disabled' : 'not set up',
        isAsked: this.#asking.has(name),
        problem: this.#problems.get(name) ?? null,
        models: (this.#lists.get(name) ?? []).map((listed) => ({
          listed,
          correction: this.#correction(name, listed.id),
        })),
      }));
  }

  /** Null where the model sees pictures, or it is not known; else a sentence. */
  imageProblem(ref: ModelRef): string | null {
    const { provider, model } = ref;
    const info = this.infoOf(ref);
    const isBlind =
      provider === offlineModel.provider ||
      provider === 'vscode' ||
      (info?.can?.images ?? knownAbilities(model).images) === false;
    return isBlind
      ? t(
          '{0} sees no pictures. Choose another model, or remove the picture.',
          info?.displayName ?? (provider === offlineModel.provider ? t('The Offline model') : model),
        )
      : null;
  }

  /** Loads what the picked model needs. */
  async prepare(): Promise<void> {
    await this.load();
    await this.#sources.get(this.#model.provider)?.prepare();
  }

  /** Makes a provider's models pickable from now on, in every window. */
  async enable(name: string): Promise<void> {
    await this.#setEnabled(name, true);
  }

  /** Keeps all that is set up of a provider, and asks it nothing until it is enabled again. */
  async disable(name: string): Promise<void> {
    await this.#setEnabled(name, false);
    await this.#leave(name);
  }

  /** Forgets a provider with its models and what the user has said of them. Its key and its address are elsewhere. */
  async remove(name: string): Promise<void> {
    await this.load();
    await this.#store.call('providerConfigs.delete', { provider: name });
    await this.#saveProvider(name, []);
    this.#enabled.delete(name);
    this.#corrections.delete(name);
    this.#lists.delete(name);
    this.#problems.delete(name);
    await this.#leave(name);
  }

  /** Replaces what the user says of a model, in every window; null: as its provider has it. */
  async correctModel({ provider, model }: ModelRef, correction: ModelCorrection | null): Promise<void> {
    await this.load();
    if (this.infoOf({ provider, model }) === undefined)
      throw new SextantError('not-found', t('This model is no longer listed.'));
    // One whose address alone is written down has no settings yet.
    if (!this.#enabled.has(provider)) await this.#setEnabled(provider, true);
    await this.#store.call('providerConfigs.correctModel', { provider, model, correction });
    await this.#readProviders();
    this.#changed.fire(null);
  }

  /** Makes a model pickable that its provider does not list, in every window. */
  async addModel({ provider, model }: ModelRef): Promise<void> {
    await this.load();
    const models = this.#lists.get(provider) ?? [];
    if (models.some(({ id }) => id === model)) return;
    const added: readonly ModelInfo[] = [...models, { id: model, isNamedByUser: true }];
    this.#lists.set(provider, added);
    await this.#saveProvider(provider, added);
    this.#changed.fire(null);
  }

  /** Sets up a local server that was found, and answers with its first model from now on. */
  async acceptOffer(name: string): Promise<void> {
    const [first] = await this.refreshProvider(name);
    if (first === undefined) {
      const displayName = this.#sources.get(name)?.displayName ?? name;
      throw modelError(
        { kind: 'not-found', actions: ['retry'] },
        t('{0} is running, but has no chat model yet. Load one there, and try again.', displayName),
      );
    }
    await this.enable(name);
    if (this.#model.provider === offlineModel.provider) await this.pick({ provider: name, model: first.id });
  }

  /** Asks one provider for its models; throws its model error. */
  async refreshProvider(name: string): Promise<readonly ModelInfo[]> {
    const source = this.#sources.get(name);
    if (source === undefined) return [];
    this.#asking.add(name);
    this.#changed.fire(null);
    try {
      const listed = await listInTime(source);
      const isListed = ({ id }: ModelInfo): boolean => listed.some((other) => other.id === id);
      const models = [...listed, ...this.#named(name).filter((model) => !isListed(model))];
      this.#problems.delete(name);
      this.#lists.set(name, models);
      if (!source.isAmbient) await this.#saveProvider(name, models);
      return models;
    } catch (error) {
      const isUnreachable = error instanceof SextantError && error.data['kind'] === 'network';
      this.#problems.set(name, { message: errorMessage(error), isUnreachable });
      throw error;
    } finally {
      this.#asking.delete(name);
      this.#changed.fire(null);
    }
  }

  /**
   * Asks every provider that is set up, and looks for local servers. One round at a time. Never rejects: what
   * is wrong with a provider stands beside it, and what is wrong with the store, the store has said itself.
   */
  refresh(): Promise<void> {
    if (this.#refreshing === undefined) {
      this.#refreshing = this.#refresh()
        .catch(() => undefined)
        .finally(() => {
          this.#refreshing = undefined;
          this.#changed.fire(null);
        });
      this.#changed.fire(null);
    }
    return this.#refreshing;
  }

  /** Looks for local servers that have come or gone, and asks those of them that are set up. */
  async lookAround(names: readonly string[]): Promise<void> {
    await this.load();
    await this.#ask(names.filter((name) => this.#isWanted(name)));
    this.#changed.fire(null);
  }

  /** True while {@link refresh} goes on. */
  get isLooking(): boolean {
    return this.#refreshing !== undefined;
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #load(): Promise<void> {
    const [user] = await Promise.all([this.#store.call('user.get', null), this.#readProviders()]);
    this.#model = user.preferredModel ?? offlineModel;
  }

  async #readProviders(): Promise<void> {
    const [providers, configs] = await Promise.all([
      this.#store.call('providers.list', null),
      this.#store.call('providerConfigs.list', null),
    ]);
    this.#lists = new Map(providers.map(({ name, models }) => [name, models]));
    this.#enabled = new Map(configs.map(({ provider, enabled }) => [provider, enabled]));
    this.#corrections = new Map(configs.map(({ provider, corrections }) => [provider, corrections]));
  }

  /** Takes over what another window has changed. */
  async #follow(): Promise<void> {
    const state = (): string =>
      JSON.stringify([this.#enabled, this.#lists, this.#corrections].map((each) => [...each].sort()));
    const before = state();
    await this.#readProviders();
    if (state() === before) return;
    this.#offers = this.#offers.filter(({ provider }) => !this.#isWanted(provider));
    this.#changed.fire(null);
  }

  async #refresh(): Promise<void> {
    await this.load();
    const asked = [...this.#sources.values()].filter(({ name, isAmbient }) => isAmbient || this.#isWanted(name));
    await this.#ask(asked.map(({ name }) => name));
  }

  async #ask(names: readonly string[]): Promise<void> {
    const asked = names.map((name) => this.refreshProvider(name).catch(() => undefined));
    const [offers] = await Promise.all([this.#servers.find(), ...asked]);
    this.#offers = offers.filter(({ provider }) => !this.#isWanted(provider));
  }

  /** Set up and not disabled, or at an address that the user has written down. */
  #isWanted(name: string): boolean {
    return this.#enabled.get(name) ?? this.#sources.get(name)?.isAddressed() === true;
  }

  #choice(source: ModelSource): ProviderChoice | undefined {
    const { name, displayName, isAmbient } = source;
    const models = (this.#lists.get(name) ?? []).map((listed): ModelChoice => {
      const { id, displayName: label, ...info } = correctedModel(listed, this.#correction(name, listed.id));
      const contextWindow = info.contextWindow ?? knownWindow(id);
      return {
        ref: { provider: name, model: id },
        displayName: label ?? id,
        ...(contextWindow === null ? {} : { contextWindow }),
      };
    });
    if (isAmbient ? models.length === 0 : !this.#isWanted(name)) return undefined;
    return { provider: name, displayName, models, problem: this.#problems.get(name)?.message ?? null };
  }

  #correction(provider: string, model: string): ModelCorrection {
    const all = this.#corrections.get(provider) ?? {};
    return Object.hasOwn(all, model) ? (all[model] ?? {}) : {};
  }

  async #setEnabled(name: string, enabled: boolean): Promise<void> {
    await this.load();
    await this.#saveProvider(name, this.#lists.get(name) ?? []);
    const config = { provider: name, enabled, model: null, endpoint: null, keyRef: `sextant/${name}` };
    await this.#store.call('providerConfigs.save', config);
    this.#enabled.set(name, enabled);
    this.#offers = this.#offers.filter(({ provider }) => provider !== name);
    this.#changed.fire(null);
  }

  /** Nobody answers who was just switched off. */
  async #leave(name: string): Promise<void> {
    if (this.#model.provider === name) await this.pick(offlineModel);
    else this.#changed.fire(null);
  }

  #named(provider: string): readonly ModelInfo[] {
    return (this.#lists.get(provider) ?? []).filter(({ isNamedByUser }) => isNamedByUser === true);
  }

  async #saveProvider(name: string, models: readonly ModelInfo[]): Promise<void> {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    const row: Provider = { name, displayName: source.displayName, protocol: source.protocol, baseUrl: null, models };
    await this.#store.call('providers.save', row);
  }
}

function handOn(from: ModelRef, to: ModelRef, because: string): ChatPart {
  return { type: 'handed-on', from, to, because };
}
