import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import fc from 'fast-check';
import { get_encoding } from 'tiktoken';
import { TokenCounter } from '../../../src/index/tokenCounter.node.ts';

const assetDirectory = path.dirname(createRequire(import.meta.url).resolve('tiktoken/lite/tiktoken_bg.wasm'));

describe('Counting tokens', () => {
  for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
    it(`is exact in ${encoding}, also where a text is counted in parts`, async () => {
      const counter = new TokenCounter(assetDirectory);
      const reference = get_encoding(encoding);
      const piece = fc.constantFrom(
        'const a = 1;\n',
        ' the buoy ',
        '\n\n    ',
        "don't",
        '…',
        '東京タワー ',
        '1234567',
        '🧭',
        'x\t',
      );
      const text = fc.array(piece, { minLength: 800, maxLength: 1_400 }).map((pieces) => pieces.join(''));
      try {
        await fc.assert(
          fc.asyncProperty(text, async (sample) => {
            assert.equal(await counter.count(sample, encoding), reference.encode(sample, [], []).length);
          }),
          { numRuns: 10 },
        );
      } finally {
        reference.free();
      }
    }).timeout(20_000);
  }
});
