/**
 * The context windows of models whose providers do not list them, by the beginning of the name; the longest that fits
 * counts. Tokens. From the providers’ own pages about their models.
 */
const windows: Readonly<Record<string, number>> = {
  'gpt-3.5-turbo': 16_385,
  'gpt-3.5-turbo-instruct': 4_096,
  'gpt-4': 8_192,
  'gpt-4-32k': 32_768,
  'gpt-4-turbo': 128_000,
  'gpt-4-1106-preview': 128_000,
  'gpt-4-0125-preview': 128_000,
  'gpt-4o': 128_000,
  'chatgpt-4o': 128_000,
  'gpt-4.1': 1_047_576,
  'gpt-4.5': 128_000,
  'gpt-5': 400_000,
  'gpt-5-chat': 128_000,
  'gpt-oss': 131_072,
  o1: 200_000,
  'o1-mini': 128_000,
  'o1-preview': 128_000,
  o3: 200_000,
  'o4-mini': 200_000,
  'codex-mini': 200_000,
  claude: 200_000,
  'claude-2.0': 100_000,
  'claude-instant': 100_000,
  'gemini-1.5-pro': 2_097_152,
  gemini: 1_048_576,
  'deepseek-chat': 131_072,
  'deepseek-reasoner': 131_072,
  'grok-2': 131_072,
  'grok-3': 131_072,
  'grok-4': 256_000,
  'grok-code': 256_000,
};

/** The context window of a well-known model, whoever offers it; null where it is not known. Tokens. */
export function knownWindow(model: string): number | null {
  const name = model.toLowerCase().split('/').at(-1) ?? '';
  const known = Object.keys(windows).filter((start) => {
    return name.startsWith(start) && /^(?:$|[-.:@])/.test(name.slice(start.length));
  });
  const [best] = known.toSorted((one, other) => other.length - one.length);
  return best === undefined ? null : (windows[best] ?? null);
}
