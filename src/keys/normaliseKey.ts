import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/** Longer than any provider's; what is longer was pasted by mistake. */
const LONGEST_KEY = 8192;

/**
 * A key as it can be sent in a header, without the spaces and line ends around it. Throws code
 * `invalid`, with a sentence that never repeats the key, when it cannot be one.
 */
export function normaliseKey(typed: string): string {
  const key = awsCredentials(typed.trim());
  if (key === '') throw invalid(t('The key is empty.'));
  if (key.length > LONGEST_KEY) throw invalid(t('That is too long for a key. Copy only the key.'));
  if (/^bearer\s/i.test(key)) throw invalid(t('Enter the key without the word “Bearer” before it.'));
  // VS Code's box makes a space of a line break that is pasted into it.
  if (/\s/.test(key)) throw invalid(t('The key has a space or a line break in it. Copy only the key, in one piece.'));
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw invalid(
      t('The key has a character that no key has: an accented letter, a typographic sign or an invisible one.'),
    );
  }
  return key;
}

function invalid(message: string): SextantError {
  return new SextantError('invalid', message);
}

/** What `aws configure export-credentials` prints, in one piece; anything else as it is. */
function awsCredentials(text: string): string {
  if (!text.startsWith('{') || text.length > LONGEST_KEY) return text;
  try {
    const said = JSON.parse(text) as Partial<Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', unknown>>;
    const parts = [said.AccessKeyId, said.SecretAccessKey, said.SessionToken];
    const [id, secret] = parts;
    return typeof id === 'string' && typeof secret === 'string'
      ? parts.filter((part) => typeof part === 'string').join(':')
      : text;
  } catch {
    return text;
  }
}
