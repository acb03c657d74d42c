import { SextantError } from '../../base/errors.ts';

/** The error for a store whose key nobody here knows. `problem` is a sentence that says why it cannot be fetched. */
export function lockedError(keyId: string, problem?: string): SextantError {
  const state = problem === undefined ? ', and their key is not at hand.' : `. ${problem}`;
  const message = `Your stored chats are encrypted${state} Their recovery code opens them.`;
  return new SextantError('locked', message, { data: { keyId } });
}
