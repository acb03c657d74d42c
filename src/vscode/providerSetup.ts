import * as vscode from 'vscode';
import { errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { commands } from '../manifest.ts';
import { recommendedModel } from '../models/recommendedModel.ts';
import { type ProviderDefinition, completes } from '../models/registry.ts';
import { type ProviderKeys, canBeSetUp } from './providerKeys.ts';
import { askForModel, pickProvider } from './providerQuestions.ts';
import { saveCompletionModel } from './settings.ts';
import { ProviderWizard } from './wizard/providerWizard.ts';

/** The dialogs in which a user sets up providers, keys and models. Keys are typed into password boxes only. */
export class ProviderSetup {
  readonly #models: ModelDirectory;
  readonly #ring: KeyRing;
  readonly #keys: ProviderKeys;
  readonly #wizard: ProviderWizard;

  constructor(models: ModelDirectory, ring: KeyRing, keys: ProviderKeys) {
    this.#models = models;
    this.#ring = ring;
    this.#keys = keys;
    this.#wizard = new ProviderWizard(models, keys);
  }

  /** Leads from a provider, which is asked for where none is named, to what its models are for. */
  async setUp(name?: string): Promise<void> {
    await this.#models.load();
    await this.#wizard.run(definition(name));
  }

  /**
   * Asks for a key, tries it, and stores it in place of the one before. Where Offline answered until now, a model of
   * the provider does from then on.
   */
  async setKey(name?: string): Promise<void> {
    const asked = await this.#keys.ask(definition(name), null);
    if (asked === undefined || asked === 'back') return;
    const { provider, key } = asked;
    await this.#keys.keep(provider, key);
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

  /** Asks for a further key, tries it, and stores it behind those that there are. */
  async addKey(provider: ProviderDefinition): Promise<void> {
    const asked = await this.#keys.ask(provider, null);
    if (asked !== undefined && asked !== 'back' && asked.key !== '') await this.#keys.add(provider, asked.key);
  }

  /** Asks whose, where that is not said. */
  async deleteKey(): Promise<void> {
    const stored: ProviderDefinition[] = [];
    for (const provider of canBeSetUp) if (await this.#ring.isStored(provider.name)) stored.push(provider);
    if (stored.length === 0) {
      void vscode.window.showInformationMessage(t('No API key is stored.'));
      return;
    }
    const provider = await pickProvider(t('Delete which API key?'), stored);
    if (provider === undefined) return;
    await this.#keys.delete(provider.name);
    void this.#models.refresh();
    void vscode.window.showInformationMessage(t('The API key for {0} was deleted.', provider.displayName));
  }

  /** Lists where each key is kept, and never the key. */
  async showKeys(): Promise<void> {
    const items: vscode.QuickPickItem[] = [];
    for (const { name, displayName } of canBeSetUp) {
      const place = await this.#ring.locate(name);
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
      placeHolder: t('New keys are kept in {0}', await this.#ring.describeVault()),
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

function definition(name: string | undefined): ProviderDefinition | undefined {
  return canBeSetUp.find((provider) => provider.name === name);
}
