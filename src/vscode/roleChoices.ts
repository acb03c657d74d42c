import * as vscode from 'vscode';
import { t } from '../base/texts.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import { type ModelRef, parseModelRef } from '../models/chatModel.ts';
import { builtInProvider } from '../models/registry.ts';
import { type Role, type RoleEntry, type RoleModel, roles } from '../protocol/providersPage.ts';
import type { ProviderSetup } from './providerSetup.ts';
import { type SearchRole, searchRoles } from './searchModelPicker.ts';
import { readSettings, saveFallbackModels, saveRoleModel } from './settings.ts';

export interface RoleChoicesDependencies {
  readonly models: ModelDirectory;
  readonly setup: Pick<ProviderSetup, 'pickChatModel' | 'pickCompletionModel'>;
  /** Lets the user choose a model for the search of the code, and says what is sent to it. */
  readonly chooseSearchModel: (role: SearchRole) => Promise<void>;
}

/** Which model does what, who is asked where it fails, and the boxes in which the user chooses them. */
export class RoleChoices {
  readonly #dependencies: RoleChoicesDependencies;

  constructor(dependencies: RoleChoicesDependencies) {
    this.#dependencies = dependencies;
  }

  entries(): readonly RoleEntry[] {
    return roles.map((role) => {
      const ref = this.#modelOf(role);
      return {
        role,
        model: ref === null ? null : this.#named(ref),
        // Vectors of two models cannot be compared: the built-in one stands in.
        fallbacks: role === 'embedding' ? null : readSettings.fallbackModels(role).map((each) => this.#named(each)),
      };
    });
  }

  /** Asks who does it. */
  async pick(role: Role): Promise<void> {
    const { setup, chooseSearchModel } = this.#dependencies;
    switch (role) {
      case 'chat':
        await setup.pickChatModel();
        break;
      case 'completion':
        await setup.pickCompletionModel();
        break;
      case 'embedding':
        await chooseSearchModel(searchRoles.embedding());
        break;
      case 'rerank':
        await chooseSearchModel(searchRoles.reranking());
        break;
      case 'edit':
      case 'title':
      case 'summary': {
        const same = {
          label: t('$(comment-discussion) The Same as in the Chat'),
          description: this.#named(this.#dependencies.models.state().model).displayName,
          ref: null,
        };
        const picked = await this.#ask(t('Which model does it?'), [same]);
        if (picked !== undefined) await saveRoleModel(role, picked.ref);
      }
    }
  }

  /** Asks who else is asked where all before have failed. */
  async addFallback(role: Role): Promise<void> {
    const before = readSettings.fallbackModels(role);
    const add = async (ref: ModelRef): Promise<void> => {
      await this.setFallbacks(role, [...before.filter((each) => !isSame(each, ref)), ref]);
    };
    if (role !== 'rerank') {
      const picked = await this.#ask(t('Which model is asked when the others fail?'), []);
      if (picked !== undefined && picked.ref !== null) await add(picked.ref);
      return;
    }
    await this.#dependencies.chooseSearchModel({
      ...searchRoles.reranking(),
      current: () => '',
      save: async (value) => {
        const ref = parseModelRef(value);
        if (ref !== null) await add(ref);
      },
    });
  }

  async setFallbacks(role: Role, models: readonly ModelRef[]): Promise<void> {
    await saveFallbackModels(role, models);
  }

  #modelOf(role: Role): ModelRef | null {
    switch (role) {
      case 'chat':
        return this.#dependencies.models.state().model;
      case 'completion':
        return parseModelRef(readSettings.completionModel());
      case 'embedding':
        return parseModelRef(readSettings.indexEmbeddingModel());
      case 'rerank':
        return parseModelRef(readSettings.indexRerankModel());
      case 'edit':
      case 'title':
      case 'summary':
        return readSettings.roleModel(role);
    }
  }

  #named(ref: ModelRef): RoleModel {
    const { displayName } = this.#dependencies.models.infoOf(ref) ?? {};
    const provider = builtInProvider(ref.provider)?.displayName ?? ref.provider;
    return { ref, displayName: displayName ?? (ref.provider === 'offline' ? t('Offline') : ref.model), provider };
  }

  async #ask(placeHolder: string, first: readonly RoleItem[]): Promise<RoleItem | undefined> {
    const { models } = this.#dependencies;
    await models.refresh();
    const items = models
      .state()
      .providers.flatMap(({ provider, displayName, models: choices }) =>
        provider === 'offline'
          ? []
          : choices.map(({ ref, displayName: label }): RoleItem => ({ label, description: displayName, ref })),
      );
    return await vscode.window.showQuickPick([...first, ...items], {
      title: t('Sextant Providers'),
      placeHolder,
      matchOnDescription: true,
    });
  }
}

interface RoleItem extends vscode.QuickPickItem {
  readonly ref: ModelRef | null;
}

function isSame(one: ModelRef, other: ModelRef): boolean {
  return one.provider === other.provider && one.model === other.model;
}
