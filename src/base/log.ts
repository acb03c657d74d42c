import { errorMessage } from './errors.ts';

/** Where a part of Sextant says what it does. Messages hold no key, no prompt and no file content. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Writes down what fails inside a view while it is answered; `view` is how the log calls it. */
export function failuresOf(view: string, log: Pick<Log, 'error'>): (method: string, error: unknown) => void {
  return (method, error) => {
    log.error(`${view}: ${method} failed: ${errorMessage(error)}`);
  };
}
