import { listOf, readFrontMatter, textOf } from '../frontMatter.ts';

/** A slash command: what it asks the model, and what goes along with that. */
export interface Prompt {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  readonly argumentHint: string;
  /** Empty for a built-in one, else its file as people name it. */
  readonly origin: string;
  /** With variables; see {@link expandPrompt}. */
  readonly text: string;
  /** Ids of sources that are attached without more to choose. */
  readonly context: readonly string[];
}

/** A longer file is no prompt. Bytes. */
export const promptFileLimit = 200_000;

/** Globs, relative to a workspace folder, that find the prompts in it. */
export const promptGlobs = ['.sextant/prompts/**/*.md', '.github/prompts/**/*.prompt.md'] as const;

/** A prompt of a Markdown file; null where its name can be no command. `file` is its path, with `/`. */
export function readPromptFile(file: string, text: string): Prompt | null {
  const { fields, body } = readFrontMatter(text);
  const stem = file.slice(file.lastIndexOf('/') + 1).replace(/(?:\.prompt)?\.md$/u, '');
  const own = textOf(fields.get('name')).trim();
  const name = (own === '' ? stem : own).replaceAll(/\s+/gu, '-');
  if (!isPromptName(name) || body === '') return null;
  return {
    name,
    description: oneLine(
      textOf(fields.get('description')) === '' ? body.replace(/^#+\s*/u, '') : textOf(fields.get('description')),
    ),
    argumentHint: oneLine(textOf(fields.get('argument-hint'))),
    origin: file,
    text: body,
    context: listOf(fields.get('context')),
  };
}

/** True for what can be typed after a slash. */
export function isPromptName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,63}$/u.test(name);
}

function oneLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().slice(0, 200);
}
