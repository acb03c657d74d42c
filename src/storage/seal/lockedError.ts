import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';

/** The error for a store whose key nobody here knows. `problem` is a sentence that says why it cannot be fetched. */
export function lockedError(keyId: string, problem?: string): SextantError {
  const message =
    problem === undefined
      ? t('Your stored chats are encrypted, and their key is not at hand. Their recovery code opens them.')
      : t('Your stored chats are encrypted. {0} Their recovery code opens them.', problem);
  return new SextantError('locked', message, { data: { keyId } });
}
