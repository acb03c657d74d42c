import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

const NAME_CHARACTERS = 500;

/** One line without control characters. Throws for a name of nothing. */
export function checkName(name: string): string {
  const line = name.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') throw new SextantError('invalid', t('A name cannot be empty.'));
  if (line.length > NAME_CHARACTERS) {
    throw new SextantError('invalid', t('This name is longer than {0} characters. Shorten it.', NAME_CHARACTERS));
  }
  return line;
}
