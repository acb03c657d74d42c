import type { ChatPart } from '../models/chatModel.ts';
import type { ContextPassage } from '../protocol/store.ts';

/** Models that are told to go on begin by repeating at most so much. Characters. */
const OVERLAP = 400;
const SHORTEST_OVERLAP = 4;
/** Less tells nothing: it may be the line that opens a code block. */
const SHORT_START = 24;

/** Asks a model to go on with its answer, which stands before this. */
export const continueInstruction =
  'Your answer was cut off there. Go on exactly where it ends, with the very next character: no introduction, no ' +
  'apology, nothing twice. If it ends inside a code block, go on inside that block without opening it again.';

/** What a model says to go on with `before`, without what it repeats of its end. */
export async function* withoutOverlap(before: string, parts: AsyncIterable<ChatPart>): AsyncGenerator<ChatPart> {
  /** How the model has begun, until it is clear what of that is new. */
  const start = { text: '', isClear: false };
  const clear = (): ChatPart => {
    start.isClear = true;
    return { type: 'text-delta', text: joinedTo(before, start.text) };
  };
  try {
    for await (const part of parts) {
      if (part.type === 'text-delta' && !start.isClear) {
        start.text += part.text;
        if (!mayRepeat(before, start.text)) yield clear();
      } else {
        if (part.type === 'finish' && !start.isClear) yield clear();
        yield part;
      }
    }
  } catch (error) {
    if (!start.isClear) yield clear();
    throw error;
  }
}

/** Of a text that goes on with `before`, what is new. */
export function joinedTo(before: string, text: string): string {
  const starts = startsOf(before, text);
  for (const start of starts) {
    const length = overlap(before, start);
    if (length > 0) return start.slice(length);
  }
  return starts[0] ?? text;
}

/** Whether more of the text could be a repetition than is there yet. */
function mayRepeat(before: string, text: string): boolean {
  if (text.length < SHORT_START) return true;
  const end = before.slice(-OVERLAP);
  return text.length < OVERLAP && startsOf(before, text).some((start) => end.includes(start));
}

/** The text as it may be meant: without a fence that is open already; then without what only leads over. */
function startsOf(before: string, text: string): string[] {
  const unfenced = endsInFence(before) ? text.replace(/^\s*(`{3,}|~{3,})[^\n`]*\n/u, '') : text;
  return [unfenced, unfenced.replace(/^(\s|…|\.{3})+/u, '')];
}

/** The longest beginning of the text that `before` ends with and that is no chance: it starts with a word. */
function overlap(before: string, text: string): number {
  for (let length = Math.min(OVERLAP, before.length, text.length); length >= SHORTEST_OVERLAP; length--) {
    const start = text.slice(0, length);
    if (!before.endsWith(start) || (start.match(/[\p{L}\p{N}]/gu) ?? []).length < 3) continue;
    const isInWord = /[\p{L}\p{N}]$/u.test(before.slice(0, -length)) && /^[\p{L}\p{N}]/u.test(start);
    if (!isInWord) return length;
  }
  return 0;
}

function endsInFence(text: string): boolean {
  let fence: string | null = null;
  for (const [, marks = ''] of text.matchAll(/^ {0,3}(`{3,}|~{3,})/gmu)) {
    if (fence === null) fence = marks;
    else if (marks.startsWith(fence)) fence = null;
  }
  return fence !== null;
}

/**
 * The passages of an answer that is gone on with: those that it has cited by their numbers keep them, and new ones
 * follow. Gives all, and the number of each of the new search's passages, from 1.
 */
export function continueContext(
  known: readonly ContextPassage[],
  found: readonly ContextPassage[],
): { readonly context: readonly ContextPassage[]; readonly numbers: readonly number[] } {
  const context = [...known];
  const numbers = found.map((passage) => {
    const at = context.findIndex((each) => isSame(each, passage));
    return at === -1 ? context.push(passage) : at + 1;
  });
  return { context, numbers };
}

function isSame(one: ContextPassage, other: ContextPassage): boolean {
  const { folder, path, startLine, endLine, textHash } = other;
  return (
    one.folder === folder &&
    one.path === path &&
    one.startLine === startLine &&
    one.endLine === endLine &&
    one.textHash === textHash
  );
}
