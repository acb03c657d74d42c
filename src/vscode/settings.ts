import * as vscode from 'vscode';
import type { KeptResponses } from '../chat/storedResponses.ts';
import type { ContextSource } from '../completion/context/candidate.ts';
import type { ContextOptions } from '../completion/context/gatheredContext.ts';
import { settings } from '../manifest.ts';
import { type ModelPrice, readPrices } from '../models/modelPrice.ts';
import type { RateLimit } from '../models/rateLimits.ts';
import { type ModelRef, parseModelRef } from '../models/chatModel.ts';
import type { Policy } from '../privacy/policy.ts';
import { readPolicies } from '../privacy/policyFiles.node.ts';
import type { StoreSync } from '../storage/engine/engine.ts';
import type { Budgets } from './budget.ts';

/** As package.json demands it of the setting. */
const ABSOLUTE_PATH = /^(?:\/|[A-Za-z]:[\\/])/;

/** VS Code puts all settings together anew for each question, and some are read for each provider of a list. */
const known = new Map<string, unknown>();
// Before anybody else listens, so that who does reads what is new.
vscode.workspace.onDidChangeConfiguration(() => {
  known.clear();
});

/** What each source of context is called in the setting. */
const contextSettings: Readonly<Record<ContextSource, string>> = {
  definition: 'definitions',
  imports: 'imports',
  edited: 'recentlyEdited',
  viewed: 'recentlyViewed',
  similar: 'similarCode',
  clipboard: 'clipboard',
};

/** Whether events of use are recorded: not while VS Code’s own telemetry is off (`held`), or a policy forbids it. */
export type TelemetryState = 'off' | 'forbidden' | 'held' | 'on';

