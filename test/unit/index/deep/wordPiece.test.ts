import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { WordPiece } from '../../../../src/index/deep/wordPiece.ts';
import { assetDirectory } from '../assets.ts';
import { vocabulary as small } from './randomModel.ts';

const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 20_000 : 500;
const hostile = [
  ...['', ' ', 'parseHTTPRequest_v2(url)', 'ABcDEf aB1Cd XMLHttpRequest', '$_foo$$bar__', 'a\0b\x1fc\x7f'],
  ...[
    '漢字かな交じり文 한국어',
    '中文ABC中',
    '🎉🎉x',
    'e\u0301te\u0301 é',
    'İstanbul ΟΔΟΣ ὈΔΥΣΣΕΎΣ',
    'K\u212Ag',
    '\u037e;',
  ],
  ...[
    '\ud800',
    'a\udc00b',
    '\ud83d',
    'a\u00a0b\u2028c\ufeffd',
    '“quoted” — dash… naïve_Café',
    '٣٤ ①②',
    'ﬁle',
    'x'.repeat(101),
  ],
  ...['A'.repeat(300), 'aB'.repeat(200), `${'ü'.repeat(101)} open`, '\t\n\v\f\r'],
];

/** A vocabulary with the shapes that matter: the built-in model's where it is there. */
function vocabularies(): Record<string, readonly string[]> {
  const file = path.join(assetDirectory, 'deep-code.bin');
  const own = [...small, '##b', '漢', '字', '##字', 'é', 'e', '中', 'σ', '##ς', '·', '…', '“', 'i', '##st', 'k', '🎉'];
  if (!existsSync(file)) return { small: own };
  const bytes = readFileSync(file);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + bytes.readUInt32LE(4))) as { vocabulary: string };
  return { small: own, 'built in': header.vocabulary.split(' ') };
}

for (const [name, vocabulary] of Object.entries(vocabularies())) {
  describe(`WordPiece with a vocabulary: ${name}`, () => {
    const pieces = new WordPiece(vocabulary);
    const expected = plainWordPiece(vocabulary);
    const same = (text: string, most: number): void => {
      assert.deepEqual(pieces.encode(text, most), expected(text, most), JSON.stringify(text.slice(0, 200)));
    };

    it('cuts hostile texts as the plain rules do', () => {
      for (const text of hostile) for (const most of [3, 16, 256]) same(text, most);
    });

    it('cuts any text as the plain rules do', () => {
      const code = fc.constantFrom(
        'openFile',
        'HTTPServer',
        '_x',
        '(',
        ')',
        ' ',
        '\n',
        'ß',
        '中',
        'é',
        'Σ',
        'A',
        'b',
        '9',
        '.',
      );
      const text = fc.oneof(
        anything(60),
        fc.array(fc.oneof(code, anything(3)), { maxLength: 60 }).map((parts) => parts.join('')),
      );
      fc.assert(fc.property(text, fc.integer({ min: 2, max: 80 }), same), { numRuns });
    });

    it('reads a megabyte without a break, in any letters, as one unknown word', () => {
      for (const letter of ['A', 'a', 'ß', '_', '(']) {
        const ids = pieces.encode(letter.repeat(1_000_000), 64);
        assert.deepEqual(ids, expected(letter.repeat(200), 64), letter);
      }
    });
  }).timeout(20_000);
}

describe('WordPiece', () => {
  it('refuses a vocabulary without its marks', () => {
    assert.throws(() => new WordPiece(['a', '[CLS]', '[SEP]']), { code: 'damaged' });
  });
});

/** Characters of any kind, halves of them among them. */
function anything(maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength }).map((codes) => String.fromCodePoint(...codes));
}

/** The rules as one reads them: first the identifiers, then BERT. Too slow for long texts. */
function plainWordPiece(vocabulary: readonly string[]): (text: string, most: number) => number[] {
  const numbers = new Map(vocabulary.map((piece, id) => [piece, id]));
  const number = (piece: string): number => numbers.get(piece)!;
  const cut = (word: string): number[] => {
    if (word.length > 100) return [number('[UNK]')];
    const ids: number[] = [];
    for (let start = 0; start < word.length;) {
      let end = word.length;
      const prefix = start > 0 ? '##' : '';
      while (end > start && !numbers.has(prefix + word.slice(start, end))) end--;
      if (end === start) return [number('[UNK]')];
      ids.push(number(prefix + word.slice(start, end)));
      start = end;
    }
    return ids;
  };
  return (text, most) => {
    const prepared = text
      .replaceAll(/[_$]+/g, ' ')
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
      .replaceAll(/[!-/:-@[-`{-~]+/g, ' ');
    const plain = prepared
      .toLowerCase()
      .normalize('NFD')
      .replaceAll(/\p{Mn}/gu, '');
    const words =
      plain.replaceAll(/[\u4e00-\u9fff\u3400-\u4dbf]/g, ' $& ').match(/[\p{P}\p{S}]|[^\s\p{P}\p{S}]+/gu) ?? [];
    return [number('[CLS]'), ...words.flatMap(cut).slice(0, most - 2), number('[SEP]')];
  };
}
