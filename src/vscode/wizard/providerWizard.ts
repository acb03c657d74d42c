import * as vscode from 'vscode';
import { errorMessage, isSextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ModelDirectory } from '../../chat/modelDirectory.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import { normaliseAddress } from '../../models/endpoint.ts';
import { recommendedModel } from '../../models/recommendedModel.ts';
import { type ProviderDefinition, completes } from '../../models/registry.ts';
import { isLoopback } from '../../privacy/isLoopback.ts';
import type { ModelInfo } from '../../protocol/modelInfo.ts';
import { type ProviderKeys, canBeSetUp } from '../providerKeys.ts';
import { readSettings, saveCompletionModel, saveEndpoint, saveFallbackModels, saveRoleModel } from '../settings.ts';
import { type Place, type Step, choose, enter, runSteps } from './quickSteps.ts';

/**
 * Sets up a provider step by step, with a way back at each: which one, its address, its key, its models and what they
 * are for. Nothing is changed before the provider has taken what was typed, or the user wants it kept all the same; an
 * address that was typed is there again the next time.
 */
export class ProviderWizard {
  readonly #models: ModelDirectory;
  readonly #keys: ProviderKeys;
  readonly #drafts = new Map<string, string>();
  #provider: ProviderDefinition | undefined;
  /** The key comes first, and its form tells whose it is. */
  #isByKey = false;
  /** Null for the usual one. */
  #address: string | null = null;
  #key: string | null = null;
  #wantsKey = false;
  #chosen: readonly ModelRef[] = [];

  constructor(models: ModelDirectory, keys: ProviderKeys) {
    this.#models = models;
    this.#keys = keys;
  }

  /** Asks for the provider too, where none is given. */
  async run(provider: ProviderDefinition | undefined): Promise<void> {
    this.#choose(provider);
    this.#key = null;
    const first = provider === undefined ? this.#askProvider : await this.#afterProvider(provider);
    await runSteps(first, () => {
      const asksAddress = this.#provider !== undefined && needsAddress(this.#provider);
      return (provider === undefined ? 3 : 2) + Number(asksAddress) + Number(this.#wantsKey);
    });
  }

  #choose(provider: ProviderDefinition | undefined): void {
    if (provider?.name !== this.#provider?.name) this.#key = null;
    this.#provider = provider;
    this.#isByKey = provider === undefined;
    this.#wantsKey = provider?.key.need !== 'optional';
    this.#address = null;
  }

  readonly #askProvider: Step = async (place) => {
    const picked = await choose(place, {
      title: t('Add a Provider'),
      placeholder: t('Which provider do you want to use?'),
      items: () => this.#providerItems(),
      onDidChange: this.#models.onDidChange,
    });
    if (picked === undefined || picked === 'back') return picked;
    const provider = picked[0]?.provider;
    this.#choose(provider);
    return provider === undefined ? this.#askKey : await this.#afterProvider(provider);
  };

  #providerItems(): readonly ProviderItem[] {
    const { offers } = this.#models.state();
    const isSetUp = new Set(this.#models.known().flatMap(({ name, state }) => (state === 'set up' ? [name] : [])));
    const item = (provider: ProviderDefinition): ProviderItem => ({
      label: provider.displayName,
      description: isSetUp.has(provider.name) ? t('set up') : '',
      provider,
    });
    const running = offers.flatMap(({ provider: name, address }) =>
      canBeSetUp
        .filter((provider) => provider.name === name)
        .map((provider): ProviderItem => {
          return { label: `$(pass) ${provider.displayName}`, description: t('running at {0}', address), provider };
        }),
    );
    const others = canBeSetUp.filter(({ name }) => !offers.some((offer) => offer.provider === name));
    const group = (label: string, providers: readonly ProviderDefinition[]): readonly ProviderItem[] => [
      { label, kind: vscode.QuickPickItemKind.Separator, provider: undefined },
      ...providers.map(item),
    ];
    return [
      ...running,
      { label: t('$(key) I Have an API Key…'), description: t('its form tells whose it is'), provider: undefined },
      ...group(
        t('on this machine'),
        others.filter(({ isLocal }) => isLocal),
      ),
      ...group(
        t('needs an API key'),
        others.filter(({ isLocal, baseUrl }) => !isLocal && baseUrl !== null),
      ),
      ...group(
        t('an address of yours'),
        others.filter(({ isLocal, baseUrl }) => !isLocal && baseUrl === null),
      ),
    ];
  }

