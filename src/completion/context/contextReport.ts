import { language, listed, plural, t } from '../../base/texts.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import type { CompletionRequest } from '../../models/completionModel.ts';
import { markdownTable } from '../../base/markdownTable.ts';
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
  get definition() {
    return t('definition');
  },
  get imports() {
    return t('imports of the file');
  },
  get edited() {
    return t('recently edited');
  },
  get viewed() {
    return t('recently viewed');
  },
  get similar() {
    return t('similar code');
  },
  get clipboard() {
    return t('clipboard');
  },
};

/** What was sent for a completion, and what was not and why, as a Markdown document. */
export function contextReport(sent: SentContext | undefined): string {
  if (sent === undefined) {
    return `# ${t('Completion Context')}\n\n${t('Nothing has been sent yet. Ask for a completion, and show this again.')}\n`;
  }
  const { ref, request, selection, sources, sentAt, body } = sent;
  const used = selection.chosen.reduce((sum, { tokens }) => sum + tokens, 0);
  const off = (Object.keys(sourceNames) as ContextSource[]).filter((source) => !sources.has(source));
  const parts = [
    `# ${t('Completion Context')}`,
    t(
      'What was last sent for {0}, at {1}, to {2}. Tokens are estimates.',
      `\`${request.path}\``,
      sentAt.toLocaleTimeString(language()),
      `\`${ref.provider}/${ref.model}\``,
    ),
    `## ${t(
      'From elsewhere: {0}, {1} of {2} tokens',
      plural(selection.chosen.length, '{0} snippet', '{0} snippets'),
      used,
      selection.budgetTokens,
    )}`,
    selection.chosen.length === 0 ? t('None.') : '',
    ...selection.chosen.flatMap(({ source, path, startLine, tokens, text }, at) => [
      `### ${at + 1}. ${capitalised(sourceNames[source])}: ${place(path, startLine)}, ${tokensIn(tokens)}`,
      fenced(text, /\.(\w+)$/.exec(path)?.[1] ?? ''),
    ]),
    `## ${t('The file before the cursor: {0}', tokensIn(estimateTokens(request.prefix)))}`,
    fenced(request.prefix, request.languageId),
    `## ${t('The file after the cursor: {0}', tokensIn(estimateTokens(request.suffix)))}`,
    fenced(request.suffix, request.languageId),
    `## ${t('Left out')}`,
    selection.leftOut.length === 0 ? t('Nothing that was found.') : leftOutTable(selection),
    off.length === 0 ? '' : t('Switched off in the settings: {0}.', listed(off.map((source) => sourceNames[source]))),
    body === null ? '' : `## ${t('As it went out')}`,
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
  return markdownTable([t('Source'), t('From'), t('Tokens'), t('Why not')], rows, (column) => column === 2);
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

function tokensIn(count: number): string {
  return plural(count, '{0} token', '{0} tokens');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
