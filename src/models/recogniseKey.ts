/**
 * How the keys of providers begin, as each provider’s own documentation and the secret scanners of GitHub and gitleaks
 * have it. The first that fits counts, so what is more exact stands before what is less.
 */
const forms: readonly (readonly [provider: string, form: RegExp])[] = [
  ['anthropic', /^sk-ant-[\w-]+$/],
  ['openrouter', /^sk-or-(?:v\d-)?\w+$/],
  ['openai', /^sk-(?:proj|svcacct|admin|None)-[\w-]+$/],
  ['openai', /^sk-\w*T3BlbkFJ\w*$/],
  ['deepseek', /^sk-[0-9a-f]{32}$/],
  ['openai', /^sk-[A-Za-z0-9]{40,}$/],
  ['google', /^(?:AIza[\w-]{35}|AQ\.[\w-]+)$/],
  ['xai', /^xai-\w+$/],
  ['groq', /^gsk_\w+$/],
  ['together', /^tgp_v1_[\w-]+$/],
  ['together', /^[0-9a-f]{64}$/],
  ['fireworks', /^fw_\w+$/],
  ['cerebras', /^csk-\w+$/],
  ['huggingface', /^hf_[A-Za-z0-9]+$/],
  ['mistral', /^[A-Za-z0-9]{32}$/],
];

/** The provider whose keys have this form; undefined where none has. Of no key it says anything but that. */
export function providerOfKey(key: string): string | undefined {
  return forms.find(([, form]) => form.test(key.trim()))?.[0];
}
