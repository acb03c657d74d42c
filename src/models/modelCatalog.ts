import { t } from '../base/texts.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';
import type { Endpoint } from './endpoint.ts';
import { fetchJson } from './fetchJson.ts';
import { countProperty, listProperty, property, textProperty } from './json.ts';
import { EMBEDS, RERANKS } from './knownAbilities.ts';
import { listedAbilities, listedPrice, ollamaAbilities } from './listedAbilities.ts';
import { modelError } from './modelError.ts';
import { ollamaDetails } from './ollamaDetails.ts';

/** What a model is wanted for. */
export type ModelPurpose = 'chat' | 'completion' | 'embedding' | 'rerank';

const TIMEOUT_MS = 8000;

/** No provider has as many; one that sends more pages than this sends them in a circle. */
const MOST_PAGES = 20;

/** Ollama is asked about this many models at a time. */
const OLLAMA_PARALLEL = 6;

/**
 * The models of an endpoint that serve `purpose`, as the endpoint lists them, newest first where it
 * says when they appeared. Where it does not say what a model can do, what is plainly something else by
 * its name is left out. Throws a model error.
 */
export async function listModels(
  endpoint: Endpoint,
  signal: AbortSignal,
  purpose: ModelPurpose = 'chat',
): Promise<ModelInfo[]> {
  switch (endpoint.protocol) {
    case 'openai':
    case 'openai-compatible':
      return await openAiModels(endpoint, signal, purpose);
    case 'anthropic':
      return purpose === 'embedding' || purpose === 'rerank' ? [] : await anthropicModels(endpoint, signal);
    case 'google':
      return purpose === 'rerank' ? [] : await googleModels(endpoint, signal, purpose);
    case 'ollama':
      return purpose === 'rerank' ? [] : await ollamaModels(endpoint, signal, purpose);
  }
}

/** Names of models that make or read something else than text: of OpenAI, and of what runs on compatible servers. */
const NO_CHAT =
  /embed|rerank|whisper|transcribe|(?:^|[-_/])(?:tts|stt|bge|e5|gte|clip|sd|flux)(?:[-_.:]|$)|dall-e|gpt-image|sora|stable-diffusion|moderation|omni-mod|realtime|(?:^|-)audio|babbage|davinci|computer-use|-search-api|colbert/i;

/** OpenAI's own models that are spoken to on the old completions endpoint only. */
const COMPLETION_ONLY = /-instruct$|babbage|davinci/i;

async function openAiModels(endpoint: Endpoint, signal: AbortSignal, purpose: ModelPurpose): Promise<ModelInfo[]> {
  const document = await ask(endpoint, '/models', signal);
  // Together answers with the bare array.
  const listed = Array.isArray(document) ? (document as unknown[]) : listProperty(document, 'data');
  if (listed.length === 0 && property(document, 'data') === undefined && !Array.isArray(document)) {
    throw strangeList(endpoint);
  }
  const details = await lmStudioDetails(endpoint, listed, signal);
  const isOfficial = endpoint.protocol === 'openai';
  const found = listed.flatMap((entry) => {
    const id = textProperty(entry, 'id');
    if (id === undefined) return [];
    const detail = details.get(id) ?? entry;
    const type = textProperty(detail, 'type') ?? '';
    const kept = [{ info: openAiModel(id, detail), created: countProperty(entry, 'created') ?? 0 }];
    const reranks = RERANKS.test(id) || /rerank/i.test(type);
    if (purpose === 'rerank') return reranks ? kept : [];
    if (purpose === 'embedding') return !reranks && (EMBEDS.test(id) || /embed/i.test(type)) ? kept : [];
    const isOther = NO_CHAT.test(id) || /embed|image|audio|rerank|moderation|transcri/i.test(type);
    const isKept = isOfficial ? COMPLETION_ONLY.test(id) === (purpose === 'completion') : true;
    return (isOther && !(isOfficial && purpose === 'completion')) || !isKept ? [] : kept;
  });
  return found.sort((a, b) => b.created - a.created).map(({ info }) => info);
}

/** The members that compatible servers add: OpenRouter, vLLM, Groq, Mistral, LM Studio, llama.cpp. */
function openAiModel(id: string, entry: unknown): ModelInfo {
  const provider = property(entry, 'top_provider');
  return modelInfo(id, entry, {
    displayName: textProperty(entry, 'display_name') ?? textProperty(entry, 'name'),
    contextWindow:
      countProperty(
        entry,
        'loaded_context_length',
        'context_length',
        'context_window',
        'max_model_len',
        'max_context_length',
      ) ?? countProperty(property(entry, 'meta'), 'n_ctx', 'n_ctx_train'),
    outputLimit:
      countProperty(entry, 'max_completion_tokens', 'max_output_tokens') ??
      countProperty(provider, 'max_completion_tokens'),
  });
}

/** LM Studio's own list says which models chat and how large their context is; no other server has it. */
async function lmStudioDetails(
  endpoint: Endpoint,
  listed: readonly unknown[],
  signal: AbortSignal,
): Promise<Map<string, unknown>> {
  const isLmStudio = listed.some((entry) => textProperty(entry, 'owned_by') === 'organization_owner');
  if (!isLmStudio || !endpoint.baseUrl.endsWith('/v1')) return new Map();
  const address = `${endpoint.baseUrl.slice(0, -'/v1'.length)}/api/v0/models`;
  const document = await fetchJson(endpoint, address, signal, { timeoutMs: TIMEOUT_MS }).catch(() => null);
  return new Map(listProperty(document, 'data').map((entry) => [textProperty(entry, 'id') ?? '', entry]));
}

