import type { ContextPassage, ModelRef } from '../../protocol/store.ts';
import { withoutRest } from '../longText.ts';
import type { ChatConversation, ChatMessage } from './chatFormat.ts';

/**
 * A chat for reading: title, dates, and of the branch that is shown the questions, answers and sources. `readText`
 * gives a long text that is kept in a file; undefined when it cannot be read.
 */
export async function* chatMarkdown(
  chat: ChatConversation,
  readText: (sha256: string) => Promise<string | undefined>,
): AsyncGenerator<string> {
  yield `# ${inline(chat.title)}\n\n`;
  const facts = [
    `Started ${time(chat.createdAt)}`,
    `last message ${time(chat.lastMessageAt)}`,
    ...(chat.workspaceUri === null ? [] : [`workspace ${code(chat.workspaceUri)}`]),
  ];
  yield `${facts.join(' · ')}\n`;
  for (const message of shownBranch(chat)) {
    yield `\n## ${heading(message)}\n\n`;
    const long = message.attachments.find(({ role }) => role === 'content');
    const text = long === undefined ? message.content : await readText(long.sha256);
    yield `${closeFence(text ?? withoutRest(message.content))}\n`;
    yield* afterText(message);
  }
}

/** From the root to the leaf that is shown; to the last message where none is. */
function shownBranch({ messages, activeMessageId }: ChatConversation): ChatMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: ChatMessage[] = [];
  let at = byId.get(activeMessageId ?? '') ?? messages.at(-1);
  while (at !== undefined) {
    branch.unshift(at);
    at = byId.get(at.parentId ?? '');
  }
  return branch;
}

function heading({ role, model, createdAt, status }: ChatMessage): string {
  const { provider, model: name } = (model ?? {}) as Partial<ModelRef>;
  const who = role === 'user' ? 'Question' : 'Answer';
  const by =
    provider === undefined || name === undefined || role === 'user' ? [] : [`${inline(provider)} ${inline(name)}`];
  const ended = status === 'complete' ? [] : [status];
  return [who, ...by, time(createdAt), ...ended].join(' · ');
}

function* afterText({ context, attachments, metadata }: ChatMessage): Generator<string> {
  const files = attachments.filter(({ role }) => role === 'attachment');
  if (files.length > 0) {
    yield `\n**Attached**\n\n`;
    for (const { name, mimeType, size } of files) yield `- ${code(name)} (${inline(mimeType)}, ${size} bytes)\n`;
  }
  const passages = Array.isArray(context) ? (context as Partial<ContextPassage>[]) : [];
  if (passages.length > 0) {
    yield `\n**Sources**\n\n`;
    for (const { path = '', startLine, endLine, symbol = '' } of passages) {
      const lines =
        startLine === endLine ? `line ${String(startLine)}` : `lines ${String(startLine)}–${String(endLine)}`;
      yield `- ${code(path)}, ${lines}${symbol === '' ? '' : `, ${code(symbol)}`}\n`;
    }
  }
  const { error } = metadata as { error?: { message?: unknown } | null };
  if (typeof error?.message === 'string') yield `\n*${inline(error.message)}*\n`;
}

/** `2026-11-22 03:22 UTC` */
function time(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime())
    ? 'at an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** An answer that was cut off within a block of code must not make code of what follows. */
function closeFence(text: string): string {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const [, marks = '', rest = ''] = fence ?? [];
    if (open === undefined) open = marks === '' ? undefined : marks;
    else if (marks.startsWith(open) && rest.trim() === '') open = undefined;
  }
  return text.trimEnd() + (open === undefined ? '' : `\n${open}`);
}

/** Text in a line of prose: what Markdown would take for markup is escaped. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|~]/g, String.raw`\$&`);
}

/** Text as code: fenced by more backticks than it has in a row. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}
