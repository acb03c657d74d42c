/**
 * The parts of an identifier, lower-cased: `parseHTTPRequest_v2` gives parse, http, request, v2. Cuts
 * at `_`, `$`, before a capital after a small letter or digit, and before the last capital of a run
 * that small letters follow.
 */
export function splitIdentifier(identifier: string): string[] {
  const parts: string[] = [];
  let start = 0;
  const take = (end: number): void => {
    if (end > start) parts.push(identifier.slice(start, end).toLowerCase());
  };
  for (let i = 0; i < identifier.length; i++) {
    const code = identifier.charCodeAt(i);
    if (code === underscore || code === dollar) {
      take(i);
      start = i + 1;
    } else if (isUpper(code) && i > start) {
      const before = identifier.charCodeAt(i - 1);
      const startsWord = isLower(before) || isDigit(before) || isLower(identifier.charCodeAt(i + 1));
      if (startsWord) {
        take(i);
        start = i;
      }
    }
  }
  take(identifier.length);
  return parts;
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
