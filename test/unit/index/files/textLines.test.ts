import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeText } from '../../../../src/index/files/decodeText.ts';
import { TextLines } from '../../../../src/index/files/textLines.ts';
import { Utf8Text } from '../../../../src/index/files/utf8Text.node.ts';

describe('TextLines', () => {
  it('gives what an array of all lines would, in whatever order it is asked', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', ' '), maxLength: 40 });
    const place = fc.tuple(fc.nat(12), fc.nat(12));
    fc.assert(
      fc.property(text, fc.array(place, { maxLength: 8 }), (all, places) => {
        const expected = all.split('\n');
        for (const lines of [new TextLines(all), new TextLines(Utf8Text.of(Buffer.from(all)) ?? '')]) {
          for (const [start, end] of places) assert.deepEqual(lines.slice(start, end), expected.slice(start, end));
        }
      }),
    );
  });
});

describe('Utf8Text', () => {
  const pieces = ['a', '\n', 'é', '漢', '\uFEFF', '\0', '\r\n', '\r', '\uFFFD'].map((piece) => Buffer.from(piece));
  const strange = [
    Buffer.from([0xff]),
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0xc3]),
    Buffer.from([0xed, 0xa0, 0x80]),
  ];

  it('says of any bytes what the decoded text does, or leaves them to that', () => {
    const bytes = fc
      .array(fc.constantFrom(...pieces, ...strange), { maxLength: 20 })
      .map((each) => Buffer.concat(each));
    fc.assert(
      fc.property(bytes, (all) => {
        const text = Utf8Text.of(all);
        if (text === undefined) return;
        const expected = decodeText(all)?.split('\n');
        assert.deepEqual(new TextLines(text).slice(0, 100), expected);
      }),
    );
  });

  it('takes ordinary files', () => {
    for (const text of ['', 'const a = 1;\n', '\uFEFFé\n漢字']) assert.ok(Utf8Text.of(Buffer.from(text)) !== undefined);
  });
});
