/**
 * Makes bytes unreadable, and unchangeable without notice, for whoever lacks the key (AES-256-GCM).
 *
 * A binding names the one place the bytes belong to, as in `snapshot 7, piece 3`: sealed bytes that were
 * moved elsewhere do not open there. It is not secret and not stored.
 *
 * Nonces are 96 random bits, so that several processes can use one key without asking each other. NIST SP
 * 800-38D allows 2^32 of them for a key; a seal is derived for one generation of the store or one file,
 * which hold some 2^24 records or 2^10 pieces at most, so the odds of a repeated nonce stay under 2^-49.
 */
export interface Seal {
  /** Bytes that sealing adds. */
  readonly overheadBytes: number;
  seal(bytes: Uint8Array, binding: Uint8Array | string): Uint8Array<ArrayBuffer>;
  /** Undefined when these are not bytes that were sealed with this key for this place. */
  open(sealed: Uint8Array, binding: Uint8Array | string): Uint8Array<ArrayBuffer> | undefined;
}

/** The key of one store. All that is sealed uses keys derived from it (HKDF-SHA-256), one for each purpose. */
export interface StoreKey {
  /** Tells this key from others and says nothing of it: stands in the clear in what it sealed. 32 hex digits. */
  readonly id: string;
  /** Bytes that sealing adds. */
  readonly overheadBytes: number;
  /** The seal for one purpose, as in `log 7`. */
  sealFor(purpose: string): Seal;
  /** What a file is called instead of its hash, which would give away which files are there. 64 hex digits. */
  fileName(sha256: string): string;
}

/** The keys at hand. */
export interface KnownKeys {
  /** The one that the store is sealed with now; null while it is not sealed. */
  readonly current: StoreKey | null;
  readonly all: readonly StoreKey[];
}
