/**
 * The parts of an identifier, lower-cased: `parseHTTPRequest_v2` gives parse, http, request, v2. Cuts
 * at `_`, `$`, before a capital after a small letter or digit, and before the last capital of a run
 * that small letters follow.
 */
export function splitIdentifier(identifier: string): string[] {
  const parts: string[] = [];
  eachPart(identifier, (start, end) => {
    parts.push(identifier.slice(start, end).toLowerCase());
  });
  return parts;
}

/** Calls `visit` with the place of each part of an identifier, see {@link splitIdentifier}. */
export function eachPart(identifier: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  for (let i = 0; i < identifier.length; i++) {
    const code = identifier.charCodeAt(i);
    if (code === underscore || code === dollar) {
      if (i > start) visit(start, i);
      start = i + 1;
    } else if (isUpper(code) && i > start) {
      const before = identifier.charCodeAt(i - 1);
      const startsWord = isLower(before) || isDigit(before) || isLower(identifier.charCodeAt(i + 1));
      if (startsWord) {
        visit(start, i);
        start = i;
      }
    }
  }
  if (identifier.length > start) visit(start, identifier.length);
}

const underscore = 95;
const dollar = 36;

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
