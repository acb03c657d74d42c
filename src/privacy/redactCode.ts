import { redactSecrets } from './redactSecrets.ts';

/**
 * Code without what looks like a key or password: a line that holds one has it taken out, while
 * `password: string` stays as it is. Null for a private key, which spans lines.
 */
export function redactCode(text: string): string | null {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return null;
  if (redactSecrets(text) === text) return text;
  return text.split('\n').map(redactLine).join('\n');
}

function redactLine(line: string): string {
  const redacted = redactSecrets(line);
  if (redacted === line) return line;
  let start = 0;
  while (start < line.length && line[start] === redacted[start]) start++;
  const end = redacted.indexOf(']', start);
  const rest = end === -1 ? '' : redacted.slice(end + 1);
  const value = rest === '' ? line.slice(start) : line.slice(start, Math.max(start, line.length - rest.length));
  const isQuoted = /["'`]/.test(line.charAt(start - 1) + value.charAt(0));
  return !isQuoted && isTypeOrName(value) ? line : redacted;
}

/** What a declaration, parameter or assignment of code has where a configuration has the secret itself. */
function isTypeOrName(value: string): boolean {
  return /^[\p{L}_$][\p{L}_$.?!<>[\](){}|]*$/u.test(value.trim()) && value.length < 40;
}
