import { listProperty, parseJson, property } from './json.ts';

/** Events that say something else each time, after which a stream is passed on as it is. */
const MOST_STRANGERS = 32;

/** Where a wire has its pieces of an answer. */
const NAMES = ['content', 'text', 'reasoning_content', 'reasoning', 'thinking'] as const;

/** The inside of a JSON string. */
const INSIDE = /^(?:[^"\\]|\\.)*$/;

/**
 * Makes one server-sent event of those in a chunk of the body that differ only in their piece of text. A server that
 * sends a token in each event, faster than they are read, sends many at once, and whoever reads them spends much more
 * on an event than on its text. Nothing is held back from one chunk to the next, and what is not understood passes as
 * it is.
 */
export function pieceJoiner(): (chunk: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  let isAtEvent = true;
  let shape: Shape | null = null;
  let strangers = 0;

  const join = (text: string): string => {
    const joined: string[] = [];
    /** Of the events since the last one that differs. */
    let pieces: string[] = [];
    const flush = (): void => {
      if (shape !== null && pieces.length > 0) joined.push(shape.before + pieces.join('') + shape.after);
      pieces = [];
    };
    for (const event of text.split('\n\n')) {
      let piece = shape === null ? null : pieceIn(event, shape);
      if (piece === null) {
        flush();
        shape = shapeOf(event);
        strangers++;
        piece = shape === null ? null : pieceIn(event, shape);
      } else {
        strangers = 0;
      }
      if (piece === null) joined.push(event);
      else pieces.push(piece);
    }
    flush();
    return joined.join('\n\n');
  };

  return (chunk) => {
    const from = isAtEvent ? 0 : endOfEvent(chunk, 0);
    isAtEvent = chunk.at(-1) === LINE_END && chunk.at(-2) === LINE_END;
    if (strangers > MOST_STRANGERS || from === -1) return chunk;
    const to = lastEndOfEvent(chunk);
    if (to - 2 < from || endOfEvent(chunk, from) === to) return chunk;
    try {
      const joined = encoder.encode(join(decoder.decode(chunk.subarray(from, to - 2))));
      return concatenated(chunk.subarray(0, from), joined, chunk.subarray(to - 2));
    } catch {
      return chunk;
    }
  };
}

/** What stands before the piece and after it. */
interface Shape {
  readonly before: string;
  readonly after: string;
}

function pieceIn(event: string, { before, after }: Shape): string | null {
  if (event.length < before.length + after.length || !event.startsWith(before) || !event.endsWith(after)) return null;
  const piece = event.slice(before.length, event.length - after.length);
  return INSIDE.test(piece) ? piece : null;
}

/** Null for an event that has more in it than one piece of the answer. */
function shapeOf(event: string): Shape | null {
  const fields = /^(?:event:[^\n]*\n)?data: ?/.exec(event)?.[0];
  if (fields === undefined || event.includes('\n', fields.length)) return null;
  const data = parseJson(event.slice(fields.length));
  const choices = listProperty(data, 'choices');
  const delta = property(choices[0] ?? data, 'delta');
  const name = NAMES.find((each) => typeof property(delta, each) === 'string');
  if (choices.length > 1 || typeof delta !== 'object' || delta === null || name === undefined) return null;
  const others = Object.entries(delta).filter(([key]) => key !== name && key !== 'role' && key !== 'type');
  const mark = `"${name}":"`;
  const start = event.indexOf(mark) + mark.length;
  if (others.some(([, value]) => value !== null) || !event.includes(mark) || event.includes(mark, start)) return null;
  const end = endOfString(event, start);
  return { before: event.slice(0, start), after: event.slice(end) };
}

/** Where the quotation mark stands that ends the JSON string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

const LINE_END = 10;

/** Where the first event after `from` is over, behind its empty line; -1 where none is. */
function endOfEvent(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LINE_END, from); at !== -1; at = bytes.indexOf(LINE_END, at + 1))
    if (bytes[at + 1] === LINE_END) return at + 2;
  return -1;
}

/** The same for the last one. */
function lastEndOfEvent(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(LINE_END); at > 0; at = bytes.lastIndexOf(LINE_END, at - 1))
    if (bytes[at - 1] === LINE_END) return at + 1;
  return -1;
}

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
