import type { ComposerContext, ContextChoice } from '../../../src/protocol/chatContext.ts';
import type { Mention } from './mention.ts';

/** A line of the menu over the input. */
export type MenuRow =
  | { readonly type: 'source'; readonly id: string; readonly source: ComposerContext['sources'][number] }
  | { readonly type: 'choice'; readonly id: string; readonly choice: ContextChoice }
  | { readonly type: 'prompt'; readonly id: string; readonly prompt: ComposerContext['prompts'][number] };

/** What can be chosen for what is being typed: sources and prompts by their names, and what the host has found. */
export function menuRows(
  mention: Mention,
  { sources, prompts }: Pick<ComposerContext, 'sources' | 'prompts'>,
  choices: readonly ContextChoice[],
): readonly MenuRow[] {
  const typed = mention.typed.toLowerCase();
  if (mention.kind === 'prompt') {
    return prompts
      .filter(({ name }) => name.toLowerCase().includes(typed))
      .toSorted((a, b) => rank(b.name, typed) - rank(a.name, typed))
      .map((prompt) => ({ type: 'prompt', id: `prompt ${prompt.name}`, prompt }));
  }
  const named =
    mention.source === null ? sources.filter(({ id, label }) => begins(id, typed) || hasWord(label, typed)) : [];
  return [
    ...named.map((source): MenuRow => ({ type: 'source', id: `source ${source.id}`, source })),
    ...choices.map((choice): MenuRow => ({ type: 'choice', id: `choice ${choice.source} ${choice.value}`, choice })),
  ];
}

function begins(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed);
}

function hasWord(label: string, typed: string): boolean {
  return label.split(' ').some((word) => begins(word, typed));
}

/** What is typed as a whole stands before what only begins so. */
function rank(name: string, typed: string): number {
  return name.toLowerCase() === typed ? 2 : Number(begins(name, typed));
}