/** https://docs.anthropic.com/en/api/models-list: every model chats. */
async function anthropicModels(endpoint: Endpoint, signal: AbortSignal): Promise<ModelInfo[]> {
  const found: ModelInfo[] = [];
  let after = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const document = await ask(endpoint, `/models?limit=1000${after}`, signal);
    if (property(document, 'data') === undefined) throw strangeList(endpoint);
    for (const entry of listProperty(document, 'data')) {
      const id = textProperty(entry, 'id');
      if (id === undefined) continue;
      found.push(
        modelInfo(id, entry, {
          displayName: textProperty(entry, 'display_name'),
          contextWindow: countProperty(entry, 'max_input_tokens'),
          outputLimit: countProperty(entry, 'max_tokens'),
        }),
      );
    }
    const last = textProperty(document, 'last_id');
    if (property(document, 'has_more') !== true || last === undefined) break;
    after = `&after_id=${encodeURIComponent(last)}`;
  }
  return found;
}

/** https://ai.google.dev/api/models#method:-models.list */
async function googleModels(endpoint: Endpoint, signal: AbortSignal, purpose: ModelPurpose): Promise<ModelInfo[]> {
  const found: ModelInfo[] = [];
  let token = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const document = await ask(endpoint, `/models?pageSize=1000${token}`, signal);
    if (property(document, 'models') === undefined && page === 0) throw strangeList(endpoint);
    for (const entry of listProperty(document, 'models')) {
      const id = textProperty(entry, 'name')?.replace(/^models\//, '');
      const methods = listProperty(entry, 'supportedGenerationMethods');
      const isOther = /embedding|imagen?\b|-tts|-image|-live|native-audio|veo|aqa/i;
      const serves =
        purpose === 'embedding'
          ? methods.includes('embedContent')
          : methods.includes('generateContent') && !isOther.test(id ?? '');
      if (id === undefined || !serves) continue;
      found.push(
        modelInfo(id, entry, {
          displayName: textProperty(entry, 'displayName'),
          contextWindow: countProperty(entry, 'inputTokenLimit'),
          outputLimit: countProperty(entry, 'outputTokenLimit'),
        }),
      );
    }
    const next = textProperty(document, 'nextPageToken');
    if (next === undefined) break;
    token = `&pageToken=${encodeURIComponent(next)}`;
  }
  return found;
}

/** What Ollama calls what a model is wanted for. */
const capabilities: Readonly<Record<Exclude<ModelPurpose, 'rerank'>, string>> = {
  chat: 'completion',
  completion: 'insert',
  embedding: 'embedding',
};

async function ollamaModels(
  endpoint: Endpoint,
  signal: AbortSignal,
  purpose: Exclude<ModelPurpose, 'rerank'>,
): Promise<ModelInfo[]> {
  const document = await ask(endpoint, '/api/tags', signal);
  if (property(document, 'models') === undefined) throw strangeList(endpoint);
  const names = listProperty(document, 'models').flatMap((entry) => textProperty(entry, 'name') ?? []);
  const found: (ModelInfo | null)[] = new Array<ModelInfo | null>(names.length).fill(null);
  let next = 0;
  const askInTurn = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) {
      const name = names[index];
      if (name === undefined) return;
      const details = await ollamaDetails(endpoint, name, signal);
      const isByName = purpose === 'embedding' ? EMBEDS.test(name) : !NO_CHAT.test(name);
      const known = details?.capabilities ?? null;
      if (known?.includes(capabilities[purpose]) ?? isByName) {
        const contextWindow = details?.contextWindow ?? undefined;
        found[index] = {
          ...modelInfo(name, null, { contextWindow }),
          ...(known === null ? {} : { can: ollamaAbilities(known) }),
        };
      }
    }
  };
  await Promise.all(Array.from({ length: OLLAMA_PARALLEL }, askInTurn));
  return found.filter((info) => info !== null);
}

interface Listed {
  readonly displayName?: string | undefined;
  readonly contextWindow?: number | undefined;
  readonly outputLimit?: number | undefined;
}

/** A model, with what can be read from `entry` of any list. */
function modelInfo(id: string, entry: unknown, { displayName, contextWindow, outputLimit }: Listed): ModelInfo {
  const can = listedAbilities(entry);
  const price = listedPrice(entry);
  return {
    id,
    ...(displayName === undefined ? {} : { displayName }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(outputLimit === undefined ? {} : { outputLimit }),
    ...(Object.keys(can).length === 0 ? {} : { can }),
    ...(price === undefined ? {} : { price }),
  };
}

async function ask(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<unknown> {
  return await fetchJson(endpoint, endpoint.baseUrl + path, signal, { timeoutMs: TIMEOUT_MS });
}

function strangeList(endpoint: Endpoint): Error {
  return modelError(
    { kind: 'bad-response', actions: ['edit-endpoint', 'retry'] },
    t('{0} answered, but not with a list of models. Check the address of {1}.', endpoint.baseUrl, endpoint.displayName),
  );
}
