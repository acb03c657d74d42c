import { createHash } from 'node:crypto';

/** What is embedded for a chunk: the path says what the text often does not. */
export function embeddedText(path: string, text: string): string {
  return `${path}\n${text}`;
}

/**
 * Names a chunk's text: the first half of its SHA-256, hex. Equal texts share their vector, wherever they stand,
 * so that a file that is moved is not embedded again; what its new path says the keyword index knows.
 */
export function chunkHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
