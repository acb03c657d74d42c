import { SextantError } from '../../base/errors.ts';

const HINT =
  'Enter their recovery code: in VS Code with “Sextant: Enter Recovery Code”, on the command line in the variable ' +
  'SEXTANT_STORE_RECOVERY_CODE.';

/** The error for a store whose key nobody here knows. `problem` is a sentence that says why it cannot be fetched. */
export function lockedError(keyId: string, problem?: string): SextantError {
  const state = problem === undefined ? ', and their key is not on this machine.' : `. ${problem}`;
  return new SextantError('locked', `The stored chats are encrypted${state} ${HINT}`, { data: { keyId } });
}
