/** So many bytes tell what encoding a text is in. */
export const SNIFFED_BYTES = 8000;
/** Of a text in an old encoding so much may be letters beyond ASCII, or nothing that text is made of. */
const MAX_STRANGE_SHARE = 0.02;

/**
 * The text of a file with `\n` at the end of every line: UTF-8, UTF-16 (by its mark, or by its zero
 * bytes, as VS Code tells it), or Windows-1252, which Latin-1 is a part of; undefined for what is no text.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decode(bytes);
  return text?.includes('\r') === true ? text.replace(/\r\n?/g, '\n') : text;
}

function decode(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, SNIFFED_BYTES);
  const marked = markOfUtf16(start);
  if (marked !== undefined) return ifText(new TextDecoder(marked).decode(bytes));
  const wide = bytes.length % 2 === 0 ? zerosOfUtf16(start) : undefined;
  if (wide !== undefined) return ifText(new TextDecoder(wide).decode(bytes));
  if (start.includes(0)) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (!text.includes('\uFFFD') || isDamagedUtf8(text)) return text;
  return isLatin(start) ? new TextDecoder('windows-1252').decode(bytes) : undefined;
}

type Utf16 = 'utf-16le' | 'utf-16be';

function markOfUtf16(start: Uint8Array): Utf16 | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : undefined;
}

function zerosOfUtf16(start: Uint8Array): Utf16 | undefined {
  const zeros = [0, 0];
  for (const [at, byte] of start.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // Most of what is written in it is ASCII, with a zero in every other byte and nowhere else.
  if (Math.max(even, odd) < start.length / 4 || Math.min(even, odd) > 0) return undefined;
  return odd > 0 ? 'utf-16le' : 'utf-16be';
}

/** Undefined for what has a zero in it, or other control characters that no text has. */
function ifText(text: string): string | undefined {
  return /[\0-\x06\x0e-\x1a]/.test(text) ? undefined : text;
}

/** True when more of what is not ASCII is right than wrong: then it is UTF-8 with a few broken letters. */
function isDamagedUtf8(text: string): boolean {
  const wrong = text.split('\uFFFD').length - 1;
  const beyondAscii = text.replace(/[\x00-\x7f]+/g, '').length;
  return wrong * 2 < beyondAscii;
}

/** True unless too many bytes are control characters, also those of Windows-1252 that stand for nothing. */
function isLatin(start: Uint8Array): boolean {
  let strange = 0;
  let high = 0;
  for (const byte of start) {
    if ((byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b) || unassigned.has(byte)) strange++;
    if (byte >= 0x80) high++;
  }
  return strange <= start.length * MAX_STRANGE_SHARE && high <= start.length / 2;
}

const unassigned = new Set([0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d]);
