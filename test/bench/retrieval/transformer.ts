import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';
import { WordPiece } from './wordPiece.ts';

/** Where what embeds is installed, and what it made is kept. */
export const transformerHome = path.join(cacheDirectory, 'retrieval', 'minilm');

const AT_ONCE = 16;
const HASH_BYTES = 32;

/** What is used of onnxruntime-node. */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, shape: readonly number[]) => object;
}

interface Session {
  run(inputs: Record<string, object>): Promise<Record<string, { readonly data: Float32Array } | undefined>>;
}

/** A model of the family of BERT, as ONNX file with `input_ids`, `attention_mask` and one output. */
export interface TransformerFile {
  readonly name: string;
  /** Where its vectors are kept: another model keeps them elsewhere. */
  readonly kept: string;
  readonly dimensions: number;
  /** Reads no more of a text. */
  readonly mostTokens: number;
  readonly mostCharacters: number;
  /** What is done to a text before it is cut into tokens. */
  readonly prepare: (text: string) => string;
  /** The model, and its `tokenizer.json`. */
  readonly read: () => { readonly model: Uint8Array; readonly tokenizer: string };
}

/** Embeds texts by onnxruntime-node, which it installs; each once: vectors are kept by the text’s hash as soon as they are there, so that a run that was stopped goes on. */
export class Transformer {
  readonly #file: TransformerFile;
  #kept: Map<string, Float32Array> | undefined;
  #embed: Promise<(texts: readonly string[]) => Promise<Float32Array[]>> | undefined;

  constructor(file: TransformerFile) {
    this.#file = file;
  }

  get dimensions(): number {
    return this.#file.dimensions;
  }

  /** `what` is told while it takes long. */
  async embed(texts: readonly string[], what: string): Promise<Float32Array[]> {
    const { dimensions, mostCharacters, name, kept } = this.#file;
    const vectors = (this.#kept ??= this.#readKept());
    const hashed = texts.map((text) => text.slice(0, mostCharacters)).map((text) => ({ text, hash: hashOf(text) }));
    const missing = [...new Map(hashed.map((each) => [each.hash, each])).values()]
      .filter(({ hash }) => !vectors.has(hash))
      // Those of one length together, so that little is filled up.
      .sort((a, b) => a.text.length - b.text.length);
    if (missing.length > 1) console.log(`Embedding ${missing.length} texts of ${what} with ${name} …`);
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const some = missing.slice(start, start + AT_ONCE);
      const made = await (await (this.#embed ??= this.#open()))(some.map(({ text }) => text));
      const records = some.map(({ hash }, index) => {
        const vector = made[index] ?? new Float32Array(dimensions);
        vectors.set(hash, vector);
        return Buffer.concat([Buffer.from(hash, 'hex'), new Uint8Array(vector.buffer)]);
      });
      appendFileSync(kept, Buffer.concat(records));
    }
    return hashed.map(({ hash }) => vectors.get(hash) ?? new Float32Array(dimensions));
  }

  async #open(): Promise<(texts: readonly string[]) => Promise<Float32Array[]>> {
    installPackages('onnxruntime-node@1.30.0');
    const { dimensions, mostTokens, prepare, read } = this.#file;
    const { model, tokenizer } = read();
    const { vocab } = (JSON.parse(tokenizer) as { model: { vocab: Record<string, number> } }).model;
    const wordPiece = new WordPiece(vocab);
    const require = createRequire(path.join(transformerHome, 'index.js'));
    const { InferenceSession, Tensor } = require('onnxruntime-node') as Runtime;
    const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
    return async (texts) => {
      const encoded = texts.map((text) => wordPiece.encode(prepare(text), mostTokens));
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
      const data = vectors?.data ?? new Float32Array(0);
      return texts.map((_, row) => data.slice(row * dimensions, (row + 1) * dimensions));
    };
  }

  /** Records of a hash and its vector. What a run that was stopped left half written is cut off. */
  #readKept(): Map<string, Float32Array> {
    const { dimensions, kept } = this.#file;
    const recordBytes = HASH_BYTES + 4 * dimensions;
    const bytes = existsSync(kept) ? readFileSync(kept) : Buffer.alloc(0);
    const whole = bytes.length - (bytes.length % recordBytes);
    if (whole < bytes.length) truncateSync(kept, whole);
    const vectors = new Map<string, Float32Array>();
    for (let at = 0; at < whole; at += recordBytes) {
      const record = bytes.subarray(at, at + recordBytes);
      const vector = new Float32Array(new Uint8Array(record.subarray(HASH_BYTES)).buffer);
      vectors.set(record.toString('hex', 0, HASH_BYTES), vector);
    }
    return vectors;
  }
}

/** Installs packages, each with its version, where they are not there yet. */
export function installPackages(...packages: readonly string[]): void {
  const modules = path.join(transformerHome, 'node_modules');
  if (packages.every((name) => existsSync(path.join(modules, name.slice(0, name.lastIndexOf('@')))))) return;
  mkdirSync(transformerHome, { recursive: true });
  const project = path.join(transformerHome, 'package.json');
  if (!existsSync(project)) writeFileSync(project, '{"private":true}');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: transformerHome,
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
