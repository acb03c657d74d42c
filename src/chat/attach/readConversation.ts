import type { PromptImage, PromptMessage } from '../../models/chatModel.ts';
import type { SentContext } from '../../protocol/sentContext.ts';
import type { Message } from '../../protocol/store.ts';

/** A message of a conversation, with what went along with it. */
export interface TurnMessage extends PromptMessage {
  readonly id: string;
  readonly sent?: readonly SentContext[];
}

/** A conversation before a question. */
export interface TurnHistory {
  /** What stands for all before the messages; null where nothing is left out. */
  readonly summary: string | null;
  /** Questions that it stands for. */
  readonly summarisedTurns: number;
  /** The user has taken a summary back: what was said is to go along itself. */
  readonly wantsWhole: boolean;
  /** Oldest first. */
  readonly messages: readonly TurnMessage[];
}

/** A conversation that begins with its first question. */
export const noHistory: TurnHistory = { summary: null, summarisedTurns: 0, wantsWhole: false, messages: [] };

/** What a question asks a model, with all that goes along with it read. */
export interface ReadConversation {
  /** What the question stands for: itself, or what its command means. */
  readonly question: string;
  readonly messages: readonly PromptMessage[];
  /** The rules that go along, in their order. */
  readonly rules: readonly { readonly name: string; readonly text: string }[];
  /** Paths of the files that something of it was taken from. */
  readonly files: readonly string[];
}

/**
 * A conversation up to a question, its last message, as a model reads it: with every message what went along with
 * it. What went along more than once stands where it came first. So that providers find the beginning in their cache,
 * what stands before a question stays as it was sent, until there is too much of it: `earlierTokens` of what went
 * along with questions before, or a quarter of that which is outdated. Then it is named only.
 */
export async function readConversation(
  { summary, messages }: Pick<TurnHistory, 'summary' | 'messages'>,
  earlierTokens: number,
  readFile: (sha256: string) => Promise<Uint8Array | null>,
): Promise<ReadConversation> {
  const places = choosePlaces(messages, earlierTokens);
  const read = await Promise.all(messages.map((message, at) => readMessage(message, at, places, readFile)));
  const files = new Set(read.flatMap((each) => each.files));
  const rules = (messages.at(-1)?.sent ?? []).filter(({ source }) => source === 'rule');
  return {
    question: read.at(-1)?.question ?? '',
    messages: read.map(({ message }, at) => (at === 0 && summary !== null ? withSummary(message, summary) : message)),
    files: [...files, ...rules.map(({ place, label }) => place?.path ?? label)],
    rules: await Promise.all(
      rules.map(async ({ label, sha256 }) => ({ name: label, text: decode(await readFile(sha256)) })),
    ),
  };
}

/** What is said so far, as a turn takes it: the summary of its beginning that is used, and what follows that. */
export function turnHistory(messages: readonly Message[]): TurnHistory {
  const at = messages.findLastIndex(({ summary }) => summary?.isUsed === true);
  const said = messages.slice(at + 1).filter(({ content }) => content !== '');
  const used = messages[at]?.summary;
  return {
    summary: used?.text ?? null,
    summarisedTurns: used?.turns ?? 0,
    wantsWhole: messages.slice(at + 1).some(({ summary }) => summary !== undefined),
    messages: said.map(({ id, role, content, sent = [] }) => ({ id, role, text: content, sent })),
  };
}

/** Together with the message after it, for not every model takes two messages of the same role in a row. */
function withSummary(message: PromptMessage, summary: string): PromptMessage {
  const text = summary.replaceAll(/<(?=\/summary>)/gu, '&lt;');
  return { ...message, text: `<summary>\n${text}\n</summary>\n\n${message.text}` };
}

/** Where contents stand, by their hashes. */
interface Places {
  /** At which message; those that are not here are named only. */
  readonly at: ReadonlyMap<string, number>;
  /** Those that are newer than what stands before under their name. */
  readonly newer: ReadonlySet<string>;
}

