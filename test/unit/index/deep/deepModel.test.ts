import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type DotProduct, createDeepKernels, hasRelaxedSimd } from '../../../../src/index/deep/deepKernels.ts';
import { DeepModel } from '../../../../src/index/deep/deepModel.ts';
import { sourceHash } from '../../../../src/index/deep/kernels.ts';
import { WordPiece } from '../../../../src/index/deep/wordPiece.ts';
import { assetDirectory } from '../assets.ts';
import { plainTransformer } from './plainTransformer.ts';
import { type RandomSizes, randomModel, randomWeights, vocabulary } from './randomModel.ts';

const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 2000 : 60;
const words = fc.array(fc.constantFrom('open', 'the', 'file', 'readers', 'parseHTTP', 'x9', 'ZZtop'), {
  maxLength: 60,
});

describe('The deep model', () => {
  for (const sizes of [
    { width: 16, inner: 16, heads: 1, layers: 1, tokens: 8 },
    { width: 32, inner: 64, heads: 4, layers: 2, tokens: 40 },
    { width: 64, inner: 208, heads: 2, layers: 3, tokens: 61 },
    { width: 384, inner: 1536, heads: 12, layers: 1, tokens: 12 },
  ] satisfies RandomSizes[]) {
    it(`computes what its weights say: ${JSON.stringify(sizes)}`, async () => {
      const weights = randomWeights(sizes);
      const model = await load(randomModel(sizes));
      assert.equal(model.dimensions, sizes.width);
      const pieces = new WordPiece(vocabulary);
      for (const text of ['', 'open', 'open the file', 'parse http readers 42 close '.repeat(30)]) {
        const expected = plainTransformer(weights, sizes.heads, pieces.encode(text, sizes.tokens));
        const cosine = dot(model.embedOne(text), expected);
        assert.ok(cosine > 0.99, `${text.slice(0, 20)}: ${cosine}`);
      }
    });
  }

  it('gives the same numbers to the bit with relaxed SIMD, by halves and without, in any order of texts', async () => {
    assert.ok(hasRelaxedSimd(), 'this Node has it');
    const relaxed = await load(randomModel(), 'relaxed');
    const others = await Promise.all(
      (['plain', 'halves', undefined] as const).map((each) => load(randomModel(), each)),
    );
    fc.assert(
      fc.property(words, (list) => {
        const text = list.join(' ');
        const vector = relaxed.embedOne(text);
        for (const other of others) assert.deepEqual(other.embedOne(text), vector);
        assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
        assert.equal(vector.length, 32);
      }),
      { numRuns },
    );
  });

  it('reads no further than its most pieces', async () => {
    const model = await load(randomModel());
    const full = 'file '.repeat(38);
    assert.deepEqual(model.embedOne(`${full}open close`), model.embedOne(full));
    assert.notDeepEqual(model.embedOne(`${'file '.repeat(37)}open`), model.embedOne(full));
  });

  it('refuses what is not a whole model, with a sentence', async () => {
    const whole = randomModel();
    const changed = (change: (header: Record<string, unknown>) => void): Uint8Array => {
      const length = Buffer.from(whole).readUInt32LE(4);
      const header = JSON.parse(Buffer.from(whole).toString('utf8', 8, 8 + length)) as Record<string, unknown>;
      change(header);
      const json = Buffer.from(JSON.stringify(header));
      const bytes = Buffer.alloc(Math.ceil((8 + json.length) / 16) * 16, ' ');
      bytes.write('SXDM');
      bytes.writeUInt32LE(json.length, 4);
      json.copy(bytes, 8);
      return Buffer.concat([bytes, whole.subarray(Math.ceil((8 + length) / 16) * 16)]);
    };
    assert.deepEqual(
      changed(() => undefined),
      Buffer.from(whole),
    );
    const broken: Record<string, Uint8Array> = {
      nothing: new Uint8Array(0),
      letters: Buffer.from('SXDM'),
      'another file': Buffer.alloc(5000, 'x'),
      'a header longer than the file': Buffer.from('SXDM\xff\xff\xff\xff{}', 'latin1'),
      'no JSON': Buffer.from('SXDM\x02\0\0\0}{'),
      'half of it': whole.subarray(0, whole.length / 2),
      'a byte too many': Buffer.concat([whole, Buffer.alloc(4)]),
      'another width': changed((header) => (header['width'] = 48)),
      'a width that no head fits': changed((header) => (header['heads'] = 3)),
      'a huge one': changed((header) => (header['layers'] = 1e9)),
      'a size that is no number': changed((header) => (header['inner'] = '64')),
      'another format': changed((header) => (header['format'] = 2)),
      'no marks': changed((header) => (header['vocabulary'] = String(header['vocabulary']).replace('[CLS]', 'cls'))),
    };
    const notANumber = Uint8Array.from(whole);
    notANumber.fill(0xff, whole.length - 4);
    broken['what is not a number'] = notANumber;
    for (const [what, bytes] of Object.entries(broken)) {
      await assert.rejects(load(bytes), { name: 'SextantError', code: 'damaged' }, what);
    }
  });

  it('has kernels that are assembled from the source beside them', () => {
    const source = readFileSync(path.resolve(import.meta.dirname, '../../../../src/index/deep/kernels.as'));
    assert.equal(sourceHash, createHash('sha256').update(source).digest('hex'), 'run `npm run kernels`');
  });

  it('gives, as built in, the vectors of its training in PyTorch', async () => {
    const model = await builtIn();
    const golden = path.join(import.meta.dirname, 'deepModel.golden.json');
    const trained = JSON.parse(readFileSync(golden, 'utf8')) as { text: string; vector: number[] }[];
    assert.ok(trained.length > 4);
    for (const { text, vector } of trained) {
      const cosine = dot(model.embedOne(text), vector);
      assert.ok(cosine > 0.99, `${cosine}: ${text.slice(0, 60)}`);
    }
  });

  it('finds, as built in, the function that a question is about', async () => {
    const model = await builtIn();
    const passages = {
      read: 'async function readText(path) { const handle = await open(path); return handle.readFile("utf8"); }',
      sort: 'function sortByName(list) { return list.sort((a, b) => a.name.localeCompare(b.name)); }',
      request: 'async function download(url) { const response = await fetch(url); return response.json(); }',
    };
    const vectors = Object.entries(passages).map(([name, text]) => ({ name, vector: model.embedOne(text) }));
    for (const [question, name] of [
      ['load the content of a file from disk', 'read'],
      ['order items alphabetically', 'sort'],
      ['make an http call and parse the answer', 'request'],
    ] as const) {
      const asked = model.embedOne(question);
      const best = vectors.toSorted((a, b) => dot(asked, b.vector) - dot(asked, a.vector))[0]!;
      assert.equal(best.name, name, question);
    }
  });
}).timeout(20_000);

function builtIn(): Promise<DeepModel> {
  return load(readFileSync(path.join(assetDirectory, 'deep-code.bin')));
}

function load(bytes: Uint8Array, dotProduct?: DotProduct): Promise<DeepModel> {
  const fill = (place: Uint8Array): Promise<void> => {
    place.set(bytes);
    return Promise.resolve();
  };
  return DeepModel.load(bytes.length, fill, createDeepKernels(dotProduct));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}
