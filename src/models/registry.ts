/** The language a provider is spoken to in: which wire carries chat, model list and completion. */
export type Protocol = 'openai' | 'openai-compatible' | 'anthropic' | 'google' | 'ollama' | 'vscode' | 'offline';

/** Whether a provider wants a key and where one comes from. */
export interface KeyNeed {
  /** `optional`: some servers at such an address want one, some do not. */
  readonly need: 'required' | 'optional' | 'none';
  /** Environment variables that usually hold it, the usual one first. */
  readonly environment: readonly string[];
  /** Page where a user gets one. */
  readonly obtainAt: string | null;
}

/** A provider that Sextant knows from the start. */
export interface ProviderDefinition {
  /** Its name in settings, database and keychain. */
  readonly name: string;
  readonly displayName: string;
  readonly protocol: Protocol;
  /** Where it usually is; null where the user has to say it, or where there is no address. */
  readonly baseUrl: string | null;
  readonly key: KeyNeed;
  /** Runs on the user's own machine. */
  readonly isLocal: boolean;
  /** It speaks OpenAI's wire without the endpoint that completes a text. */
  readonly chatOnly?: true;
}

const noKey: KeyNeed = { need: 'none', environment: [], obtainAt: null };

/** Every built-in provider, in the order in which they are offered. */
export const builtInProviders: readonly ProviderDefinition[] = [
  {
    name: 'offline',
    displayName: 'Offline',
    protocol: 'offline',
    baseUrl: null,
    key: noKey,
    isLocal: true,
  },
  {
    name: 'ollama',
    displayName: 'Ollama',
    protocol: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    key: { need: 'optional', environment: ['OLLAMA_API_KEY'], obtainAt: null },
    isLocal: true,
  },
  {
    name: 'lmstudio',
    displayName: 'LM Studio',
    protocol: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1234/v1',
    key: { need: 'optional', environment: ['LM_API_TOKEN'], obtainAt: null },
    isLocal: true,
  },
  {
    name: 'llamacpp',
    displayName: 'llama.cpp',
    protocol: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:8080/v1',
    key: { need: 'optional', environment: ['LLAMA_API_KEY'], obtainAt: null },
    isLocal: true,
  },
  {
    name: 'openai',
    displayName: 'OpenAI',
    protocol: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    key: { need: 'required', environment: ['OPENAI_API_KEY'], obtainAt: 'https://platform.openai.com/api-keys' },
    isLocal: false,
  },
  {
    name: 'anthropic',
    displayName: 'Anthropic',
    protocol: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    key: {
      need: 'required',
      environment: ['ANTHROPIC_API_KEY'],
      obtainAt: 'https://console.anthropic.com/settings/keys',
    },
    isLocal: false,
  },
  {
    name: 'google',
    displayName: 'Google Gemini',
    protocol: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    key: {
      need: 'required',
      environment: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
      obtainAt: 'https://aistudio.google.com/apikey',
    },
    isLocal: false,
  },
  {
    name: 'mistral',
    displayName: 'Mistral',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.mistral.ai/v1',
    key: {
      need: 'required',
      environment: ['MISTRAL_API_KEY'],
      obtainAt: 'https://console.mistral.ai/api-keys',
    },
    isLocal: false,
  },
  {
    name: 'deepseek',
    displayName: 'DeepSeek',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.deepseek.com/v1',
    key: {
      need: 'required',
      environment: ['DEEPSEEK_API_KEY'],
      obtainAt: 'https://platform.deepseek.com/api_keys',
    },
    isLocal: false,
  },
  {
    name: 'openrouter',
    displayName: 'OpenRouter',
    protocol: 'openai-compatible',
    baseUrl: 'https://openrouter.ai/api/v1',
    key: {
      need: 'required',
      environment: ['OPENROUTER_API_KEY'],
      obtainAt: 'https://openrouter.ai/settings/keys',
    },
    isLocal: false,
  },
  {
    name: 'xai',
    displayName: 'xAI',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.x.ai/v1',
    key: {
      need: 'required',
      environment: ['XAI_API_KEY'],
      obtainAt: 'https://console.x.ai',
    },
    isLocal: false,
    chatOnly: true,
  },
  {
    name: 'groq',
    displayName: 'Groq',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.groq.com/openai/v1',
    key: {
      need: 'required',
      environment: ['GROQ_API_KEY'],
      obtainAt: 'https://console.groq.com/keys',
    },
    isLocal: false,
    chatOnly: true,
  },
  {
    name: 'together',
    displayName: 'Together AI',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.together.xyz/v1',
    key: {
      need: 'required',
      environment: ['TOGETHER_API_KEY'],
      obtainAt: 'https://api.together.ai/settings/api-keys',
    },
    isLocal: false,
  },
  {
    name: 'fireworks',
    displayName: 'Fireworks AI',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    key: {
      need: 'required',
      environment: ['FIREWORKS_API_KEY'],
      obtainAt: 'https://app.fireworks.ai/settings/users/api-keys',
    },
    isLocal: false,
  },
  {
    name: 'cerebras',
    displayName: 'Cerebras',
    protocol: 'openai-compatible',
    baseUrl: 'https://api.cerebras.ai/v1',
    key: {
      need: 'required',
      environment: ['CEREBRAS_API_KEY'],
      obtainAt: 'https://cloud.cerebras.ai',
    },
    isLocal: false,
    chatOnly: true,
  },
  {
    name: 'huggingface',
    displayName: 'Hugging Face',
    protocol: 'openai-compatible',
    baseUrl: 'https://router.huggingface.co/v1',
    key: {
      need: 'required',
      environment: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
      obtainAt: 'https://huggingface.co/settings/tokens',
    },
    isLocal: false,
    chatOnly: true,
  },
  {
    name: 'openai-compatible',
    displayName: 'OpenAI-compatible server',
    protocol: 'openai-compatible',
    baseUrl: null,
    key: { need: 'optional', environment: ['OPENAI_COMPATIBLE_API_KEY'], obtainAt: null },
    isLocal: false,
  },
  {
    name: 'vscode',
    displayName: 'VS Code language models',
    protocol: 'vscode',
    baseUrl: null,
    key: noKey,
    isLocal: false,
  },
];

/** The built-in provider of this name. */
export function builtInProvider(name: string): ProviderDefinition | undefined {
  return builtInProviders.find((provider) => provider.name === name);
}

/** The origin of a built-in provider's own address, as `https://api.example.com`; null where it has none. */
export function usualOrigin(name: string): string | null {
  const address = builtInProvider(name)?.baseUrl ?? null;
  return address === null ? null : new URL(address).origin;
}
