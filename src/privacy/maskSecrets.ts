import { redactCode } from './redactCode.ts';

const MASK = '[redacted]';

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;

export interface MaskedText {
  readonly text: string;
  /** How many places were masked. */
  readonly count: number;
}

/**
 * A text of a file, page or terminal as a model may see it: `[redacted]` stands for every private key, for what the
 * rules of secretlint know as a key, and for the value in a line that looks like a password. The number of its lines
 * changes only where a private key stood.
 */
export async function maskSecrets(text: string): Promise<MaskedText> {
  let count = 0;
  const mask = (): string => {
    count += 1;
    return MASK;
  };
  const keyless = text.replace(PRIVATE_KEY, mask);
  const { findSecrets } = await import('./secretRules.ts');
  let [masked, at] = ['', 0];
  for (const [start, end] of await findSecrets(keyless)) {
    // Two rules may know the same key.
    if (start >= at) masked += keyless.slice(at, start) + mask();
    at = Math.max(at, end);
  }
  masked += keyless.slice(at);
  const safe = redactCode(masked) ?? masked;
  return { text: safe, count: count + occurrences(safe) - occurrences(masked) };
}

function occurrences(text: string): number {
  return text.split(MASK).length - 1;
}
