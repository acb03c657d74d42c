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
  /** Of a service that lists no models on its wire: those that are known. The user can name others. */
  readonly knownModels?: readonly string[];
  /** The header that its keys go into, where that is not its wire’s. */
  readonly keyHeader?: string;
  /** What starts its server in a terminal. */
  readonly startCommand?: string;
  /** How its address looks, where the user has to say it. */
  readonly addressExample?: string;
}

/** A service that wants a key, and that speaks OpenAI's wire where nothing else is said. */
function hosted({
  environment,
  obtainKeyAt,
  ...rest
}: Pick<ProviderDefinition, 'name' | 'displayName' | 'baseUrl'> &
  Partial<Omit<ProviderDefinition, 'key' | 'isLocal'>> & {
    readonly environment: readonly string[];
    readonly obtainKeyAt: string;
  }): ProviderDefinition {
  const key: KeyNeed = { need: 'required', environment, obtainAt: obtainKeyAt };
  return { protocol: 'openai-compatible', isLocal: false, ...rest, key };
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
    startCommand: 'ollama serve',
    key: { need: 'optional', environment: ['OLLAMA_API_KEY'], obtainAt: null },
    isLocal: true,
  },
  {
    name: 'lmstudio',
    displayName: 'LM Studio',
    protocol: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1234/v1',
    startCommand: 'lms server start',
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
    name: 'vllm',
    displayName: 'vLLM',
    protocol: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:8000/v1',
    key: {
      need: 'optional',
      environment: ['VLLM_API_KEY'],
      obtainAt: null,
    },
    isLocal: true,
  },
  {
    name: 'litellm',
    displayName: 'LiteLLM',
    protocol: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:4000/v1',
    key: {
      need: 'optional',
      environment: ['LITELLM_API_KEY'],
      obtainAt: null,
    },
    isLocal: true,
  },
  hosted({
    name: 'openai',
    displayName: 'OpenAI',
    protocol: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    environment: ['OPENAI_API_KEY'],
    obtainKeyAt: 'https://platform.openai.com/api-keys',
  }),
  hosted({
    name: 'anthropic',
    displayName: 'Anthropic',
    protocol: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
    environment: ['ANTHROPIC_API_KEY'],
    obtainKeyAt: 'https://console.anthropic.com/settings/keys',
  }),
  hosted({
    name: 'google',
    displayName: 'Google Gemini',
    protocol: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    environment: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    obtainKeyAt: 'https://aistudio.google.com/apikey',
  }),
  hosted({
    name: 'mistral',
    displayName: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    environment: ['MISTRAL_API_KEY'],
    obtainKeyAt: 'https://console.mistral.ai/api-keys',
  }),
  hosted({
    name: 'deepseek',
    displayName: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    environment: ['DEEPSEEK_API_KEY'],
    obtainKeyAt: 'https://platform.deepseek.com/api_keys',
  }),
  hosted({
    name: 'openrouter',
    displayName: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    environment: ['OPENROUTER_API_KEY'],
    obtainKeyAt: 'https://openrouter.ai/settings/keys',
  }),
  hosted({
    name: 'xai',
    displayName: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    environment: ['XAI_API_KEY'],
    obtainKeyAt: 'https://console.x.ai',
    chatOnly: true,
  }),
  hosted({
    name: 'groq',
    displayName: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    environment: ['GROQ_API_KEY'],
    obtainKeyAt: 'https://console.groq.com/keys',
    chatOnly: true,
  }),
  hosted({
    name: 'together',
    displayName: 'Together AI',
    baseUrl: 'https://api.together.xyz/v1',
    environment: ['TOGETHER_API_KEY'],
    obtainKeyAt: 'https://api.together.ai/settings/api-keys',
  }),
  hosted({
    name: 'fireworks',
    displayName: 'Fireworks AI',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    environment: ['FIREWORKS_API_KEY'],
    obtainKeyAt: 'https://app.fireworks.ai/settings/users/api-keys',
  }),
  hosted({
    name: 'cerebras',
    displayName: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    environment: ['CEREBRAS_API_KEY'],
    obtainKeyAt: 'https://cloud.cerebras.ai',
    chatOnly: true,
  }),
  hosted({
    name: 'huggingface',
    displayName: 'Hugging Face',
    baseUrl: 'https://router.huggingface.co/v1',
    environment: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
    obtainKeyAt: 'https://huggingface.co/settings/tokens',
    chatOnly: true,
  }),
  hosted({
    name: 'cohere',
    displayName: 'Cohere',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    environment: ['COHERE_API_KEY', 'CO_API_KEY'],
    obtainKeyAt: 'https://dashboard.cohere.com/api-keys',
    chatOnly: true,
    knownModels: [
      'command-a-03-2025',
      'command-a-reasoning-08-2025',
      'command-a-vision-07-2025',
      'command-r7b-12-2024',
    ],
  }),
  hosted({
    name: 'perplexity',
    displayName: 'Perplexity',
    baseUrl: 'https://api.perplexity.ai',
    environment: ['PERPLEXITY_API_KEY'],
    obtainKeyAt: 'https://www.perplexity.ai/account/api',
    chatOnly: true,
    knownModels: ['sonar', 'sonar-pro', 'sonar-reasoning-pro', 'sonar-deep-research'],
  }),
  hosted({
    name: 'github',
    displayName: 'GitHub Models',
    baseUrl: 'https://models.github.ai/inference',
    environment: ['GITHUB_MODELS_TOKEN', 'GITHUB_TOKEN'],
    obtainKeyAt: 'https://github.com/settings/personal-access-tokens',
    chatOnly: true,
    knownModels: [
      'openai/gpt-4.1',
      'openai/gpt-4.1-mini',
      'openai/gpt-4o',
      'deepseek/deepseek-v3-0324',
      'meta/llama-3.3-70b-instruct',
    ],
  }),
  hosted({
    name: 'vertex',
    displayName: 'Google Vertex AI',
    protocol: 'google',
    baseUrl: 'https://aiplatform.googleapis.com/v1/publishers/google',
    environment: ['VERTEX_API_KEY'],
    obtainKeyAt: 'https://console.cloud.google.com/vertex-ai/studio/settings/api-keys',
    knownModels: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite'],
  }),
  hosted({
    name: 'azure',
    displayName: 'Azure OpenAI',
    protocol: 'openai',
    baseUrl: null,
    environment: ['AZURE_OPENAI_API_KEY'],
    obtainKeyAt: 'https://portal.azure.com',
    keyHeader: 'api-key',
    // It lists what could be deployed, and not what is.
    knownModels: [],
    addressExample: 'https://my-resource.openai.azure.com/openai/v1',
  }),
  hosted({
    name: 'bedrock',
    displayName: 'Amazon Bedrock',
    baseUrl: null,
    environment: ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID'],
    obtainKeyAt: 'https://console.aws.amazon.com/bedrock/home#/api-keys',
    chatOnly: true,
    addressExample: 'https://bedrock-mantle.us-east-1.api.aws/v1',
  }),
  {
    name: 'openai-compatible',
    displayName: 'OpenAI-compatible server',
    protocol: 'openai-compatible',
    baseUrl: null,
    key: { need: 'optional', environment: ['OPENAI_COMPATIBLE_API_KEY'], obtainAt: null },
    isLocal: false,
    addressExample: 'http://127.0.0.1:8000/v1',
  },
  {
    name: 'anthropic-compatible',
    displayName: 'Anthropic-compatible server',
    protocol: 'anthropic',
    baseUrl: null,
    key: {
      need: 'optional',
      environment: ['ANTHROPIC_COMPATIBLE_API_KEY'],
      obtainAt: null,
    },
    isLocal: false,
    addressExample: 'https://gateway.example.com/v1',
  },
  {
    name: 'google-compatible',
    displayName: 'Gemini-compatible server',
    protocol: 'google',
    baseUrl: null,
    key: {
      need: 'optional',
      environment: ['GOOGLE_COMPATIBLE_API_KEY'],
      obtainAt: null,
    },
    isLocal: false,
    addressExample: 'https://gateway.example.com/v1beta',
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

/** Whether a provider may have models that complete code, by its wire. */
export function completes(name: string): boolean {
  const provider = builtInProvider(name);
  if (provider === undefined || provider.chatOnly === true) return false;
  return provider.protocol === 'ollama' || provider.protocol === 'openai-compatible';
}
