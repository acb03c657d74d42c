import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The files in a folder, at any depth, that hold one of these texts, relative to the folder. */
export async function filesWith(directory: string, texts: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  // What is given another name while we look must not slip through: all is looked at again until all could be.
  for (let isWhole = false; !isWhole;) {
    isWhole = true;
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const { name, parentPath } of entries.filter((entry) => entry.isFile())) {
      const file = path.join(parentPath, name);
      const bytes = await readFile(file).catch(() => null);
      if (bytes === null) isWhole = false;
      else if (holds(bytes, texts)) found.add(path.relative(directory, file));
    }
  }
  return [...found];
}

/** Whether bytes hold one of these texts in UTF-8 or UTF-16; what is packed is unpacked. */
function holds(bytes: Buffer, texts: readonly string[]): boolean {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isPacked ? gunzipSync(bytes) : bytes;
  return texts.some((text) => plain.includes(text) || plain.includes(Buffer.from(text, 'utf16le')));
}
