import type { PromptImage, PromptMessage } from '../../models/chatModel.ts';
import type { SentContext } from '../../protocol/sentContext.ts';
import type { Message } from '../../protocol/store.ts';

/** A message of a conversation, with what went along with it. */
export interface TurnMessage extends PromptMessage {
  readonly sent?: readonly SentContext[];
}

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

/** What of earlier questions is sent again, newest first. Tokens. */
const EARLIER_TOKENS = 32_000;

/**
 * A conversation up to a question, its last message, as a model reads it: with every message what went along with
 * it. What went along more than once stands where it came first, so that providers find the beginning in their
 * cache; of what has changed meanwhile only the newest is there. What went along with earlier questions and is too
 * much by now is named only.
 */
export async function readConversation(
  messages: readonly TurnMessage[],
  readFile: (sha256: string) => Promise<Uint8Array | null>,
): Promise<ReadConversation> {
  const places = choosePlaces(messages);
  const read = await Promise.all(messages.map((message, at) => readMessage(message, at, places, readFile)));
  const files = new Set(read.flatMap((each) => each.files));
  const rules = (messages.at(-1)?.sent ?? []).filter(({ source }) => source === 'rule');
  return {
    question: read.at(-1)?.question ?? '',
    messages: read.map(({ message }) => message),
    files: [...files, ...rules.map(({ place, label }) => place?.path ?? label)],
    rules: await Promise.all(
      rules.map(async ({ label, sha256 }) => ({ name: label, text: decode(await readFile(sha256)) })),
    ),
  };
}

/** What is said so far, as a turn takes it. */
export function turnMessages(messages: readonly Message[]): readonly TurnMessage[] {
  const said = messages.filter(({ content }) => content !== '');
  return said.map(({ role, content, sent = [] }) => ({ role, text: content, sent }));
}

/** At which message each content stands, by its hash; those that are not there are named only. */
function choosePlaces(messages: readonly TurnMessage[]): ReadonlyMap<string, number> {
  const newest = new Map<string, string>();
  const first = new Map<string, number>();
  const items = messages.flatMap(({ sent = [] }, at) => sent.filter(isItem).map((item) => ({ item, at })));
  for (const { item, at } of items) {
    newest.set(keyOf(item), item.sha256);
    if (!first.has(item.sha256)) first.set(item.sha256, at);
  }
  const places = new Map<string, number>();
  let left = EARLIER_TOKENS;
  for (const { item, at } of items.toReversed()) {
    if (places.has(item.sha256) || newest.get(keyOf(item)) !== item.sha256) continue;
    const isOwn = at === messages.length - 1;
    if (!isOwn && item.tokens > left) continue;
    if (!isOwn) left -= item.tokens;
    places.set(item.sha256, first.get(item.sha256) ?? at);
  }
  return places;
}

async function readMessage(
  { role, text, sent = [] }: TurnMessage,
  at: number,
  places: ReadonlyMap<string, number>,
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
    const place = places.get(item.sha256);
    const isHere = place === at && !done.has(item.sha256);
    done.add(item.sha256);
    const bytes = isHere ? await readFile(item.sha256) : null;
    if (bytes === null) items.push(mention(item, place));
    else if (item.mimeType.startsWith('image/')) images.push({ mimeType: item.mimeType, bytes });
    else items.push(rendered(item, decode(bytes)));
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
function rendered(item: SentContext, text: string): string {
  return `${openTag(item)}>\n${text.replaceAll(/<(?=\/(?:item|context)>)/gu, '&lt;')}\n</item>`;
}

function mention(item: SentContext, place: number | undefined): string {
  const note =
    place === undefined ? 'not sent again: too long, or there is a newer version' : 'stands with another question';
  return `${openTag(item)} note="${note}"/>`;
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
