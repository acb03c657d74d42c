import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Every file below the folder, with its content. Somebody may be writing there: a folder that changes is read again. */
export function readFolder(directory: string): Map<string, Buffer> {
  for (;;) {
    try {
      const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
      const files = names.filter((name) => statSync(path.join(directory, name)).isFile());
      return new Map(files.map((name) => [name, readFileSync(path.join(directory, name))]));
    } catch (error) {
      // A file that was there a moment ago is gone, unless it is the folder itself.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT' && existsSync(directory))) throw error;
    }
  }
}

/** Where one of the words stands in a file or its name, as it is or in an encoding that is no secret. */
export function findPlaintext(directory: string, words: readonly string[]): string[] {
  const found: string[] = [];
  for (const [name, content] of readFolder(directory)) {
    const haystack = Buffer.concat([Buffer.from(name), content]);
    for (const word of words) {
      if (encodings(word).some((needle) => haystack.includes(needle))) found.push(`${word} in ${name}`);
    }
  }
  return found;
}

function encodings(word: string): Buffer[] {
  const bytes = Buffer.from(word);
  const utf16 = Buffer.from(word, 'utf16le');
  // Base64 has three ways to stand, by where the word begins; its first and last digits depend on its neighbours.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift + 1, -4),
  );
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
  const swapped = [...word].reverse().join('');
  return [bytes, utf16, Buffer.from(utf16).swap16(), Buffer.from(swapped), ...texts.map((text) => Buffer.from(text))];
}