/** Goes through the questions as they were asked, so that each finds what the one before it has found. */
function choosePlaces(messages: readonly TurnMessage[], earlierTokens: number): Places {
  const at = new Map<string, number>();
  const newer = new Set<string>();
  const tokens = new Map<string, number>();
  const newest = new Map<string, string>();
  for (const [index, { sent = [] }] of messages.entries()) {
    const own = sent.filter(isItem);
    for (const item of own) {
      const { sha256 } = item;
      const before = newest.get(keyOf(item));
      if (before !== undefined && before !== sha256) newer.add(sha256);
      newest.set(keyOf(item), sha256);
      tokens.set(sha256, item.tokens);
      if (!at.has(sha256)) at.set(sha256, index);
    }
    if (own.length === 0) continue;
    const kept = new Set([...newest.values()]);
    const earlier = [...at.keys()].filter((sha256) => !own.some((item) => item.sha256 === sha256));
    const outdated = earlier.filter((sha256) => !kept.has(sha256));
    const sum = (hashes: readonly string[]): number => hashes.reduce((all, each) => all + (tokens.get(each) ?? 0), 0);
    if (sum(outdated) > earlierTokens / 4) for (const sha256 of outdated) at.delete(sha256);
    const left = earlier.filter((sha256) => at.has(sha256));
    let total = sum(left);
    if (total <= earlierTokens) continue;
    // Down to the half, so that the next questions find what this one has left.
    for (const sha256 of left) {
      if (total <= earlierTokens / 2) break;
      at.delete(sha256);
      total -= tokens.get(sha256) ?? 0;
    }
  }
  return { at, newer };
}

async function readMessage(
  { role, text, sent = [] }: TurnMessage,
  at: number,
  places: Places,
  readFile: (sha256: string) => Promise<Uint8Array | null>,
): Promise<{ readonly question: string; readonly message: PromptMessage; readonly files: readonly string[] }> {
  const command = sent.find(({ source }) => source === 'prompt');
  const meant = command === undefined ? null : await readFile(command.sha256);
  const question = meant === null ? text : decode(meant);
  const images: PromptImage[] = [];
  const files: string[] = [];
  const items: string[] = [];
  const done = new Set<string>();
  for (const item of sent.filter(isItem)) {
    const place = places.at.get(item.sha256);
    const isHere = place === at && !done.has(item.sha256);
    done.add(item.sha256);
    const bytes = isHere ? await readFile(item.sha256) : null;
    if (bytes === null) items.push(mention(item, place !== undefined && place <= at));
    else if (item.mimeType.startsWith('image/')) images.push({ mimeType: item.mimeType, bytes });
    else items.push(rendered(item, decode(bytes), places.newer.has(item.sha256)));
    if (bytes !== null) files.push(...filesOf(item, bytes));
  }
  const context = items.length === 0 ? '' : `<context>\n${items.join('\n')}\n</context>\n\n`;
  return {
    question,
    files,
    message: { role, text: context + question, ...(images.length === 0 ? {} : { images }) },
  };
}

/** A text cannot end its own element: the closing tag is the one thing that is changed in it. */
function rendered(item: SentContext, text: string, isNewer: boolean): string {
  const note = isNewer ? ' note="newer than what stands before under this name"' : '';
  return `${openTag(item)}${note}>\n${text.replaceAll(/<(?=\/(?:item|context)>)/gu, '&lt;')}\n</item>`;
}

function mention(item: SentContext, isThere: boolean): string {
  return `${openTag(item)} note="${isThere ? 'stands above' : 'not sent again'}"/>`;
}

function openTag({ source, label, detail, place }: SentContext): string {
  const name = place === null ? [label, detail].filter((part) => part !== '').join(' ') : place.path;
  const lines = place === null ? '' : ` lines="${place.startLine}-${place.endLine}"`;
  return `<item kind="${attribute(source)}" name="${attribute(name)}"${lines}`;
}

function attribute(value: string): string {
  return value.replaceAll(/["<>&\p{Cc}]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** The files that an item was taken from, as its source names them in it. */
function filesOf({ place, source }: SentContext, bytes: Uint8Array): readonly string[] {
  if (place !== null) return [place.path];
  const pattern = pathPatterns[source];
  return pattern === undefined ? [] : Array.from(decode(bytes).matchAll(pattern), ([, path = '']) => path);
}

const headed = /^--- (.+?)(?::\d+-\d+)?$/gmu;
const diffed = /^\+\+\+ b\/(.+)$/gmu;
const pathPatterns: Readonly<Record<string, RegExp>> = {
  folder: headed,
  editors: headed,
  codebase: headed,
  changes: diffed,
  commit: diffed,
  branch: diffed,
  problems: /^(\S.*?):\d+:\d+ (?:error|warning):/gmu,
};

function isItem({ source }: SentContext): boolean {
  return source !== 'rule' && source !== 'prompt';
}

function keyOf({ source, value }: SentContext): string {
  return `${source} ${value}`;
}

function decode(bytes: Uint8Array | null): string {
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}