/** The settings as they are now. What a repository must not decide is machine-scoped in package.json. */
export const readSettings = {
  endpoints: (): Readonly<Record<string, string>> => strings(read(settings.endpoints)),
  headers: (provider: string): Readonly<Record<string, string>> => {
    const all = read(settings.headers);
    return isRecord(all) && Object.hasOwn(all, provider) ? strings(all[provider]) : {};
  },
  bodyParameters: (provider: string): Readonly<Record<string, unknown>> => {
    const all = read(settings.bodyParameters);
    const own = isRecord(all) && Object.hasOwn(all, provider) ? all[provider] : null;
    return isRecord(own) ? own : {};
  },
  /** Of the model alone where it is named, else of all its provider’s together. */
  rateLimit: (provider: string, model: string): RateLimit & { readonly name: string } => {
    const all = read(settings.rateLimits);
    const own = `${provider}/${model}`;
    const name = isRecord(all) && Object.hasOwn(all, own) ? own : provider;
    const limit = isRecord(all) && Object.hasOwn(all, name) ? all[name] : null;
    const [requestsPerMinute, tokensPerMinute] = ['requestsPerMinute', 'tokensPerMinute'].map((key) => {
      const value = isRecord(limit) ? limit[key] : null;
      return typeof value === 'number' && value > 0 ? value : undefined;
    });
    return {
      name,
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    };
  },
  /** By the provider's name: the user's alone, whatever a workspace says. */
  keyCommands: (): Readonly<Record<string, string>> => {
    const found = vscode.workspace.getConfiguration().inspect(settings.keyCommands);
    return strings(found?.globalValue);
  },
  detectLocalServers: (): boolean => read(settings.detectLocalServers) !== false,
  useWorkspaceContext: (): boolean => read(settings.useWorkspaceContext) !== false,
  attachActiveFile: (): boolean => read(settings.attachActiveFile) !== false,
  titlesByModel: (): boolean => read(settings.titlesByModel) !== false,
  indexAutomatically: (): boolean => read(settings.indexAutomatically) !== false,
  /** What may go along with a completion: the sources that are on, and about how many tokens. */
  completionContext: (): ContextOptions => {
    const chosen = read(settings.completionContext);
    const isOn = (source: ContextSource): boolean => {
      const value = isRecord(chosen) ? chosen[contextSettings[source]] : undefined;
      return typeof value === 'boolean' ? value : source !== 'clipboard';
    };
    const tokens = read(settings.completionContextTokens);
    return {
      sources: new Set((Object.keys(contextSettings) as ContextSource[]).filter(isOn)),
      budgetTokens: typeof tokens === 'number' && tokens >= 0 ? tokens : 1024,
    };
  },
  /** What may leave this machine: what an organisation has ruled for it, and the user's own settings. */
  policies: (): readonly Policy[] => [
    ...readPolicies(),
    {
      localOnly: read(settings.localOnly) === true,
      ...unlessEmpty('allowedProviders', list(read(settings.allowedProviders))),
      ...unlessEmpty('allowedAddresses', list(read(settings.allowedAddresses))),
    },
  ],
  telemetryState: (): TelemetryState => {
    if (readPolicies().some(({ telemetry }) => telemetry === false)) return 'forbidden';
    if (read(settings.telemetryOptIn) !== true) return 'off';
    return vscode.env.isTelemetryEnabled ? 'on' : 'held';
  },
  /** Where events of use are sent: the organisation's address goes before the user's. Undefined for nowhere. */
  telemetryAddress: (): string | undefined => {
    const address = ruled('telemetryAddress') ?? text(read(settings.telemetryAddress));
    return /^https?:\/\//u.test(address) && URL.canParse(address) ? address : undefined;
  },
  /** For that server; `${key}` stands for the key. */
  telemetryHeaders: (): Readonly<Record<string, string>> => strings(read(settings.telemetryHeaders)),
  /** Of all cores together, 5 to 100. */
  indexCpuPercent: (): number => {
    const value = read(settings.indexCpuPercent);
    return typeof value === 'number' && Number.isFinite(value) ? Math.min(100, Math.max(5, value)) : 100;
  },
  /** Whether the deep model may help: it rests while a model is chosen for that. */
  indexDeepModel: (): boolean => read(settings.indexDeepModel) !== 'off' && readSettings.indexEmbeddingModel() === '',
  /** `provider/model`; empty for the built-in ones alone. */
  indexEmbeddingModel: (): string => text(read(settings.indexEmbeddingModel)),
  /** `provider/model`; empty for none. */
  indexRerankModel: (): string => text(read(settings.indexRerankModel)),
  localOnly: (): boolean => readSettings.policies().some(({ localOnly }) => localOnly === true),
  /** 0 for ever. */
  keepRequestsDays: (): number => ruled('keepRequestsDays') ?? days(read(settings.keepRequestsDays), 90),
  /** Which answers are kept, to be served again. */
  responseCache: (): ReturnType<KeptResponses['responseCache']> => {
    const value = read(settings.responseCache);
    return value === 'all' || value === 'none' ? value : 'deterministic';
  },
  responseCacheLimits: (): ReturnType<KeptResponses['responseCacheLimits']> => ({
    days: Math.max(1, days(read(settings.responseCacheDays), 7)),
    megabytes: Math.max(1, days(read(settings.responseCacheMegabytes), 16)),
  }),
  budgets: (): Budgets => ({
    day: microdollars(read(settings.dailyBudget)),
    month: microdollars(read(settings.monthlyBudget)),
    stops: read(settings.stopAtBudget) !== false,
  }),
  /** By `provider/model` or `provider/*`. */
  prices: (): Readonly<Record<string, ModelPrice>> => readPrices(read(settings.prices)),
  storageSync: (): StoreSync => (read(settings.storageSync) === 'eachSecond' ? 'eachSecond' : 'always'),
  /** Undefined where VS Code's own folder is to be used. */
  storageFolder: (): string | undefined => {
    const value = read(settings.storageFolder);
    return typeof value === 'string' && ABSOLUTE_PATH.test(value) ? value : undefined;
  },
  /** 0 for ever. */
  retentionDays: (): number => ruled('retentionDays') ?? days(read(settings.retentionDays), 0),
  /** True: the days are an organisation's, and nobody is asked about them. */
  isRetentionRuled: (): boolean => ruled('retentionDays') !== undefined,
  backsUpAutomatically: (): boolean => read(settings.backsUpAutomatically) !== false,
  /** See {@link RoleModels}. What names no model counts as not set. */
  roleModel: (role: string): ModelRef | null => {
    const all = read(settings.models);
    return isRecord(all) && typeof all[role] === 'string' ? parseModelRef(all[role].trim()) : null;
  },
  fallbackModels: (role: string): readonly ModelRef[] => {
    const all = read(settings.fallbackModels);
    const named: unknown = isRecord(all) ? all[role] : null;
    if (!Array.isArray(named)) return [];
    return named.flatMap((name) => (typeof name === 'string' ? (parseModelRef(name.trim()) ?? []) : []));
  },
  completionModel: (): string => text(read(settings.completionModel)),
  completionTemplate: (): string => text(read(settings.completionTemplate)),
  /** By VS Code's identifiers. */
  completionDisabledLanguages: (): readonly string[] => {
    return list(read(settings.completionDisabledLanguages));
  },
};

