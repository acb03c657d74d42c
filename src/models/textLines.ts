import { WireError } from './failure.ts';

/** A line is one frame of an answer; none of a few words is as long. */
const LONGEST_LINE_CHARACTERS = 8 * 1024 * 1024;

/**
 * The lines of a body of UTF-8 text, without their ends (LF or CRLF) and without empty ones. Bytes of a
 * character may come in different chunks. Throws a {@link WireError} when a line has no end.
 */
export async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, rest.charAt(end - 1) === '\r' && end > start ? end - 1 : end);
      start = end + 1;
      if (line !== '') yield line;
    }
    rest = rest.slice(start);
    if (rest.length > LONGEST_LINE_CHARACTERS) {
      throw new WireError({ type: 'oversized', limitBytes: LONGEST_LINE_CHARACTERS });
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest;
}
