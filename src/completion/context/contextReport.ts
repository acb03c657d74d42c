import type { ModelRef } from '../../models/chatModel.ts';
import type { CompletionRequest } from '../../models/completionModel.ts';
import { markdownTable } from '../markdownTable.ts';
import { type ContextSource, estimateTokens } from './candidate.ts';
import type { Selection } from './selectSnippets.ts';

/** A request as it went out, with what was chosen for it. */
export interface SentContext {
  readonly ref: ModelRef;
  readonly request: CompletionRequest;
  readonly selection: Selection;
  readonly sources: ReadonlySet<ContextSource>;
  readonly sentAt: Date;
  /** What went over the wire, JSON; null where that was not seen, as with VS Code's own models. */
  readonly body: string | null;
}

/** What each source is called where users read it. */
export const sourceNames: Readonly<Record<ContextSource, string>> = {
  definition: 'definition',
  imports: 'imports of the file',
  edited: 'recently edited',
  viewed: 'recently viewed',
  similar: 'similar code',
  clipboard: 'clipboard',
};

/** What was sent for a completion, and what was not and why, as a Markdown document. */
export function contextReport(sent: SentContext | undefined): string {
  if (sent === undefined) {
    return '# Completion Context\n\nNothing has been sent yet. Ask for a completion, and show this again.\n';
  }
  const { ref, request, selection, sources, sentAt, body } = sent;
  const used = selection.chosen.reduce((sum, { tokens }) => sum + tokens, 0);
  const off = (Object.keys(sourceNames) as ContextSource[]).filter((source) => !sources.has(source));
  const parts = [
    '# Completion Context',
    [
      `What was last sent for \`${request.path}\`, at ${sentAt.toLocaleTimeString()}, to \`${ref.provider}/${ref.model}\`.`,
      'Tokens are estimates.',
    ].join(' '),
    `## From elsewhere: ${count(selection.chosen.length, 'snippet')}, ${used} of ${selection.budgetTokens} tokens`,
    selection.chosen.length === 0 ? 'None.' : '',
    ...selection.chosen.flatMap(({ source, path, startLine, tokens, text }, at) => [
      `### ${at + 1}. ${capitalised(sourceNames[source])}: ${place(path, startLine)}, ${count(tokens, 'token')}`,
      fenced(text, /\.(\w+)$/.exec(path)?.[1] ?? ''),
    ]),
    `## The file before the cursor: ${count(estimateTokens(request.prefix), 'token')}`,
    fenced(request.prefix, request.languageId),
    `## The file after the cursor: ${count(estimateTokens(request.suffix), 'token')}`,
    fenced(request.suffix, request.languageId),
    '## Left out',
    selection.leftOut.length === 0 ? 'Nothing that was found.' : leftOutTable(selection),
    off.length === 0 ? '' : `Switched off in the settings: ${off.map((source) => sourceNames[source]).join(', ')}.`,
    body === null ? '' : '## As it went out',
    body === null ? '' : fenced(indented(body), 'json'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function leftOutTable({ leftOut }: Selection): string {
  const rows = leftOut.map(({ source, path, startLine, tokens, reason }) => [
    sourceNames[source],
    place(path, startLine),
    tokens === 0 ? '' : tokens,
    reason,
  ]);
  return markdownTable(['Source', 'From', 'Tokens', 'Why not'], rows, (column) => column === 2);
}

function place(path: string, startLine: number | null): string {
  return `\`${path}${startLine === null ? '' : `:${startLine}`}\``;
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** In a fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
