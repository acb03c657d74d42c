import type { Fetch } from '../privacy/egressGate.ts';
import type { RequestOrigin } from '../protocol/egress.ts';
import { listProperty, parseJson, property, textProperty } from './json.ts';

/** A server that answered and is what it seems to be. */
export interface LocalServer {
  /** Its provider's name in the registry. */
  readonly provider: LocalProvider;
  readonly displayName: string;
  /** Base address, as the provider's wire wants it. */
  readonly address: string;
}

export type LocalProvider = 'ollama' | 'lmstudio' | 'llamacpp' | 'vllm';

/** Where to look: origins without a path. */
export type LocalAddresses = Readonly<Record<LocalProvider, string>>;

/** The ports these servers use when nobody says otherwise. */
export const usualAddresses: LocalAddresses = {
  ollama: 'http://127.0.0.1:11434',
  lmstudio: 'http://127.0.0.1:1234',
  llamacpp: 'http://127.0.0.1:8080',
  vllm: 'http://127.0.0.1:8000',
};

/** Loopback answers within a millisecond; one that computes at full load takes a little longer. */
const TIMEOUT_MS = 1000;

/** An answer to who-are-you is short; what is longer comes from something else. */
const LONGEST_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Looks for Ollama, LM Studio, llama.cpp and vLLM, all at once. What does not answer in time, or answers
 * otherwise than that very server would, is not there. Nothing is sent but the question; never throws.
 */
export async function findLocalServers(
  fetch: Fetch,
  addresses: Partial<LocalAddresses> = usualAddresses,
  timeoutMs = TIMEOUT_MS,
): Promise<LocalServer[]> {
  const found = await Promise.all(
    probes.map(async (probe) => {
      const { provider, displayName, path, basePath } = probe;
      const origin = addresses[provider];
      if (origin === undefined) return [];
      const answer = await ask(fetch, origin + path, provider, timeoutMs);
      return answer !== null && probe.isIt(answer) ? [{ provider, displayName, address: origin + basePath }] : [];
    }),
  );
  return found.flat();
}

interface Probe {
  readonly provider: LocalProvider;
  readonly displayName: string;
  readonly path: string;
  readonly basePath: string;
  isIt(answer: string): boolean;
}

const probes: readonly Probe[] = [
  {
    provider: 'ollama',
    displayName: 'Ollama',
    path: '/',
    basePath: '',
    isIt: (answer) => answer.trim() === 'Ollama is running',
  },
  {
    // Its own list names publisher and type of every model; an empty one names nothing, and offers nothing.
    provider: 'lmstudio',
    displayName: 'LM Studio',
    path: '/api/v0/models',
    basePath: '/v1',
    isIt: (answer) =>
      listProperty(parseJson(answer), 'data').some((model) => isText(model, 'publisher', 'type', 'state')),
  },
  {
    provider: 'llamacpp',
    displayName: 'llama.cpp',
    path: '/v1/models',
    basePath: '/v1',
    isIt: (answer) =>
      listProperty(parseJson(answer), 'data').some((model) => textProperty(model, 'owned_by') === 'llamacpp'),
  },
  {
    provider: 'vllm',
    displayName: 'vLLM',
    path: '/v1/models',
    basePath: '/v1',
    isIt: (answer) =>
      listProperty(parseJson(answer), 'data').some((model) => textProperty(model, 'owned_by') === 'vllm'),
  },
];

function isText(value: unknown, ...keys: readonly string[]): boolean {
  return keys.every((key) => typeof property(value, key) === 'string');
}

const origin: RequestOrigin = { purpose: 'search for local servers', model: null, files: [] };

async function ask(fetch: Fetch, address: string, provider: LocalProvider, timeoutMs: number): Promise<string | null> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, timeoutMs);
  try {
    const response = await fetch(address, { signal: controller.signal, redirect: 'manual' }, { ...origin, provider });
    if (!response.ok || response.body === null) return null;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > LONGEST_ANSWER_BYTES) return null;
    }
    return text;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
