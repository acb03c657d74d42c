import { createHash } from 'node:crypto';

/** What is embedded for a chunk: the path says what the text often does not. */
export function embeddedText(path: string, text: string): string {
  return `${path}\n${text}`;
}

/** Names what is embedded for a chunk: the first half of its SHA-256, hex. Equal texts share their vector. */
export function chunkHash(path: string, text: string): string {
  return createHash('sha256').update(embeddedText(path, text)).digest('hex').slice(0, 32);
}
