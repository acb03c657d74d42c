import type { Message } from '../protocol/store.ts';
import type { FileStore, StoredFile } from './files/fileStore.ts';

/** UTF-8 bytes. A longer text lies in the file store; its row has the beginning. */
export const ROW_LIMIT_BYTES = 65_536;
/** UTF-16 code units. */
const BEGINNING = 2_000;

/** A text that is kept in a file. */
export interface LongText extends StoredFile {
  /** For lists and previews. */
  readonly beginning: string;
}

/** A message as it is in its row, and the file with its text where that is long. */
export interface StoredMessage extends Message {
  readonly textFile: string | null;
}

/** Puts a text that is too long for a row into a file; null for any other. */
export async function putLongText(files: Pick<FileStore, 'put'>, text: string): Promise<LongText | null> {
  if (text.length <= ROW_LIMIT_BYTES / 4) return null;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= ROW_LIMIT_BYTES) return null;
  // Half a surrogate pair is no text.
  return { ...(await files.put(bytes)), beginning: text.slice(0, BEGINNING).replace(/[\uD800-\uDBFF]$/, '') };
}

/** The whole text; `beginning` where no file has more. One that cannot be read says so at its end. */
export async function readLongText(
  files: Pick<FileStore, 'get'>,
  textFile: string | null,
  beginning: string,
): Promise<string> {
  if (textFile === null) return beginning;
  try {
    return decodeText(await files.get(textFile));
  } catch {
    return withoutRest(beginning);
  }
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** What is left of a text whose file cannot be read, with a word about it. */
export function withoutRest(beginning: string): string {
  return `${beginning}\n\n*The rest of this message could not be read.*`;
}

/** A message with its whole text. */
export async function wholeMessage(
  files: Pick<FileStore, 'get'>,
  { textFile, ...message }: StoredMessage,
): Promise<Message> {
  return { ...message, content: await readLongText(files, textFile, message.content) };
}
