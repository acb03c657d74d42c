import * as vscode from 'vscode';
import { t } from '../base/texts.ts';
import type { ModelDirectory } from '../chat/modelDirectory.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import type { ProviderDefinition } from '../models/registry.ts';
import type { AuditLog } from './auditLog.ts';
import { askForAddress, askForModel } from './providerQuestions.ts';
import { saveEndpoint } from './settings.ts';

/** What can be changed of a provider that is set up. */
export class ProviderChanges {
  readonly #models: ModelDirectory;
  readonly #keys: KeyRing;
  readonly #audit: Pick<AuditLog, 'add'>;

  constructor(models: ModelDirectory, keys: KeyRing, audit: Pick<AuditLog, 'add'>) {
    this.#models = models;
    this.#keys = keys;
    this.#audit = audit;
  }

  /** Asks the provider for its models. Why it does not answer stands beside it then. */
  async test({ name }: ProviderDefinition): Promise<void> {
    await this.#models.refreshProvider(name).catch(() => undefined);
  }

  /** A key stays with the address that it was stored for. */
  async changeAddress(provider: ProviderDefinition): Promise<void> {
    const address = await askForAddress(provider);
    if (address === undefined) return;
    await saveEndpoint(provider.name, address);
    await this.test(provider);
  }

  async addModel(provider: ProviderDefinition): Promise<void> {
    const ref = await askForModel(provider);
    if (ref !== undefined) await this.#models.addModel(ref);
  }

  async enable(provider: ProviderDefinition): Promise<void> {
    await this.#models.enable(provider.name);
    await this.test(provider);
  }

  /** To the other of the two vaults; returns the name of that. */
  async moveKey({ name }: Pick<ProviderDefinition, 'name'>): Promise<string> {
    const place = await this.#keys.locate(name);
    await this.#keys.move(name, place?.kind === 'keychain' ? 'fallback' : 'keychain');
    const moved = await this.#keys.locate(name);
    await this.#audit.add('key moved', name, { from: place?.name, to: moved?.name });
    return moved?.name ?? '';
  }

  async deleteKey({ name, displayName }: Pick<ProviderDefinition, 'name' | 'displayName'>): Promise<void> {
    const hasSeveral = ((await this.#keys.list(name))?.length ?? 1) > 1;
    const answer = await confirm(
      hasSeveral ? t('Delete all API keys for {0}?', displayName) : t('Delete the API key for {0}?', displayName),
      hasSeveral ? t('Sextant cannot bring them back.') : t('Sextant cannot bring it back.'),
      t('Delete'),
    );
    if (answer) await this.#deleteKey(name);
  }

  /** Has this one of its keys be used first. */
  async preferKey({ name }: ProviderDefinition, id: string): Promise<void> {
    await this.#keys.prefer(name, id);
    await this.#audit.add('key moved', name);
  }

  /** Deletes this one of its keys, after a question. */
  async removeKey({ name, displayName }: ProviderDefinition, id: string): Promise<void> {
    const answer = await confirm(
      t('Delete this API key for {0}?', displayName),
      t('Sextant cannot bring it back.'),
      t('Delete'),
    );
    if (!answer) return;
    await this.#keys.remove(name, id);
    await this.#audit.add('key deleted', name);
  }

  /** Asks first. The chats that it has answered stay. */
  async remove({ name, displayName }: ProviderDefinition): Promise<void> {
    const answer = await confirm(
      t('Remove {0}?', displayName),
      t('Its stored key, its address and what you have changed of its models go with it. Chats stay.'),
      t('Remove'),
    );
    if (!answer) return;
    await this.#deleteKey(name);
    await saveEndpoint(name, null);
    await this.#models.remove(name);
  }

  async #deleteKey(name: string): Promise<void> {
    if (await this.#keys.delete(name)) await this.#audit.add('key deleted', name);
  }
}

async function confirm(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
