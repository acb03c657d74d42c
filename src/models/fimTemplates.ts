import type { CompletionRequest, CompletionSnippet } from './completionModel.ts';

/** How a family of models was trained to fill in the middle. */
export interface FimTemplate {
  /** Its name in the setting `sextant.completion.template`. */
  readonly name: string;
  /** Holds for the names of its models, whatever a server puts before and after them. */
  readonly models: RegExp;
  /** What stands before the text before the cursor, before the text after it, and before the answer. */
  readonly tokens: Readonly<Record<'prefix' | 'suffix' | 'middle', string>>;
  /** Which text comes first. */
  readonly order: 'prefix-first' | 'suffix-first';
  /** How it was shown other files of the repository; absent where it was not. */
  readonly files?: RepositoryForm;
  /** Where its answers end, besides at its tokens. */
  readonly stop: readonly string[];
}

interface RepositoryForm {
  /** What stands before each file. */
  readonly file: string;
  /** Whether a file begins with its path, and whether the file with the gap has it before or behind the first token. */
  readonly path: 'none' | 'before-tokens' | 'behind-prefix-token';
}

/**
 * Every family that Sextant knows, the particular before the general. Sources, as of November 2026:
 * Qwen: github.com/QwenLM/Qwen2.5-Coder (README, “File-Level” and “Repository-Level Code Completion”);
 * Codestral: github.com/mistralai/mistral-common (`encode_fim`: suffix, then prefix, no token for the answer);
 * DeepSeek-Coder: github.com/deepseek-ai/DeepSeek-Coder (“Code Insertion”);
 * StarCoder 2: arxiv.org/abs/2402.19173, section 5; CodeLlama: arxiv.org/abs/2308.12950, section 2.3, and its tokenizer;
 * CodeGemma: ai.google.dev/gemma/docs/codegemma/prompt-structure; Granite Code and 3.3: their tokenizers, which are
 * StarCoder's with some tokens more; Granite 4: github.com/ibm-granite/granite-4.0-language-models (README, “FIM”);
 * Stable Code: huggingface.co/stabilityai/stable-code-3b;
 * Mellum: huggingface.co/JetBrains/Mellum-4b-base; Seed-Coder: arxiv.org/abs/2506.03524, section on pretraining.
 */
