import { t } from '../base/texts.ts';
import { type HttpProvider, type ProviderSettings, httpProviders, openEndpoint } from '../chat/modelSources.ts';
import { chatCompletion } from '../models/chatCompletion.ts';
import { type ModelRef, parseModelRef } from '../models/chatModel.ts';
import type { CompletionModel } from '../models/completionModel.ts';
import { createCompletionModel } from '../models/createCompletionModel.ts';
import { createEmbeddingModel } from '../models/createEmbeddingModel.ts';
import type { EmbeddingModel } from '../models/embeddingModel.ts';
import { type RoleModels, firstToAnswer, modelsFor } from '../models/firstToAnswer.ts';
import { type Meter, meterCompletion } from '../models/meterModel.ts';
import { modelError } from '../models/modelError.ts';
import { type RerankModel, createRerankModel } from '../models/rerankModel.ts';
import type { EgressGate } from '../privacy/egressGate.ts';
import { EDITOR_PROVIDER, editorModels } from './editorModels.ts';
import { readSettings } from './settings.ts';

/** Who does what, as the settings say now. */
export const modelRoles: RoleModels = { model: readSettings.roleModel, fallbacks: readSettings.fallbackModels };

/** Opens the model that completes, behind which its fallbacks stand; `tell` hears the body of what is sent over HTTP. */
export function openCompletionModels(
  picked: ModelRef,
  meter: Meter,
  ...how: readonly [ProviderSettings, EgressGate, (body: string) => void]
): Promise<CompletionModel> {
  const refs = modelsFor('completion', picked, modelRoles);
  const complete: CompletionModel['complete'] = (request, signal, ...heard) =>
    firstToAnswer(
      refs,
      async (ref) => meterCompletion(await openCompletionModel(ref, ...how), meter).complete(request, signal, ...heard),
      signal,
    );
  return Promise.resolve({ ref: refs[0], complete });
}

async function openCompletionModel(
  ref: ModelRef,
  settings: ProviderSettings,
  gate: EgressGate,
  tell: (body: string) => void,
): Promise<CompletionModel> {
  if (ref.provider === EDITOR_PROVIDER) return chatCompletion(await editorModels.open(ref, gate));
  const provider = httpProvider(ref, t('inline completion'));
  const template = readSettings.completionTemplate();
  const telling: EgressGate['fetch'] = (address, init, origin) => {
    if (typeof init.body === 'string') tell(init.body);
    return gate.fetch(address, init, origin);
  };
  return createCompletionModel(await openEndpoint(provider, settings, telling), ref, { template });
}

/** See {@link createEmbeddingModel}. */
export async function openEmbeddingModel(
  ref: ModelRef,
  settings: ProviderSettings,
  gate: EgressGate,
): Promise<EmbeddingModel> {
  return createEmbeddingModel(await openEndpoint(httpProvider(ref, 'embedding'), settings, gate.fetch), ref);
}

/** Undefined where none is chosen. */
export async function openRerankModel(
  settings: ProviderSettings,
  gate: EgressGate,
  meter: Pick<Meter, 'admit'>,
): Promise<RerankModel | undefined> {
  const chosen = readSettings.indexRerankModel();
  if (chosen === '') return undefined;
  const ref = parseModelRef(chosen);
  if (ref === null)
    throw modelError({ kind: 'not-found', actions: ['pick-model'] }, t('“{0}” names no model.', chosen));
  const refs = modelsFor('rerank', ref, modelRoles);
  return {
    rerank: async (...asked) => {
      const ask = async function* (each: ModelRef): AsyncGenerator<number[]> {
        await meter.admit(each);
        const endpoint = await openEndpoint(httpProvider(each, 'reranking'), settings, gate.fetch);
        yield await createRerankModel(endpoint, each.model).rerank(...asked);
      };
      for await (const scores of firstToAnswer(refs, ask, asked[2])) return scores;
      return [];
    },
  };
}

/** Throws a model error where the registry has none of that name. */
export function httpProvider({ provider: name }: ModelRef, purpose: string): HttpProvider {
  const provider = httpProviders.find((each) => each.name === name);
  if (provider !== undefined) return provider;
  throw modelError(
    { kind: 'not-found', actions: ['pick-model'] },
    t('There is no provider “{0}” for {1}.', name, purpose),
  );
}