/** Writes the address of a provider; null: it is where it usually is. */
export async function saveEndpoint(provider: string, address: string | null): Promise<void> {
  await saveEntry(settings.endpoints, readSettings.endpoints(), provider, address ?? undefined);
}

export async function saveTelemetryOptIn(value: boolean): Promise<void> {
  await vscode.workspace.getConfiguration().update(settings.telemetryOptIn, value, vscode.ConfigurationTarget.Global);
}

export async function saveLocalOnly(value: boolean): Promise<void> {
  await vscode.workspace.getConfiguration().update(settings.localOnly, value, vscode.ConfigurationTarget.Global);
}

/** See {@link readSettings.indexCpuPercent}. */
export async function saveIndexCpuPercent(percent: number): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settings.indexCpuPercent, percent, vscode.ConfigurationTarget.Global);
}

/** `provider/model`, or an empty text for the built-in one alone. */
export async function saveIndexEmbeddingModel(value: string): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settings.indexEmbeddingModel, value, vscode.ConfigurationTarget.Global);
}

/** `provider/model`, or an empty text for none. */
export async function saveIndexRerankModel(value: string): Promise<void> {
  await vscode.workspace.getConfiguration().update(settings.indexRerankModel, value, vscode.ConfigurationTarget.Global);
}

/** What a model costs by the user’s own word; null: as its provider or the built-in list has it. */
export async function savePrice(ref: ModelRef, price: ModelPrice | null): Promise<void> {
  await saveEntry(settings.prices, read(settings.prices), nameOf(ref), price ?? undefined);
}

/** See {@link readSettings.roleModel}; null: whoever answers in the chat. */
export async function saveRoleModel(role: string, ref: ModelRef | null): Promise<void> {
  await saveEntry(settings.models, read(settings.models), role, ref === null ? undefined : nameOf(ref));
}

/** See {@link readSettings.fallbackModels}. */
export async function saveFallbackModels(role: string, refs: readonly ModelRef[]): Promise<void> {
  const names = refs.length === 0 ? undefined : refs.map(nameOf);
  await saveEntry(settings.fallbackModels, read(settings.fallbackModels), role, names);
}

function nameOf({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}

/** Writes an entry of a setting that is an object, or without a `value` takes it out. */
async function saveEntry(id: string, all: unknown, key: string, value: unknown): Promise<void> {
  const before = isRecord(all) ? all : {};
  if (value === undefined && !Object.hasOwn(before, key)) return;
  const others = Object.entries(before).filter(([name]) => name !== key);
  const entries = Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
  await vscode.workspace.getConfiguration().update(id, entries, vscode.ConfigurationTarget.Global);
}

/** `provider/model`, or an empty text for none. */
export async function saveCompletionModel(value: string): Promise<void> {
  await vscode.workspace.getConfiguration().update(settings.completionModel, value, vscode.ConfigurationTarget.Global);
}

/** By VS Code's identifiers. */
export async function saveDisabledLanguages(languages: readonly string[]): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update(settings.completionDisabledLanguages, languages, vscode.ConfigurationTarget.Global);
}

function read(id: string): unknown {
  let value = known.get(id);
  if (value === undefined) known.set(id, (value = vscode.workspace.getConfiguration().get<unknown>(id)));
  return value;
}

/** What the first policy of this machine that says something of it says. */
function ruled<Key extends keyof Policy>(key: Key): Policy[Key] | undefined {
  return readPolicies().find((policy) => policy[key] !== undefined)?.[key];
}

function unlessEmpty(key: keyof Policy, values: readonly string[]): Policy {
  return values.length === 0 ? {} : { [key]: values };
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function days(value: unknown, usual: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.ceil(value) : usual;
}

/** From dollars. */
function microdollars(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value * 1e6) : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function strings(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
