import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { questionLimit } from '../protocol/chatView.ts';

/** Throws a sentence for a question that cannot be asked. */
export function checkQuestion(text: string): void {
  if (text.trim() === '') throw new SextantError('invalid', t('Type a question first.'));
  if (text.length > questionLimit) {
    throw new SextantError(
      'invalid',
      t('The question is longer than a million characters. Shorten it, or ask about a file.'),
    );
  }
}
