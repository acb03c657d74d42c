import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeStyleOf } from '../../../../src/index/chunks/codeStyle.ts';
import { type FieldText, fieldsOf } from '../../../../src/index/keywords/fields.ts';
import { KeywordIndex, type PackedKeywordIndex } from '../../../../src/index/keywords/keywordIndex.ts';
import { PostingLists } from '../../../../src/index/keywords/postingLists.ts';
import { termsOf } from '../../../../src/index/keywords/terms.ts';

const words = [
  'parse',
  'parser',
  'token',
  'file_name',
  'HttpServer',
  'read',
  'öffnen',
  '漢字',
  '42',
  'the',
  'pars',
  'fil',
];

function code(text: string): FieldText[] {
  return [{ field: 'code', text }];
}

/** A text as one in which some words are comments and strings. */
function partsOf(text: string): FieldText[] {
  return fieldsOf(text.replace(/parser \S+/g, '/* $& */').replace(/token \S+/g, '"$&"'), codeStyleOf('typescript'));
}

const text = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join(' '));
type Step = { kind: 'add'; text: string } | { kind: 'remove'; which: number } | { kind: 'compact' } | { kind: 'save' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: text.map((added) => ({ kind: 'add' as const, text: added })) },
  { weight: 3, arbitrary: fc.nat().map((which) => ({ kind: 'remove' as const, which })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'save' as const }) },
);
const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 5000 : 200;

describe('KeywordIndex', () => {
  it('after any changes scores as one that was built anew', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), text, (steps, query) => {
        let index = new KeywordIndex();
        const live = new Map<number, string>();
        let next = 0;
        for (const change of steps) {
          if (change.kind === 'add') {
            index.add(next, partsOf(change.text));
            live.set(next++, change.text);
          } else if (change.kind === 'remove') {
            const document = [...live.keys()][change.which % Math.max(1, live.size)];
            if (document === undefined) continue;
            index.remove(document);
            live.delete(document);
          } else if (change.kind === 'compact') index.compact();
          else index = KeywordIndex.unpack(structuredClone(joined(index.pack())));
        }
        const rebuilt = new KeywordIndex();
        for (const [document, content] of live) rebuilt.add(document, partsOf(content));
        const groupOf = Uint32Array.from({ length: next + 1 }, (_, document) => document % 3);
        const lengths = new Uint32Array(3);
        for (const document of live.keys()) lengths[document % 3]! += rebuilt.wordsOf(document);
        const groups = { groupOf, lengths, count: new Set([...live.keys()].map((document) => document % 3)).size };
        const terms = termsOf(query);
        assert.deepEqual(coverage(index.scoreWithCoverage(terms)), coverage(rebuilt.scoreWithCoverage(terms)));
        assert.deepEqual(sorted(index.score(terms)), sorted(rebuilt.score(terms)));
        const [own, expected] = [index, rebuilt].map((each) => each.scoreWithGroups(terms, groups));
        assert.deepEqual(sorted(own!.groups), sorted(expected!.groups));
        assert.deepEqual(coverage(own!.text), coverage(expected!.text));
      }),
      { numRuns },
    );
  });

  it('scores groups alike whether their documents follow each other or not', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 20 }), text, (all, query) => {
        const inOrder = all.map((content, document) => ({ content, group: document % 3 }));
        const scored = [inOrder, inOrder.toSorted((a, b) => a.group - b.group)].map((documents) => {
          const index = new KeywordIndex();
          const lengths = new Uint32Array(3);
          for (const [number, { content, group }] of documents.entries()) {
            lengths[group]! += index.add(number, partsOf(content));
          }
          const groupOf = Uint32Array.from(documents, ({ group }) => group);
          return sorted(index.scoreWithGroups(termsOf(query), { groupOf, lengths, count: 3 }).groups);
        });
        assert.deepEqual(scored[0], scored[1]);
      }),
      { numRuns },
    );
  });

  it('scores as the formula says', () => {
    const index = new KeywordIndex();
    index.add(0, code('alpha alpha beta'));
    index.add(1, code('beta gamma delta epsilon zeta'));
    const { values, found } = index.score(['alpha']);
    const idf = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5));
    const expected = (idf * 2 * 2.2) / (2 + 1.2 * (1 - 0.75 + (0.75 * 3) / 4));
    assert.deepEqual([...found], [0]);
    assert.ok(Math.abs(values[0]! - expected) < 1e-12);
  });

  it('ranks the rarer word higher, and the shorter text', () => {
    const index = new KeywordIndex();
    index.add(0, code('common rare'));
    index.add(1, code('common other'));
    index.add(2, code(`common ${'filler '.repeat(50)}`));
    const { values } = index.score(['common', 'rare']);
    assert.ok(values[0]! > values[1]! && values[1]! > values[2]!);
  });

  it('refuses a number that is taken or not yet forgotten', () => {
    const index = new KeywordIndex();
    index.add(7, code('a text'));
    assert.throws(() => index.add(7, code('another')), RangeError);
    index.remove(7);
    assert.throws(() => index.add(7, code('another')), RangeError);
    index.compact();
    index.add(7, code('another'));
    assert.deepEqual([...index.score(['text']).found], []);
    assert.throws(() => index.add(2 ** 24, code('too far')), RangeError);
  });

  it('takes a word that nothing has for the beginning of others, and only then', () => {
    const index = new KeywordIndex();
    const found = (query: string): readonly number[] => [...index.score(termsOf(query)).found].sort();
    index.add(0, code('openStore'));
    index.add(1, code('openStoreWorker'));
    index.add(2, code('opener, openst'));
    assert.deepEqual(found('openSto'), [0, 1]);
    assert.deepEqual([...index.score(['openst']).found], [2]);
    assert.deepEqual([...index.score(['op']).found], []);
    index.remove(2);
    assert.deepEqual([...index.score(['openst']).found], [0, 1]);
    index.add(3, code('openstack'));
    assert.deepEqual([...index.score(['openst']).found].sort(), [0, 1, 3]);
  });

  it('counts a beginning that many words have as one word', () => {
    const index = new KeywordIndex();
    index.add(0, code('alphabet alphanumeric'));
    index.add(1, code('alphabet other'));
    const { covered } = index.scoreWithCoverage(['alph', 'other']);
    assert.equal(covered[1], 1);
    assert.ok(covered[0]! > 0 && covered[0]! < 0.5);
  });

  it('knows words that are properties of every object', () => {
    const index = new KeywordIndex();
    index.add(0, code('constructor __proto__ toString hasOwnProperty'));
    assert.deepEqual([...index.score(termsOf('constructor')).found], [0]);
    assert.deepEqual([...index.score(termsOf('valueOf')).found], []);
  });
});

