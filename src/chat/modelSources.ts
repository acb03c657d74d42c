import { t } from '../base/texts.ts';
import type { BodyParameters } from '../models/bodyParameters.ts';
import type { ChatModel, ChatRequest } from '../models/chatModel.ts';
import { createChatModel } from '../models/createChatModel.ts';
import { describeFailure } from '../models/describeFailure.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../models/endpoint.ts';
import { listModels } from '../models/modelCatalog.ts';
import { type Meter, admittedChat } from '../models/meterModel.ts';
import { modelError } from '../models/modelError.ts';
import type { RateLimits } from '../models/rateLimits.ts';
import { type ProviderDefinition, builtInProviders } from '../models/registry.ts';
import { type ResponseCache, cachedChatModel } from '../models/responseCache.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import type { RequestKey } from '../protocol/keyRefusal.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';
import type { ModelSource } from './modelDirectory.ts';

/** What is the user's own about a provider: where it is, what is sent along, and the key, read for one request. */
export interface ProviderSettings {
  address(provider: string): string | undefined;
  headers(provider: string): Readonly<Record<string, string>>;
  /** Put into the body of what asks it for text. */
  parameters?(provider: string): BodyParameters;
  readonly limits?: RateLimits;
  /** See {@link Endpoint.remote}. */
  readonly remote?: string | undefined;
  /** For a request to `origin`. */
  key(provider: string, origin: string): Promise<RequestKey | null>;
}

/** A provider of the registry that is reached over HTTP. */
export type HttpProvider = ProviderDefinition & { readonly protocol: HttpProtocol };

/** The providers of the registry that are reached over HTTP. */
export const httpProviders = builtInProviders.filter(
  (provider): provider is HttpProvider => provider.protocol !== 'vscode' && provider.protocol !== 'offline',
);

/** What stands between a question and its provider. */
export interface Meanwhile {
  /** Serves what it has kept, whatever may be spent. */
  readonly cache?: ResponseCache;
  readonly meter?: Pick<Meter, 'admit'>;
}

/** Every provider that is reached over HTTP, as a source of chat models. */
export function httpModelSources(settings: ProviderSettings, fetch: Fetch, meanwhile: Meanwhile = {}): ModelSource[] {
  const { cache, meter } = meanwhile;
  return httpProviders.map((provider) => ({
    name: provider.name,
    displayName: provider.displayName,
    protocol: provider.protocol,
    isAmbient: false,
    isAddressed: () => settings.address(provider.name) !== undefined,
    list: async (signal) => {
      const endpoint = await openEndpoint(provider, settings, fetch);
      if (provider.knownModels === undefined) return await listModels(endpoint, signal);
      // Nobody is asked who could miss the key.
      if (endpoint.apiKey === null && provider.key.need === 'required')
        throw describeFailure({ type: 'no-key' }, endpoint, provider.knownModels[0] ?? '', false);
      return provider.knownModels.map((id) => ({ id }));
    },
    open: async (name) => {
      const endpoint = await openEndpoint(provider, settings, fetch);
      const ref = { provider: provider.name, model: name };
      const ask = (at: Endpoint): ChatModel => {
        const asked = createChatModel(at, ref);
        return meter === undefined ? asked : admittedChat(asked, meter);
      };
      if (cache === undefined) return ask(endpoint);
      return cachedChatModel(ref, endpoint, (onServed) => ask({ ...endpoint, onServed }), cache);
    },
    prepare: async () => {
      if (provider.protocol !== 'ollama') await import('../models/aiSdk.ts');
    },
  }));
}

/**
 * The models of a provider that has said yes to the key. One that lists none on its wire is asked a question with an
 * answer of a few tokens instead. Throws a model error.
 */
export async function tryProvider(
  { name, knownModels }: HttpProvider,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<readonly ModelInfo[]> {
  const model = knownModels?.at(-1);
  if (knownModels === undefined || model === undefined) return await listModels(endpoint, signal);
  const question: ChatRequest = { system: '', messages: [{ role: 'user', text: 'Say yes.' }], maxOutputTokens: 16 };
  for await (const part of createChatModel(endpoint, { provider: name, model }).stream(question, signal)) {
    if (part.type === 'finish') break;
  }
  return knownModels.map((id) => ({ id }));
}

/** Where a provider is reached now, with its key. Throws a model error that says what the user has to set up. */
export async function openEndpoint(
  provider: HttpProvider,
  settings: ProviderSettings,
  fetch: Fetch,
): Promise<Endpoint> {
  const { name, displayName, protocol } = provider;
  const typed = settings.address(name);
  const baseUrl = typed === undefined ? provider.baseUrl : normaliseAddress(typed, protocol);
  if (baseUrl === null) {
    throw modelError(
      { kind: 'network', actions: ['edit-endpoint', 'pick-model'] },
      t('{0} has no address yet. Set it up first.', displayName),
    );
  }
  const key = await settings.key(name, new URL(baseUrl).origin);
  return {
    displayName,
    protocol,
    baseUrl,
    apiKey: key?.key ?? null,
    ...(key?.other === undefined ? {} : { otherKey: key.other }),
    ...(provider.keyHeader === undefined ? {} : { keyHeader: provider.keyHeader }),
    headers: settings.headers(name),
    ...(settings.limits === undefined ? {} : { limits: settings.limits.of(name) }),
    canBeStarted: provider.startCommand !== undefined,
    parameters: settings.parameters?.(name) ?? {},
    ...(settings.remote === undefined ? {} : { remote: settings.remote }),
    fetch: (address, init, origin) => fetch(address, init, { ...origin, provider: name }),
  };
}
