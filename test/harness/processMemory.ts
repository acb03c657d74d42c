import { open, readFile } from 'node:fs/promises';

const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Whether what a process can write to (its heaps, its stacks, files that it has mapped) holds `text`, as V8 and C keep
 * it. Throws where the system does not let us look.
 */
export async function memoryHolds(processId: number, text: string): Promise<boolean> {
  const maps = await readFile(`/proc/${processId}/maps`, 'utf8');
  const memory = await open(`/proc/${processId}/mem`);
  const wanted = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  const piece = Buffer.alloc(PIECE_BYTES);
  let readBytes = 0;
  try {
    for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gmu)) {
      const end = Number.parseInt(to, 16);
      let at = Number.parseInt(from, 16);
      while (at < end) {
        const { bytesRead } = await memory
          .read(piece, 0, Math.min(PIECE_BYTES, end - at), at)
          .catch(() => ({ bytesRead: 0 }));
        if (bytesRead === 0) break;
        readBytes += bytesRead;
        if (wanted.some((bytes) => piece.subarray(0, bytesRead).includes(bytes))) return true;
        // What stands across two pieces is looked at in the second.
        const overlap = at + bytesRead < end ? text.length * 2 : 0;
        at += Math.max(1, bytesRead - overlap);
      }
    }
    if (readBytes === 0) throw new Error(`Nothing of the memory of process ${processId} can be read.`);
    return false;
  } finally {
    await memory.close();
  }
}