  async #afterProvider(provider: ProviderDefinition): Promise<Step> {
    if (needsAddress(provider)) return this.#askAddress;
    this.#wantsKey = !(await this.#keys.has(provider.name));
    return this.#wantsKey ? this.#askKey : this.#askModels;
  }

  readonly #askAddress: Step = async (place) => {
    const provider = this.#provider;
    if (provider === undefined) return 'back';
    const { name, displayName, baseUrl, protocol, key } = provider;
    if (protocol === 'vscode' || protocol === 'offline') return 'back';
    const set = readSettings.endpoints()[name];
    const running = this.#models.state().offers.find((offer) => offer.provider === name)?.address;
    const example = baseUrl ?? provider.addressExample ?? 'http://127.0.0.1:8000/v1';
    const typed = await enter(place, {
      title: t('{0}: Address', displayName),
      prompt: t('The base address of the server, for example {0}', example),
      value: this.#drafts.get(name) ?? set ?? running ?? baseUrl ?? '',
      problem: (value) => {
        this.#drafts.set(name, value);
        try {
          normaliseAddress(value, protocol);
          return undefined;
        } catch (error) {
          return errorMessage(error);
        }
      },
      trying: t('Asking {0} for its models…', displayName),
      keepAnyway: (failure) => t('{0} Enter another address, or press Enter again to keep this one.', failure),
      attempt: async (value, signal) => {
        if (key.need === 'required') return;
        const address = normaliseAddress(value, protocol);
        try {
          // A stored key is that of the address that is set, and goes nowhere else.
          const isKnown = address === (set ?? baseUrl);
          await this.#keys.list(name, { address, ...(isKnown ? {} : { key: null }) }, signal);
          this.#wantsKey =
            key.need === 'optional' && !isLoopback(address) && !(isKnown && (await this.#keys.has(name)));
        } catch (error) {
          if (!isAboutKey(error)) throw error;
          this.#wantsKey = true;
        }
      },
    });
    if (typed === undefined || typed === 'back') return typed;
    const address = normaliseAddress(typed.text, protocol);
    this.#address = address === baseUrl ? null : address;
    if (this.#wantsKey) return this.#askKey;
    await this.#save(provider);
    return this.#askModels;
  };

  readonly #askKey = async (place: Place, trouble: string | null = null): ReturnType<Step> => {
    const whose = this.#isByKey ? undefined : this.#provider;
    const asked = await this.#keys.ask(whose, this.#address, { place, typed: this.#key ?? '', trouble });
    if (asked === undefined || asked === 'back') return asked;
    this.#provider = asked.provider;
    this.#key = asked.key;
    await this.#save(asked.provider);
    return this.#askModels;
  };

  /** The key of one server is not for another. */
  async #save(provider: ProviderDefinition): Promise<void> {
    const { name, baseUrl } = provider;
    const isElsewhere = (this.#address ?? baseUrl) !== (readSettings.endpoints()[name] ?? baseUrl);
    if (isElsewhere && needsAddress(provider)) {
      await this.#keys.delete(name);
      await saveEndpoint(name, this.#address);
    }
    if (this.#key !== null) await this.#keys.keep(provider, this.#key);
    this.#drafts.delete(name);
  }

  readonly #askModels: Step = async (place) => {
    const provider = this.#provider;
    if (provider === undefined) return 'back';
    const { name, displayName } = provider;
    await this.#models.enable(name);
    let found: readonly ModelInfo[];
    try {
      const progress = {
        location: vscode.ProgressLocation.Window,
        title: t('Asking {0} for its models…', displayName),
      };
      found = await vscode.window.withProgress(progress, () => this.#models.refreshProvider(name));
    } catch (error) {
      // In the place of this step, so that back leads to the one before.
      return isAboutKey(error)
        ? await this.#askKey(place, errorMessage(error))
        : await this.#askName(place, errorMessage(error));
    }
    const first = recommendedModel(name, found);
    if (first === undefined) return await this.#askName(place);
    const items = [first, ...found.filter((model) => model !== first)].map(({ id, displayName: label }): ModelItem => ({
      label: label ?? id,
      description: [label === undefined || label === id ? '' : id, id === first.id ? t('recommended') : '']
        .filter(Boolean)
        .join(' · '),
      model: { provider: name, model: id },
    }));
    const other: ModelItem = {
      label: t('$(edit) Another Model…'),
      description: t('by its name, or that of its deployment'),
      model: null,
    };
    const all = [...items, other];
    const wasChosen = items.filter(({ model }) => this.#chosen.some((each) => isSame(each, model)));
    const picked = await choose(place, {
      title: t('{0}: Models', displayName),
      placeholder: t('Choose one or more: the first answers, the others stand in when it fails'),
      items: () => all,
      picked: wasChosen.length > 0 ? wasChosen : items.slice(0, 1),
    });
    if (picked === undefined || picked === 'back') return picked;
    this.#chosen = all.flatMap((item) => (item.model !== null && picked.includes(item) ? [item.model] : []));
    if (picked.includes(other)) return this.#askName;
    return this.#chosen.length === 0 ? 'done' : this.#askRoles;
  };

  /** A model that the provider does not list. */
  readonly #askName = async (place: Place, trouble: string | null = null): ReturnType<Step> => {
    const provider = this.#provider;
    if (provider === undefined) return 'back';
    const typed = await enter(place, {
      title: t('{0}: Model', provider.displayName),
      prompt: t('The name of the model, or of its deployment, as the provider calls it'),
      value: '',
      trouble,
      problem: (value) => (value.trim() === '' ? t('Enter a name.') : undefined),
    });
    if (typed === undefined || typed === 'back') return typed;
    const named = { provider: provider.name, model: typed.text.trim() };
    await this.#models.addModel(named);
    this.#chosen = [...this.#chosen, named];
    return this.#askRoles;
  };

  readonly #askRoles: Step = async (place) => {
    const [first, ...others] = this.#chosen;
    if (first === undefined) return 'back';
    const items = roleItems(completes(first.provider));
    const name = this.#models.infoOf(first)?.displayName ?? first.model;
    const picked = await choose(place, {
      title: t('What Is {0} For?', name),
      placeholder: t('All of this can be changed later, on the page about providers'),
      items: () => items,
      picked: items.slice(0, 1),
    });
    if (picked === undefined || picked === 'back') return picked;
    for (const { role } of picked) {
      if (role === 'chat') await this.#models.pick(first);
      else if (role === 'completion') await saveCompletionModel(`${first.provider}/${first.model}`);
      else await saveRoleModel(role, first);
      const before = readSettings.fallbackModels(role).filter((each) => !this.#chosen.some((one) => isSame(one, each)));
      if (others.length > 0) await saveFallbackModels(role, [...others, ...before]);
    }
    if (picked.some(({ role }) => role === 'chat')) {
      const whose = this.#provider?.displayName ?? first.provider;
      void vscode.window.showInformationMessage(t('{0} of {1} answers from now on.', name, whose));
    }
    return 'done';
  };
}

interface ProviderItem extends vscode.QuickPickItem {
  /** Undefined: its key is to tell. */
  readonly provider: ProviderDefinition | undefined;
}

interface ModelItem extends vscode.QuickPickItem {
  /** Null: one that is not listed. */
  readonly model: ModelRef | null;
}

interface RoleItem extends vscode.QuickPickItem {
  readonly role: 'chat' | 'edit' | 'completion' | 'title' | 'summary';
}

function roleItems(canComplete: boolean): readonly RoleItem[] {
  return [
    { label: t('Chat'), role: 'chat' },
    { label: t('Edits in the editor'), role: 'edit' },
    ...(canComplete ? [{ label: t('Inline completion'), role: 'completion' } as const] : []),
    { label: t('Titles of chats'), role: 'title' },
    { label: t('Summaries of long chats'), role: 'summary' },
  ];
}

/** The address of a server of one’s own is asked for, also where it usually is the same. */
function needsAddress({ baseUrl, isLocal }: ProviderDefinition): boolean {
  return baseUrl === null || isLocal;
}

function isAboutKey(error: unknown): boolean {
  return isSextantError(error) && error.data['kind'] === 'auth';
}

function isSame(one: ModelRef, other: ModelRef | null): boolean {
  return one.provider === other?.provider && one.model === other.model;
}
