import { PASSWORD, PRIVATE_KEY } from '../protocol/maskedSecrets.ts';
import { redactCode } from './redactCode.ts';

const MASK = '[redacted]';

const PRIVATE_KEY_TEXT =
  /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;

export interface MaskedText {
  readonly text: string;
  /** What stood at each place that was masked; see {@link maskedSentence}. */
  readonly kinds: readonly string[];
}

/**
 * A text of a file, page or terminal as a model may see it: `[redacted]` stands for every private key, for what the
 * rules of secretlint know as a key, and for the value in a line that looks like a password. The number of its lines
 * changes only where a private key stood.
 */
export async function maskSecrets(text: string): Promise<MaskedText> {
  const kinds: string[] = [];
  const mask = (kind: string): string => {
    kinds.push(kind);
    return MASK;
  };
  const keyless = text.replace(PRIVATE_KEY_TEXT, () => mask(PRIVATE_KEY));
  const { findSecrets } = await import('./secretRules.ts');
  let [masked, at] = ['', 0];
  for (const [start, end, kind] of await findSecrets(keyless)) {
    // Two rules may know the same key.
    if (start >= at) masked += keyless.slice(at, start) + mask(kind);
    at = Math.max(at, end);
  }
  masked += keyless.slice(at);
  const safe = redactCode(masked) ?? masked;
  const others = Math.max(0, occurrences(safe) - occurrences(masked));
  return { text: safe, kinds: [...kinds, ...Array.from({ length: others }, () => PASSWORD)] };
}

function occurrences(text: string): number {
  return text.split(MASK).length - 1;
}
