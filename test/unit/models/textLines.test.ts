import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WireError } from '../../../src/models/failure.ts';
import { textLines } from '../../../src/models/textLines.ts';

describe('lines of a body', () => {
  it('are the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))),
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.nat({ max: 7 }), { minLength: 1 }),
        async (lines, end, sizes) => {
          const bytes = new TextEncoder().encode(lines.map((line) => line + end).join(''));
          const expected = lines.filter((line) => line !== '');
          // A leading byte order mark is the decoder's to drop.
          fc.pre(!lines.join('').startsWith('\ufeff'));
          assert.deepEqual(await collect(cut(bytes, sizes)), expected);
        },
      ),
    );
  }).timeout(20_000);

  it('include a last one without an end', async () => {
    assert.deepEqual(await collect([new TextEncoder().encode('a\nb')]), ['a', 'b']);
  });

  it('survive bytes that are not UTF-8', async () => {
    assert.deepEqual(await collect([Uint8Array.of(0xff, 0xc3), Uint8Array.of(0x0a, 0x62, 0x0a)]), [
      '\ufffd\ufffd',
      'b',
    ]);
  });

  it('are refused when one never ends', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x61);
    await assert.rejects(
      collect(Array.from({ length: 32 }, () => chunk)),
      (error) => error instanceof WireError && error.failure.type === 'oversized',
    );
  });
});

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = (sizes[turn % sizes.length] ?? 0) + 1;
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

async function collect(chunks: readonly Uint8Array[]): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const lines: string[] = [];
  for await (const line of textLines(body)) lines.push(line);
  return lines;
}
