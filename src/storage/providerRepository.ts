import { SextantError } from '../base/errors.ts';
import type { ModelCorrection, ModelInfo } from '../protocol/modelInfo.ts';
import type { Provider, ProviderConfig } from '../protocol/store.ts';
import { parseJson } from './jsonText.ts';
import type { Scope } from './scope.ts';

/** What `provider_configs.config` holds. */
interface StoredConfig {
  /** By the model's name. */
  readonly models?: Readonly<Record<string, ModelCorrection>>;
}

/** By name. */
export async function listProviders({ database }: Scope): Promise<Provider[]> {
  const rows = await database.selectFrom('providers').selectAll().orderBy('provider_name').execute();
  return rows.map((row) => ({
    name: row.provider_name,
    displayName: row.display_name,
    protocol: row.protocol,
    baseUrl: row.base_url,
    models: parseJson(row.model_list) as ModelInfo[],
  }));
}

export async function saveProvider({ database, nowMs }: Scope, provider: Provider): Promise<void> {
  const row = {
    display_name: provider.displayName,
    base_url: provider.baseUrl,
    protocol: provider.protocol,
    model_list: JSON.stringify(provider.models),
    updated_at: nowMs,
  };
  await database
    .insertInto('providers')
    .values({ provider_name: provider.name, created_at: nowMs, ...row })
    .onConflict((conflict) => conflict.column('provider_name').doUpdateSet(row))
    .execute();
}

/** By the provider's name. */
export async function listProviderConfigs({ database, userId }: Scope): Promise<ProviderConfig[]> {
  const rows = await database
    .selectFrom('provider_configs')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('provider_name')
    .execute();
  return rows.map((row) => ({
    provider: row.provider_name,
    enabled: row.enabled === 1,
    model: row.model,
    endpoint: row.endpoint,
    keyRef: row.key_ref,
    corrections: (parseJson(row.config) as StoredConfig).models ?? {},
  }));
}

/** The provider must be in the registry. */
export async function saveProviderConfig(
  { database, userId, nowMs }: Scope,
  config: Omit<ProviderConfig, 'corrections'>,
): Promise<void> {
  const known = await database
    .selectFrom('providers')
    .select('provider_name')
    .where('provider_name', '=', config.provider)
    .executeTakeFirst();
  if (known === undefined) throw new SextantError('not-found', `There is no provider “${config.provider}”.`);
  const row = {
    endpoint: config.endpoint,
    model: config.model,
    enabled: config.enabled ? (1 as const) : (0 as const),
    key_ref: config.keyRef,
    updated_at: nowMs,
  };
  await database
    .insertInto('provider_configs')
    .values({ user_id: userId, provider_name: config.provider, created_at: nowMs, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'provider_name']).doUpdateSet(row))
    .execute();
}

/** Throws code `not-found` where the user has no settings for the provider. */
export async function correctModel(
  { database, userId, nowMs }: Scope,
  { provider, model, correction }: { provider: string; model: string; correction: ModelCorrection | null },
): Promise<void> {
  const row = await database
    .selectFrom('provider_configs')
    .select('config')
    .where('user_id', '=', userId)
    .where('provider_name', '=', provider)
    .executeTakeFirst();
  if (row === undefined) throw new SextantError('not-found', `There are no settings for “${provider}”.`);
  const config = parseJson(row.config) as StoredConfig;
  const others = Object.entries(config.models ?? {}).filter(([name]) => name !== model);
  const models = Object.fromEntries(correction === null ? others : [...others, [model, correction]]);
  await database
    .updateTable('provider_configs')
    .set({ config: JSON.stringify({ ...config, models }), updated_at: nowMs })
    .where('user_id', '=', userId)
    .where('provider_name', '=', provider)
    .execute();
}

export async function deleteProviderConfig(
  { database, userId }: Scope,
  { provider }: { provider: string },
): Promise<void> {
  await database
    .deleteFrom('provider_configs')
    .where('user_id', '=', userId)
    .where('provider_name', '=', provider)
    .execute();
}