describe('PostingLists', () => {
  it('keeps what was pushed, whatever moved meanwhile', () => {
    const document = fc.oneof(fc.nat(2 ** 24 - 1), fc.nat(200));
    const push = fc.tuple(fc.nat(12), document, fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(push, { maxLength: 400 }), fc.integer({ min: 2, max: 5 }), (pushes, divisor) => {
        let lists = new PostingLists();
        const expected = Array.from({ length: 13 }, (): [number, number][] => []);
        for (let i = 0; i < 13; i++) lists.create();
        for (const [index, [list, pushed, byte]] of pushes.entries()) {
          lists.push(list, pushed, byte);
          expected[list]!.push([pushed, byte]);
          if (index === 100) {
            lists.filter((kept) => kept % divisor !== 0);
            for (const values of expected)
              values.splice(0, values.length, ...values.filter(([kept]) => kept % divisor !== 0));
          }
          if (index === 200) lists = PostingLists.unpack(structuredClone(lists.pack()));
        }
        assert.deepEqual(
          expected.map((_, list) => postingsOf(lists, list)),
          expected,
        );
      }),
      { numRuns },
    );
  });

  it('come back also when they are megabytes', () => {
    const lists = new PostingLists();
    const sizes = [3, 700_000, 0, 300_000, 400_000, 5];
    for (const [list, size] of sizes.entries()) {
      lists.create();
      for (let document = 0; document < size; document++) lists.push(list, document * 3, 1 + (document % 255));
    }
    const packed = lists.packInPieces();
    const pieces = [...packed.bytes.pieces];
    assert.ok(pieces.length > 1);
    assert.equal(
      pieces.reduce((sum, piece) => sum + piece.length, 0),
      packed.bytes.length,
    );
    const unpacked = PostingLists.unpack(lists.pack());
    for (const [list, size] of sizes.entries()) {
      assert.equal(unpacked.lengthOf(list), size);
      assert.deepEqual(
        postingsOf(unpacked, list).at(-1),
        size === 0 ? undefined : [(size - 1) * 3, 1 + ((size - 1) % 255)],
      );
    }
  });
});

/** A packed index as it is read again. */
function joined({ postings, ...others }: ReturnType<KeywordIndex['pack']>): PackedKeywordIndex {
  return { ...others, postings: { ...postings, bytes: new Uint8Array(Buffer.concat([...postings.bytes.pieces])) } };
}

function postingsOf(lists: PostingLists, list: number): [number, number][] {
  const documents = new Uint32Array(lists.lengthOf(list));
  const bytes = new Uint8Array(documents.length);
  lists.read(list, documents, bytes);
  return Array.from(documents, (document, at) => [document, bytes[at]!]);
}

/** The share of each document, which is all of it for one that has every term. */
function coverage({ covered, found }: { covered: Float64Array; found: Uint32Array }): [number, number][] {
  return sorted({ values: covered, found });
}

function sorted({ values, found }: { values: Float64Array; found: Uint32Array }): [number, number][] {
  return [...found].sort((a, b) => a - b).map((document) => [document, Number(values[document]!.toFixed(9))]);
}
