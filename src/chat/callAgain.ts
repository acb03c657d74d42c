import { errorCode } from '../base/errors.ts';

const ATTEMPTS = 4;

/**
 * Makes a call that changes nothing when it is made twice. When the other side dies on the way it starts again
 * with the next call, so that the call is made again.
 */
export async function callAgain<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (errorCode(error) !== 'closed' || attempt === ATTEMPTS) throw error;
    }
  }
}
