/** Where a part of Sextant says what it does. Messages hold no key, no prompt and no file content. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
