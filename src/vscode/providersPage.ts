import * as vscode from 'vscode';
import type { Disposable, DisposableStore } from '../base/disposable.ts';
import { SextantError } from '../base/errors.ts';
import { type Log, failuresOf } from '../base/log.ts';
import { Repeater } from '../base/repeater.ts';
import { type Caller, type Channel, type Handlers, RpcPeer } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import type { KnownModel, KnownProvider } from '../chat/knownProvider.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { pages, settings } from '../manifest.ts';
import { knownAbilities } from '../models/knownAbilities.ts';
import type { LocalServerWatch } from '../models/localServerWatch.ts';
import { knownWindow } from '../models/knownWindow.ts';
import { priceAt } from '../models/modelPrice.ts';
import type { ProviderDefinition } from '../models/registry.ts';
import type {
  KeyEntry,
  ModelEntry,
  ProviderAction,
  ProviderEntry,
  ProviderState,
  ProvidersPageContract,
  ProvidersPageHostContract,
  ProvidersPageState,
} from '../protocol/providersPage.ts';
import { providersPageValidators } from '../protocol/providersPageValidators.ts';
import type { StoreContract } from '../protocol/store.ts';
import { PageTab } from './pageTab.ts';
import type { ProviderChanges } from './providerChanges.ts';
import { canBeSetUp } from './providerKeys.ts';
import type { ProviderSetup } from './providerSetup.ts';
import type { RoleChoices } from './roleChoices.ts';
import { readSettings, savePrice } from './settings.ts';

const STATE_EVERY_MS = 200;
/** Keychains are asked for every provider. */
const KEYS_EVERY_MS = 1_000;

export interface ProvidersPageDependencies {
  readonly models: ModelDirectory;
  readonly serverWatch: Pick<LocalServerWatch, 'add'>;
  readonly keys: Pick<KeyRing, 'list' | 'locate' | 'onDidRefuse'>;
  readonly setup: Pick<ProviderSetup, 'setUp' | 'setKey' | 'addKey'>;
  readonly changes: ProviderChanges;
  readonly roles: RoleChoices;
  readonly store: Caller<StoreContract>;
}

/** The page about providers and their keys: a tab among the editors, one in a window, live while it is seen. */
export class ProvidersPage implements Disposable {
  readonly #dependencies: ProvidersPageDependencies;
  readonly #log: Log;
  readonly tab: PageTab;
  #keys: ReadonlyMap<string, KeyEntry> = new Map();

  constructor(extensionUri: vscode.Uri, dependencies: ProvidersPageDependencies, log: Log) {
    this.#dependencies = dependencies;
    this.#log = log;
    this.tab = new PageTab(extensionUri, {
      viewType: pages.providers,
      name: 'providersPage',
      title: t('Sextant Providers'),
      connect: (channel, panel, parts) => {
        this.#connect(channel, panel, parts);
      },
    });
  }

  dispose(): void {
    this.tab.dispose();
  }

