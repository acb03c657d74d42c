import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/** The error for a conversation that was deleted, or was never there. */
export function conversationGone(): SextantError {
  return new SextantError('not-found', t('This conversation is gone: it was deleted, perhaps in another window.'));
}

/** The error for a message that was deleted, or was never there. */
export function messageGone(): SextantError {
  return new SextantError(
    'not-found',
    t('This message is gone: its conversation was deleted, perhaps in another window.'),
  );
}
