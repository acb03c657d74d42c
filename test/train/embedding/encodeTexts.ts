import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddingKind } from '../../../src/models/embeddingModel.ts';
import { MOST_WORDS } from '../../../src/index/embedding/staticModel.ts';
import type { Subwords } from '../../../src/index/embedding/subwords.ts';

/**
 * Writes texts as the model reads them, as three files of numbers, little endian: where each text begins (`NAME.starts`,
 * uint32, one more at the end), its distinct subwords (`NAME.subwords`, uint32), how often each occurs (`NAME.counts`,
 * uint32).
 */
export function writeEncoded(
  folder: string,
  name: string,
  texts: readonly string[],
  { subwords, kind }: { readonly subwords: Subwords; readonly kind: EmbeddingKind },
): void {
  const starts = [0];
  const found: number[] = [];
  const counted: number[] = [];
  const { counts } = subwords;
  for (const text of texts) {
    for (const subword of subwords.count(text, MOST_WORDS[kind])) {
      found.push(subword);
      counted.push(counts[subword] ?? 0);
      counts[subword] = 0;
    }
    starts.push(found.length);
  }
  for (const [part, numbers] of Object.entries({ starts, subwords: found, counts: counted })) {
    writeFileSync(path.join(folder, `${name}.${part}`), Uint32Array.from(numbers));
  }
}