  #connect(channel: Channel, panel: vscode.WebviewPanel, parts: DisposableStore): void {
    const { models, keys, store } = this.#dependencies;
    const peer = parts.add(
      new RpcPeer<ProvidersPageHostContract, ProvidersPageContract>(channel, {
        handlers: this.#handlers(),
        validators: providersPageValidators,
        onInternalError: failuresOf('providers page', this.#log),
      }),
    );
    const sending = parts.add(
      new Repeater(STATE_EVERY_MS, () => {
        if (panel.visible) peer.emit('state', this.#state());
        return Promise.resolve();
      }),
    );
    const readingKeys = parts.add(
      new Repeater(KEYS_EVERY_MS, async () => {
        if (!panel.visible) return;
        await this.#readKeys();
        sending.soon();
      }),
    );
    parts.add(this.#dependencies.serverWatch.add(() => panel.visible));
    const lookAgain = (): void => {
      readingKeys.soon();
    };
    parts.add(
      models.onDidChange(() => {
        sending.soon();
      }),
    );
    // A key that is stored, moved or deleted is written down, also in another window.
    parts.add(store.on('changed', lookAgain));
    parts.add(keys.onDidRefuse(lookAgain));
    parts.add(panel.onDidChangeViewState(lookAgain));
    parts.add(vscode.workspace.onDidChangeConfiguration(lookAgain));
  }

  #state(): ProvidersPageState {
    const known = new Map(this.#dependencies.models.known().map((each) => [each.name, each]));
    return {
      roles: this.#dependencies.roles.entries(),
      providers: canBeSetUp.flatMap((definition) => {
        const found = known.get(definition.name);
        return found === undefined ? [] : entryOf(definition, found, this.#keys.get(definition.name) ?? null);
      }),
    };
  }

  /** Finds out where each key lives, and what it was last used for. */
  async #readKeys(): Promise<void> {
    const { keys, store } = this.#dependencies;
    const sums = await store.call('egress.sums', { since: 0 });
    const found = await Promise.all(
      canBeSetUp.map(async (definition): Promise<readonly [string, KeyEntry] | null> => {
        const place = await keys.locate(definition.name);
        if (place === null) return null;
        const address = addressOf(definition);
        const [last] = sums
          .filter((sum) => address !== null && sum.address.startsWith(address))
          .toSorted((one, other) => other.lastAt - one.lastAt);
        const lastUse = last === undefined ? null : { at: last.lastAt, purpose: last.purpose };
        const stored =
          place.kind === 'command' || place.kind === 'environment' ? null : await keys.list(definition.name);
        const several = stored === null || stored.length === 1 ? [] : stored;
        return [definition.name, { kind: place.kind, place: place.name, lastUse, several }];
      }),
    );
    this.#keys = new Map(found.filter((each) => each !== null));
  }

  #handlers(): Handlers<ProvidersPageHostContract> {
    const { models, setup, changes, roles } = this.#dependencies;
    return {
      state: async () => {
        await Promise.all([models.load(), this.#readKeys()]);
        void models.refresh();
        return this.#state();
      },
      add: () => setup.setUp(),
      act: ({ provider, action }) => this.#act(definitionOf(provider), action),
      actOnKey: ({ provider, key, action }) =>
        action === 'prefer'
          ? changes.preferKey(definitionOf(provider), key)
          : changes.removeKey(definitionOf(provider), key),
      correctModel: async ({ provider, model, correction, price }) => {
        await models.correctModel({ provider, model }, correction);
        await savePrice({ provider, model }, price);
      },
      pickRole: ({ role }) => roles.pick(role),
      addFallback: ({ role }) => roles.addFallback(role),
      setFallbacks: ({ role, models: fallbacks }) => roles.setFallbacks(role, fallbacks),
    };
  }

  async #act(provider: ProviderDefinition, action: ProviderAction): Promise<void> {
    const { models, setup, changes } = this.#dependencies;
    switch (action) {
      case 'setUp':
        await setup.setUp(provider.name);
        break;
      case 'changeKey':
        await setup.setKey(provider.name);
        break;
      case 'addKey':
        await setup.addKey(provider);
        break;
      case 'test':
      case 'moveKey':
      case 'deleteKey':
      case 'changeAddress':
      case 'addModel':
      case 'enable':
      case 'remove':
        await changes[action](provider);
        break;
      case 'disable':
        await models.disable(provider.name);
        break;
      case 'openKeyCommands':
        await vscode.commands.executeCommand('workbench.action.openSettings', settings.keyCommands);
        break;
    }
  }
}

/** Throws where there is none of this name. */
function definitionOf(name: string): ProviderDefinition {
  const definition = canBeSetUp.find((each) => each.name === name);
  if (definition === undefined) throw new SextantError('not-found', t('There is no provider “{0}”.', name));
  return definition;
}

function addressOf({ name, baseUrl }: ProviderDefinition): string | null {
  return readSettings.endpoints()[name] ?? baseUrl;
}

function entryOf(definition: ProviderDefinition, known: KnownProvider, key: KeyEntry | null): ProviderEntry {
  return {
    name: definition.name,
    displayName: definition.displayName,
    state: stateOf(definition, known),
    problem: known.problem?.message ?? null,
    isLocal: definition.isLocal,
    address: addressOf(definition),
    takesKey: definition.key.need !== 'none',
    key,
    models: known.models.map((model) => modelEntry(definition.name, model)),
  };
}

function modelEntry(provider: string, { listed: { price, ...listed }, correction }: KnownModel): ModelEntry {
  const contextWindow = listed.contextWindow ?? knownWindow(listed.id);
  const name = `${provider}/${listed.id}`;
  const { [name]: ownPrice = null, ...others } = readSettings.prices();
  return {
    listed: {
      ...listed,
      ...(contextWindow === null ? {} : { contextWindow }),
      can: { ...knownAbilities(listed.id), ...listed.can },
    },
    correction,
    price: priceAt({ provider, model: listed.id }, readSettings.endpoints()[provider], others, price),
    ownPrice,
  };
}

function stateOf({ knownModels }: ProviderDefinition, { state, isAsked, problem }: KnownProvider): ProviderState {
  if (state === 'not set up') return 'unset';
  if (state === 'disabled') return 'disabled';
  if (isAsked) return 'asking';
  if (problem !== null) return problem.isUnreachable ? 'unreachable' : 'problem';
  return knownModels === undefined ? 'answers' : 'ready';
}
