import { t } from '../base/texts.ts';
import type { KeyRing } from '../keys/keyRing.ts';
import { normaliseKey } from '../keys/normaliseKey.ts';
import { normaliseAddress } from '../models/endpoint.ts';
import { type ProviderDefinition, builtInProviders } from '../models/registry.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';
import type { AuditLog } from './auditLog.ts';
import { type KeyQuestion, type TypedKey, askForKey } from './keyBox.ts';
import { pickProvider } from './providerQuestions.ts';
import { readSettings } from './settings.ts';
import type { Left } from './wizard/quickSteps.ts';

/** The providers that have anything to set up. */
export const canBeSetUp = builtInProviders.filter(({ protocol }) => protocol !== 'offline' && protocol !== 'vscode');

/** Asks a provider for its models, with a key that is not stored and at another address where they are given. */
export type ListModels = (
  provider: string,
  at: { readonly key?: string | null; readonly address: string | null },
  signal: AbortSignal,
) => Promise<readonly ModelInfo[]>;

/** Keys of providers: asked for in a password box, tried there, stored and deleted, each written down. */
export class ProviderKeys {
  readonly #ring: KeyRing;
  readonly #audit: Pick<AuditLog, 'add'>;
  readonly list: ListModels;

  constructor(ring: KeyRing, audit: Pick<AuditLog, 'add'>, list: ListModels) {
    this.#ring = ring;
    this.#audit = audit;
    this.list = list;
  }

  /** The provider is tried at `address`, where that is not null. */
  async ask(
    provider: ProviderDefinition | undefined,
    address: string | null,
    more: Pick<KeyQuestion, 'place' | 'typed' | 'trouble'> = {},
  ): Promise<TypedKey | Left> {
    const takeKeys = canBeSetUp.filter(({ key }) => key.need !== 'none');
    return await askForKey({
      provider,
      vault: await this.#ring.describeVault(),
      problem: (typed) => this.#ring.problem(typed),
      askWhose: () => pickProvider(t('Whose API key is this?'), takeKeys),
      check: async ({ name }, key, signal) => {
        await this.list(name, { key: normaliseKey(key), address }, signal);
      },
      ...more,
    });
  }

  /** Wherever it is kept. */
  async has(provider: string): Promise<boolean> {
    return (await this.#ring.locate(provider)) !== null;
  }

  /** Stores a key behind those that there are. */
  async add(provider: ProviderDefinition, key: string): Promise<void> {
    const place = await this.#ring.add(provider.name, key, originOf(provider));
    await this.#audit.add('key stored', provider.name, { place });
  }

  /** Stores a key in place of the one before, or of the first of several; an empty one deletes all. */
  async keep(provider: ProviderDefinition, key: string): Promise<void> {
    if (key.trim() === '') {
      await this.delete(provider.name);
      return;
    }
    const place = await this.#ring.set(provider.name, key, originOf(provider));
    await this.#audit.add('key stored', provider.name, { place });
  }

  async delete(provider: string): Promise<void> {
    const wasStored = await this.#ring.isStored(provider);
    await this.#ring.delete(provider);
    if (wasStored) await this.#audit.add('key deleted', provider);
  }
}

/** Where the provider is now; null where it has no address. */
function originOf({ name, baseUrl, protocol }: ProviderDefinition): string | null {
  const address = readSettings.endpoints()[name] ?? baseUrl;
  if (address === null || protocol === 'vscode' || protocol === 'offline') return null;
  return new URL(normaliseAddress(address, protocol)).origin;
}
