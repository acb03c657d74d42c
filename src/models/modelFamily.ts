import type { ModelRef } from './chatModel.ts';
import { builtInProvider } from './registry.ts';

/** Names that their makers gave. What else is in a model's name may be the user's: a deployment, a fine-tuned copy. */
const FAMILY =
  /(?:^|[^a-z])(chatgpt|claude|codegemma|codellama|codestral|command|deepseek|devstral|gemini|gemma|glm|gpt|granite|grok|kimi|llama|magistral|mellum|minimax|ministral|mistral|mixtral|nova|o[1-9]|phi|pixtral|qwen|qwq|seed|smollm|sonar|starcoder)(?=$|[^a-z])/u;

/** A model without what could be the user's own in its name: `ollama/qwen`, `azure/other`, `custom/other`. */
export function modelFamily({ provider, model }: ModelRef): string {
  const family = FAMILY.exec(model.toLowerCase())?.[1] ?? 'other';
  return `${builtInProvider(provider) === undefined ? 'custom' : provider}/${family}`;
}
