import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runPython } from './runPython.ts';

/** Texts to be embedded, by what they are. */
export interface DeepTexts {
  readonly query: readonly string[];
  readonly code: readonly string[];
}

/** As many numbers has a vector of MiniLM's. */
const DIMENSIONS = 384;

/** Unit vectors by the model in a folder, as it was trained, in PyTorch: of the questions, then of the code. */
export function embedDeep(modelFolder: string, texts: DeepTexts): Float32Array[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sextant-embed-'));
  try {
    const output = path.join(folder, 'vectors');
    writeFileSync(path.join(folder, 'texts.json'), JSON.stringify(texts));
    runPython('embed.py', [modelFolder, path.join(folder, 'texts.json'), output]);
    const numbers = new Float32Array(new Uint8Array(readFileSync(output)).buffer);
    return Array.from({ length: numbers.length / DIMENSIONS }, (_, row) =>
      numbers.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
