import { SextantError } from '../base/errors.ts';
import type { ModelSource } from '../chat/modelDirectory.ts';
import { type ProviderSettings, httpModelSources, httpProviders, openEndpoint } from '../chat/modelSources.ts';
import { offlineModel } from '../chat/offlineModel.ts';
import type { ChatModel, ModelRef } from '../models/chatModel.ts';
import type { CompletionModel } from '../models/completionModel.ts';
import { createCompletionModel } from '../models/createCompletionModel.ts';
import { builtInProvider } from '../models/registry.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { type CliKeys, keyVariables } from './cliKeys.ts';
import { UsageError } from './options.ts';

/** How a command line names who answers. */
export interface ModelOptions {
  readonly provider?: string;
  readonly model?: string;
  readonly baseUrl?: string;
}

/** The providers that a command line can name, apart from the built-in offline one. */
export interface CliModels {
  /** Throws a sentence that names those there are. */
  source(provider: string): ModelSource;
  open(ref: ModelRef): Promise<ChatModel>;
  /** `template` as in the setting of that name. */
  openCompletion(ref: ModelRef, template?: string): Promise<CompletionModel>;
}

/** All providers of the registry that are reached over HTTP. Keys are read for each request. */
export function cliModels(options: ModelOptions, keys: Pick<CliKeys, 'read'>, send: Fetch): CliModels {
  const settings: ProviderSettings = {
    address: (provider) => (provider === providerName(options) ? options.baseUrl : undefined),
    headers: () => ({}),
    key: async (provider, origin) => (await keys.read(provider, origin)) ?? noKey(provider),
  };
  const sources = httpModelSources(settings, send);
  const source = (name: string): ModelSource => {
    const found = sources.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    const names = [offlineModel.provider, ...sources.map((candidate) => candidate.name)].join(', ');
    throw new UsageError(`There is no provider “${name}”. There are: ${names}.`);
  };
  return {
    source,
    open: async (ref) => await source(ref.provider).open(ref.model),
    openCompletion: async (ref, template = '') => {
      const provider = httpProviders.find(({ name }) => name === ref.provider);
      if (provider === undefined) throw new UsageError(`The provider “${ref.provider}” does not complete code here.`);
      return createCompletionModel(await openEndpoint(provider, settings, send), ref, { template });
    },
  };
}

/** The model that the options name: the only one of its provider where they name none. */
export async function chooseModel(options: ModelOptions, models: CliModels, signal: AbortSignal): Promise<ModelRef> {
  const provider = providerName(options);
  if (provider === offlineModel.provider) {
    if (options.model === undefined && options.baseUrl === undefined) return offlineModel;
    throw new UsageError('The offline provider has no models and no address. Name another with --provider.');
  }
  const source = models.source(provider);
  if (options.model !== undefined) return { provider, model: options.model };
  const [first, ...others] = await source.list(signal);
  if (first === undefined) throw new SextantError('not-found', `${source.displayName} offers no model.`);
  if (others.length === 0) return { provider, model: first.id };
  const names = [first, ...others].map(({ id }) => `  ${id}`).join('\n');
  throw new UsageError(`Say with --model which one is to answer:\n${names}`);
}

/** Null where a provider may do without a key; where it cannot, a sentence that says where one can be put. */
function noKey(provider: string): null {
  const definition = builtInProvider(provider);
  if (definition?.key.need !== 'required') return null;
  const [variable] = keyVariables(provider);
  const set = variable === undefined ? 'Store' : `Set the environment variable ${variable}, or store`;
  throw new SextantError(
    'model',
    `There is no API key for ${definition.displayName}. ${set} one in VS Code with “Sextant: Store an API Key”.`,
  );
}

function providerName({ provider, baseUrl }: ModelOptions): string {
  return provider ?? (baseUrl === undefined ? offlineModel.provider : 'openai-compatible');
}
