import * as vscode from 'vscode';
import { errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { normaliseKey } from '../keys/normaliseKey.ts';
import { commands } from '../manifest.ts';
import { normaliseAddress } from '../models/endpoint.ts';
import { recommendedModel } from '../models/recommendedModel.ts';
import { type ProviderDefinition, builtInProvider, builtInProviders } from '../models/registry.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';
import type { AuditLog } from './auditLog.ts';
import { type TypedKey, askForKey } from './keyBox.ts';
import { askForAddress, askForModel, pickProvider, pickProviderOrKey } from './providerQuestions.ts';
import { readSettings, saveCompletionModel, saveEndpoint } from './settings.ts';

/** The providers that have anything to set up. */
export const canBeSetUp = builtInProviders.filter(({ protocol }) => protocol !== 'offline' && protocol !== 'vscode');

/** Asks a provider for its models with a key that is not stored, at another address where one is given. */
export type ListModels = (
  provider: string,
  at: { readonly key: string; readonly address: string | null },
  signal: AbortSignal,
) => Promise<readonly ModelInfo[]>;

/** The dialogs in which a user sets up providers, keys and models. Keys are typed into password boxes only. */
export class ProviderSetup {
  readonly #models: ModelDirectory;
  readonly #keys: KeyRing;
  readonly #audit: Pick<AuditLog, 'add'>;
  readonly #list: ListModels;

  constructor(models: ModelDirectory, keys: KeyRing, audit: Pick<AuditLog, 'add'>, list: ListModels) {
    this.#models = models;
    this.#keys = keys;
    this.#audit = audit;
    this.#list = list;
  }

  /** Asks for a provider, its address and key where it needs them, tries it, and lets the user pick a model. */
  async setUp(name?: string): Promise<void> {
    const provider = definition(name) ?? (await pickProviderOrKey(canBeSetUp));
    if (provider === undefined) return;
    if (provider === 'by key') {
      await this.setKey();
      return;
    }
    const address = provider.baseUrl === null ? await askForAddress(provider) : null;
    if (address === undefined) return;
    const hasKey = (await this.#keys.locate(provider.name)) !== null;
    const asksForKey = provider.key.need === 'required' || (address !== null && provider.key.need === 'optional');
    const isElsewhere = address !== null && address !== readSettings.endpoints()[provider.name];
    const asked = asksForKey && (!hasKey || isElsewhere) ? await this.#askForKey(provider, address) : null;
    if (asked === undefined) return;
    if (isElsewhere) {
      // The key of one server is not for another.
      await this.#deleteKey(provider.name);
      await saveEndpoint(provider.name, address);
    }
    if (asked !== null) await this.#keep(provider, asked.key);
    await this.#try(provider);
  }

  /**
   * Asks for a key, tries it, and stores it in place of the one before. Where Offline answered until now, a model of
   * the provider does from then on.
   */
  async setKey(name?: string): Promise<void> {
    const asked = await this.#askForKey(definition(name), null);
    if (asked === undefined) return;
    const { provider, key } = asked;
    await this.#keep(provider, key);
    if (this.#models.state().model.provider !== offlineModel.provider) {
      await this.#try(provider);
      return;
    }
    await this.#models.enable(provider.name);
    const found = await this.#models.refreshProvider(provider.name).catch(() => []);
    const model = recommendedModel(provider.name, found);
    if (model === undefined) {
      await this.#try(provider);
      return;
    }
    await this.#models.pick({ provider: provider.name, model: model.id });
    const said = t('{0} of {1} answers from now on.', model.displayName ?? model.id, provider.displayName);
    const chosen = await vscode.window.showInformationMessage(said, t('Choose Another Model'));
    if (chosen !== undefined) await this.pickChatModel();
  }

  /** Asks whose, where that is not said. */
  async deleteKey(): Promise<void> {
    const stored: ProviderDefinition[] = [];
    for (const provider of canBeSetUp) if (await this.#keys.isStored(provider.name)) stored.push(provider);
    if (stored.length === 0) {
      void vscode.window.showInformationMessage(t('No API key is stored.'));
      return;
    }
    const provider = await pickProvider(t('Delete which API key?'), stored);
    if (provider === undefined) return;
    await this.#deleteKey(provider.name);
    void this.#models.refresh();
    void vscode.window.showInformationMessage(t('The API key for {0} was deleted.', provider.displayName));
  }

  /** Lists where each key is kept, and never the key. */
  async showKeys(): Promise<void> {
    const items: vscode.QuickPickItem[] = [];
    for (const { name, displayName } of canBeSetUp) {
      const place = await this.#keys.locate(name);
      if (place !== null) items.push({ label: `$(key) ${displayName}`, description: place.name });
    }
    if (items.length === 0) {
      items.push({
        label: t('No API key is stored'),
        description: t('the Offline model and most local servers need none'),
      });
    }
    await vscode.window.showQuickPick(items, {
      title: t('Where API Keys Are Kept'),
      placeHolder: t('New keys are kept in {0}', await this.#keys.describeVault()),
    });
  }

  async pickChatModel(): Promise<void> {
    await this.#models.refresh();
    const { providers, model } = this.#models.state();
    const items = providers.flatMap(({ displayName, models }) =>
      models.map((choice) => {
        const isCurrent = choice.ref.provider === model.provider && choice.ref.model === model.model;
        return {
          label: choice.displayName,
          description: isCurrent ? t('{0} · in use', displayName) : displayName,
          ref: choice.ref,
        };
      }),
    );
    const manage = { label: t('$(gear) Manage Providers…'), description: t('add, change, test, remove'), ref: null };
    const picked = await vscode.window.showQuickPick([...items, manage], {
      title: t('Chat Model'),
      placeHolder: t('Which model answers?'),
      matchOnDescription: true,
    });
    if (picked === undefined) return;
    if (picked.ref === null) await vscode.commands.executeCommand(commands.manageProviders);
    else await this.#models.pick(picked.ref);
  }

  async pickCompletionModel(): Promise<void> {
    await this.#models.refresh();
    const itemsOf = (isFor: (provider: string) => boolean): (vscode.QuickPickItem & { readonly value: string })[] =>
      this.#models
        .state()
        .providers.filter(({ provider }) => isFor(provider))
        .flatMap(({ displayName, models }) =>
          models.map(({ ref, displayName: label }) => ({
            label,
            description: displayName,
            value: `${ref.provider}/${ref.model}`,
          })),
        );
    const chatting = itemsOf((provider) => !completes(provider) && provider !== 'offline');
    const heading = {
      label: t('Chat models: slower, and less exact'),
      kind: vscode.QuickPickItemKind.Separator,
      value: '',
    };
    const off = { label: t('$(circle-slash) None'), description: t('no inline completion'), value: '' };
    const picked = await vscode.window.showQuickPick(
      [off, ...itemsOf(completes), ...(chatting.length === 0 ? [] : [heading, ...chatting])],
      {
        title: t('Completion Model'),
        placeHolder: t('Best is a model trained to fill in the middle, on your machine or near'),
        matchOnDescription: true,
      },
    );
    if (picked !== undefined) await saveCompletionModel(picked.value);
  }

  /** Undefined when the user leaves. The provider is tried at `address`, where that is not null. */
  async #askForKey(provider: ProviderDefinition | undefined, address: string | null): Promise<TypedKey | undefined> {
    const takeKeys = canBeSetUp.filter(({ key }) => key.need !== 'none');
    return await askForKey({
      provider,
      vault: await this.#keys.describeVault(),
      problem: (typed) => this.#keys.problem(typed),
      askWhose: () => pickProvider(t('Whose API key is this?'), takeKeys),
      check: async ({ name }, key, signal) => {
        await this.#list(name, { key: normaliseKey(key), address }, signal);
      },
    });
  }

  async #keep(provider: ProviderDefinition, key: string): Promise<void> {
    if (key.trim() === '') {
      await this.#deleteKey(provider.name);
      return;
    }
    const place = await this.#keys.set(provider.name, key, originOf(provider));
    await this.#audit.add('key stored', provider.name, { place });
  }

  async #deleteKey(provider: string): Promise<void> {
    const wasStored = await this.#keys.isStored(provider);
    await this.#keys.delete(provider);
    if (wasStored) await this.#audit.add('key deleted', provider);
  }

  async #try(provider: ProviderDefinition): Promise<void> {
    await this.#models.enable(provider.name);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: t('Asking {0} for its models…', provider.displayName),
    };
    try {
      const found = await vscode.window.withProgress(options, () => this.#models.refreshProvider(provider.name));
      const items = found.map(({ id, displayName }) => ({
        label: displayName ?? id,
        description: displayName === undefined || displayName === id ? '' : id,
        ref: { provider: provider.name, model: id },
      }));
      const other = { label: t('$(edit) Another Model…'), description: t('by its name, or that of its deployment') };
      const picked = await vscode.window.showQuickPick([...items, { ...other, ref: null }], {
        title: t('{0} Is Set Up', provider.displayName),
        placeHolder: t('Which model answers in the chat?'),
        matchOnDescription: true,
      });
      const ref = picked?.ref === null ? await askForModel(provider) : picked?.ref;
      if (ref === undefined) return;
      await this.#models.addModel(ref);
      await this.#models.pick(ref);
    } catch (error) {
      const wantsKey = provider.key.need === 'required';
      const again = wantsKey ? t('Enter Another Key') : t('Set Up Again');
      const chosen = await vscode.window.showErrorMessage(errorMessage(error), again);
      if (chosen !== undefined) {
        await vscode.commands.executeCommand(wantsKey ? commands.setKey : commands.setUpProvider, provider.name);
      }
    }
  }
}

/** Where the provider is now; null where it has no address. */
function originOf({ name, baseUrl, protocol }: ProviderDefinition): string | null {
  const address = readSettings.endpoints()[name] ?? baseUrl;
  if (address === null || protocol === 'vscode' || protocol === 'offline') return null;
  return new URL(normaliseAddress(address, protocol)).origin;
}

function definition(name: string | undefined): ProviderDefinition | undefined {
  return canBeSetUp.find((provider) => provider.name === name);
}

function completes(name: string): boolean {
  const provider = builtInProvider(name);
  if (provider === undefined || provider.chatOnly === true) return false;
  return provider.protocol === 'ollama' || provider.protocol === 'openai-compatible';
}
