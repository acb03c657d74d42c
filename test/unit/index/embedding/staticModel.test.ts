import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inverseLength, quantise, unitVector } from '../../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../../src/index/embedding/staticModel.ts';
import { assetDirectory } from '../assets.ts';

/** A model of three subwords in 16 dimensions: each points along an axis of its own. */
function tinyModel(
  places: object = { query: [1], code: [1] },
  vocabulary: readonly string[] = ['read', 'file', 'ers'],
): Uint8Array {
  const dimensions = 16;
  const header = Buffer.from(JSON.stringify({ n: 3, dim: dimensions, vocab: vocabulary.join(' '), places }));
  const padding = (4 - (header.length % 4)) % 4;
  const bytes = Buffer.alloc(4 + header.length + padding + 3 * (8 + dimensions), ' ');
  bytes.writeUInt32LE(header.length, 0);
  header.copy(bytes, 4);
  let at = 4 + header.length + padding;
  for (const weight of [1, 1, 1, 2, 1, 1]) at = bytes.writeFloatLE(weight, at);
  for (let row = 0; row < 3; row++) for (let i = 0; i < dimensions; i++) at = bytes.writeInt8(i === row ? 100 : 0, at);
  return bytes;
}

describe('StaticModel', () => {
  const model = new StaticModel(modelBytes(tinyModel()));

  it('weighs the words of a question and of code differently', () => {
    const question = model.embedOne('read file', 'query');
    const code = model.embedOne('read file', 'code');
    assert.ok(close(question[0]!, Math.SQRT1_2) && close(question[1]!, Math.SQRT1_2));
    assert.ok(close(code[0]!, 2 / Math.sqrt(5)) && close(code[1]!, 1 / Math.sqrt(5)));
  });

  it('compares a text with a vector as its own vector would', () => {
    const question = model.embedOne('readers file', 'query');
    for (const text of ['read file', 'file file ers', '', '???']) {
      const vector = model.embedOne(text, 'code');
      const expected = vector.reduce((sum, value, i) => sum + value * question[i]!, 0);
      assert.ok(close(model.cosine(text, 'code', question), expected), text);
    }
  });

  it('gives a vector as bytes as it would be made of the whole numbers', () => {
    const shipped = new StaticModel(modelBytes(readFileSync(path.join(assetDirectory, 'static-code-256.bin'))));
    for (const text of ['function readFile(path) { return open(path); }', 'const a = 1', '', 'parse '.repeat(500)]) {
      const expected = new Int8Array(shipped.dimensions);
      quantise(shipped.embedOne(text, 'code'), expected);
      // What lies between two steps may be rounded to either.
      const bytes = shipped.embedAsBytes(text, 'code');
      assert.ok(
        expected.every((value, at) => Math.abs(value - (bytes[at] ?? 0)) <= 1),
        text,
      );
      assert.equal(Math.max(...bytes.map(Math.abs)), Math.max(...expected.map(Math.abs)));
    }
  });

  it('counts a word that comes again by the logarithm', () => {
    const vector = model.embedOne('read file file', 'query');
    assert.ok(close(vector[1]! / vector[0]!, 1 + Math.log(2)));
  });

  it('cuts unknown words into the longest known ones and passes over the rest', () => {
    assert.deepEqual(model.embedOne('xreadersz', 'query'), model.embedOne('read ers', 'query'));
  });

  it('knows nothing of an unknown word by one or two of its letters', () => {
    const short = new StaticModel(modelBytes(tinyModel(undefined, ['re', 'file', 'ers'])));
    assert.ok(short.embedOne('reqqq', 'query').every((value) => value === 0));
    assert.ok(short.embedOne('re', 'query').some((value) => value !== 0));
  });

  it('counts a word by its number in the text', () => {
    // The second has place 2, the third place 3, and those from there on the last.
    const placed = new StaticModel(modelBytes(tinyModel({ query: [4, 9, 2, 1], code: [1] })));
    const question = placed.embedOne('read file ers', 'query');
    assert.ok(close(question[1]! / question[0]!, 2 / 4) && close(question[2]! / question[0]!, 1 / 4));
    const code = placed.embedOne('ers file file', 'code');
    assert.ok(close(code[1]! / code[2]!, 1 + Math.log(2)));
  });

  it('gives the zero vector where no word is known, and never NaN', () => {
    for (const text of ['', '???', 'qqq', '漢字']) {
      assert.ok(
        model.embedOne(text, 'code').every((value) => value === 0),
        text,
      );
    }
  });

  it('does not carry counts from one text to the next', () => {
    const before = model.embedOne('file', 'query');
    model.embedOne('read '.repeat(400), 'code');
    model.embedOne('read_file '.repeat(400), 'query');
    assert.deepEqual(model.embedOne('file', 'query'), before);
  });

  it('reads 64 words of a question and 300 of code', () => {
    for (const [kind, words] of [
      ['query', 64],
      ['code', 300],
    ] as const) {
      const text = 'read '.repeat(words);
      assert.deepEqual(model.embedOne(`${text} file`, kind), model.embedOne(text, kind));
      assert.notDeepEqual(model.embedOne(`${'read '.repeat(words - 1)} file`, kind), model.embedOne(text, kind));
    }
  });

  for (const [what, bytes] of Object.entries({
    nothing: new Uint8Array(0),
    'three bytes': new Uint8Array(3),
    'a header longer than the file': Uint8Array.of(255, 255, 255, 255, 0),
    'no JSON': Uint8Array.of(2, 0, 0, 0, 65, 65),
    'half a model': tinyModel().slice(0, 110),
    'places that are no numbers': tinyModel({ query: ['1'], code: [1] }),
    'no places': tinyModel({}),
  })) {
    it(`refuses ${what} with a sentence`, () => {
      assert.throws(() => new StaticModel(modelBytes(bytes)), { name: 'SextantError', code: 'damaged' });
    });
  }

  it('finds, as shipped, the function that a question is about', () => {
    const bytes = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));
    const shipped = new StaticModel(modelBytes(bytes));
    const passages = {
      read: 'async function readText(path) { const handle = await open(path); return handle.readFile("utf8"); }',
      sort: 'function sortByName(list) { return list.sort((a, b) => a.name.localeCompare(b.name)); }',
      request: 'async function download(url) { const response = await fetch(url); return response.json(); }',
    };
    const best = (question: string): string => {
      const query = shipped.embedOne(question, 'query');
      const score = (text: string): number => dot(query, shipped.embedOne(text, 'code'));
      return Object.entries(passages).sort((a, b) => score(b[1]) - score(a[1]))[0]![0];
    };
    assert.equal(best('load the content of a file from disk'), 'read');
    assert.equal(best('order items alphabetically'), 'sort');
    assert.equal(best('make an http call and parse the answer'), 'request');
  });
});

describe('quantise', () => {
  it('keeps the direction', () => {
    const vector = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i * 1.7));
    const bytes = new Int8Array(256);
    quantise(vector, bytes);
    const scale = 1 / Math.sqrt(dot(vector, vector));
    assert.ok(dot(unitVector(bytes), vector) * scale > 0.9999);
    assert.equal(Math.max(...bytes.map(Math.abs)), 127);
  });

  it('keeps zero', () => {
    const bytes = new Int8Array(16).fill(5);
    quantise(new Float32Array(16), bytes);
    assert.ok(bytes.every((value) => value === 0));
    assert.equal(inverseLength(bytes), 0);
    assert.ok(unitVector(bytes).every((value) => value === 0));
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function close(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-6;
}
