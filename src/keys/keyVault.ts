/** A place where keys are kept, a text for each provider. Errors are of code `keychain`. */
export interface KeyVault {
  /** What sentences for the user call it: `the OS keychain`. */
  readonly name: string;
  /** Whether a key is kept for this provider. Asks the user nothing. */
  has(provider: string): Promise<boolean>;
  /** Null when no key is kept for this provider. `forChange`: the user is there, and wants it changed. */
  get(provider: string, forChange?: boolean): Promise<string | null>;
  /** The same, asking the user nothing: null too where it would have to. */
  peek(provider: string): Promise<string | null>;
  /** Replaces the key that was there. */
  set(provider: string, key: string): Promise<void>;
  /** False when there was none. */
  delete(provider: string): Promise<boolean>;
}

/** The OS keychain, which is not there on every machine. */
export interface Keychain extends KeyVault {
  /** A sentence that says why it cannot be used now; null when it works. Answers soon, whatever happens. */
  problem(): Promise<string | null>;
}

/** Gives the key that a command of the user’s prints; `anew`: not the one that it has printed a while ago. */
export type CommandKey = (how?: 'anew') => Promise<string>;