export const fimTemplates: readonly FimTemplate[] = [
  {
    name: 'qwen-coder',
    models: /qwen(?:[\d.]*[-_]?coder|.*coder)/i,
    tokens: { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' },
    order: 'prefix-first',
    files: { file: '<|file_sep|>', path: 'before-tokens' },
    stop: ['<|endoftext|>', '<|file_sep|>', '<|repo_name|>', '<|fim_pad|>', '<|im_start|>', '<|im_end|>'],
  },
  {
    name: 'codestral',
    // Mamba Codestral was not trained to fill in.
    models: /(?<!mamba[-_])codestral(?![-_]mamba)/i,
    tokens: { prefix: '[PREFIX]', suffix: '[SUFFIX]', middle: '' },
    order: 'suffix-first',
    stop: ['[MIDDLE]', '</s>'],
  },
  {
    name: 'deepseek-coder',
    models: /deepseek[-_]?coder/i,
    tokens: { prefix: '<｜fim▁begin｜>', suffix: '<｜fim▁hole｜>', middle: '<｜fim▁end｜>' },
    order: 'prefix-first',
    stop: ['<｜end▁of▁sentence｜>', '<|EOT|>'],
  },
  {
    name: 'starcoder2',
    models: /starcoder/i,
    tokens: { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' },
    order: 'prefix-first',
    files: { file: '<file_sep>', path: 'behind-prefix-token' },
    stop: ['<|endoftext|>', '<file_sep>', '<repo_name>'],
  },
  {
    name: 'codellama',
    models: /code[-_]?llama/i,
    tokens: { prefix: '<PRE> ', suffix: ' <SUF>', middle: ' <MID>' },
    order: 'prefix-first',
    stop: ['<EOT>'],
  },
  {
    name: 'codegemma',
    models: /codegemma/i,
    tokens: { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' },
    order: 'prefix-first',
    files: { file: '<|file_separator|>', path: 'none' },
    stop: ['<|file_separator|>', '<eos>', '<end_of_turn>'],
  },
  {
    name: 'granite-code',
    models: /granite(?:.*code|[-_]?3\.3)/i,
    tokens: { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' },
    order: 'prefix-first',
    stop: ['<|endoftext|>', '<|end_of_text|>', '<fim_pad>'],
  },
  {
    name: 'granite',
    models: /granite[-_]?4/i,
    tokens: { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|fim_middle|>' },
    order: 'prefix-first',
    stop: ['<|end_of_text|>', '<|fim_pad|>'],
  },
  {
    name: 'stable-code',
    models: /stable[-_]?code|codeqwen/i,
    tokens: { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' },
    order: 'prefix-first',
    stop: ['<|endoftext|>', '<fim_pad>'],
  },
  {
    name: 'mellum',
    models: /mellum/i,
    tokens: { prefix: '<fim_prefix>', suffix: '<fim_suffix>', middle: '<fim_middle>' },
    order: 'suffix-first',
    files: { file: '<filename>', path: 'before-tokens' },
    stop: ['<|endoftext|>', '<filename>', '<reponame>'],
  },
  {
    name: 'seed-coder',
    models: /seed[-_]?coder/i,
    tokens: { prefix: '<[fim-prefix]>', suffix: '<[fim-suffix]>', middle: '<[fim-middle]>' },
    order: 'suffix-first',
    stop: ['<[end▁of▁sentence]>', '<[PAD▁TOKEN]>'],
  },
];

/** A prompt as the model reads it, and where its answer ends. */
export interface FimPrompt {
  readonly prompt: string;
  /** The most important first: many servers take four and no more. */
  readonly stop: readonly string[];
}

/** The family's template by a model's name; undefined for a family that Sextant does not know. */
export function fimTemplateOf(model: string): FimTemplate | undefined {
  return fimTemplates.find(({ models }) => models.test(model));
}

/** A request in a family's own words. Its tokens do nothing where they stand in the user's code. */
export function fimPrompt(template: FimTemplate, request: CompletionRequest): FimPrompt {
  const { tokens, order, files, stop } = template;
  const own = [...Object.values(tokens), ...stop].map((token) => token.trim()).filter((token) => token !== '');
  const harmless = (text: string): string => withoutTokens(text, own);
  const path = harmless(request.path);
  const asComments = files === undefined ? snippetComments(request) : '';
  const behindToken = files?.path === 'behind-prefix-token' && request.snippets.length > 0 ? `${path}\n` : '';
  const prefix = tokens.prefix + behindToken + harmless(asComments + request.prefix);
  const suffix = tokens.suffix + harmless(request.suffix);
  const gap = (order === 'prefix-first' ? prefix + suffix : suffix + prefix) + tokens.middle;
  return {
    prompt: (files === undefined ? '' : otherFiles(files, request.snippets, path, harmless)) + gap,
    stop: [...new Set([...stop, ...own])],
  };
}

function otherFiles(
  { file, path: form }: RepositoryForm,
  snippets: readonly CompletionSnippet[],
  path: string,
  harmless: (text: string) => string,
): string {
  if (snippets.length === 0) return '';
  if (form === 'none') return snippets.map(({ text }) => harmless(text) + file).join('');
  const others = snippets.map((snippet) => `${file}${harmless(snippet.path)}\n${harmless(snippet.text)}\n`).join('');
  return others + file + (form === 'before-tokens' ? `${path}\n` : '');
}

/** For models and endpoints that know one file only: the snippets as comments at its beginning; empty without any. */
export function snippetComments({ languageId, snippets }: CompletionRequest): string {
  const mark = lineComment(languageId);
  if (mark === null) return '';
  return snippets
    .flatMap(({ path, text }) => [`From ${path}:`, ...text.split(/\r?\n/)])
    .map((line) => `${mark} ${line}`.trimEnd() + '\n')
    .join('');
}

const HASH = /^(?:python|ruby|shellscript|perl|r|yaml|toml|makefile|dockerfile|elixir|julia|powershell|coffeescript)$/;
const NONE = /^(?:html|xml|css|json|markdown|plaintext|vue|svelte)$/;

function lineComment(languageId: string): string | null {
  if (NONE.test(languageId)) return null;
  if (HASH.test(languageId)) return '#';
  return /^(?:sql|lua|haskell|ada)$/.test(languageId) ? '--' : '//';
}

/** A token in code that is only text is torn apart: the model still reads it, the tokenizer does not. */
function withoutTokens(text: string, tokens: readonly string[]): string {
  let harmless = text;
  for (const token of tokens) {
    if (harmless.includes(token)) harmless = harmless.replaceAll(token, `${token.slice(0, 1)}\u200b${token.slice(1)}`);
  }
  return harmless;
}
