import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { CHUNKER_VERSION, type Chunk } from '../../../src/index/chunks/chunk.ts';
import { chunkFile } from '../../../src/index/chunks/chunkFile.node.ts';
import { embeddedText } from '../../../src/index/chunks/chunkHash.node.ts';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { languageOf } from '../../../src/index/chunks/languages.ts';
import { quantise } from '../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../src/index/embedding/staticModel.ts';
import { listFiles } from '../../../src/index/files/listFiles.node.ts';
import { readSource } from '../../../src/index/files/readSource.node.ts';
import { makeOutline } from '../../../src/index/graph/makeOutline.ts';
import { packOutline } from '../../../src/index/graph/outline.ts';
import { cacheDirectory, projectRoot } from '../../harness/project.ts';

/** A tree of files that is searched as one workspace. */
export interface Tree {
  readonly name: string;
  readonly folder: string;
  /** Only what lies in these, where they are given. */
  readonly folders?: readonly string[];
}

/** A file as the index knows it. */
export interface CorpusFile {
  readonly path: string;
  readonly text: string;
  readonly chunks: readonly Chunk[];
  readonly outline: Uint8Array;
}

/** A tree, chunked and embedded by the product's own stages. */
export interface Corpus {
  readonly name: string;
  readonly files: readonly CorpusFile[];
  /** Of the chunks of all files, one after the other. */
  readonly vectors: Int8Array;
}

const assetDirectory = process.env['SEXTANT_DIST'] ?? path.join(projectRoot, 'dist');
const modelFile = readFileSync(path.join(assetDirectory, 'static-code-256.bin'));

/** The built-in model. */
export const model = new StaticModel(modelBytes(modelFile));

/** Vectors are kept for each model by itself. */
const modelHash = createHash('sha256').update(modelFile).digest('hex').slice(0, 8);

/** A file's text changed before it is chunked, and a name that tells the results apart. */
interface Rewrite {
  readonly name: string;
  readonly of: (file: string, text: string, chunks: readonly Chunk[]) => string;
}

/** Chunks and embeds a tree, or takes what an earlier run kept of it. */
export async function readCorpus(tree: Tree, rewrite?: Rewrite): Promise<Corpus> {
  const folder = path.join(cacheDirectory, 'retrieval', 'corpora', String(CHUNKER_VERSION));
  mkdirSync(folder, { recursive: true });
  const name = [tree.name, rewrite?.name].filter(Boolean).join('-');
  const file = path.join(folder, name.replace(/[^\w.-]/g, '_'));
  const { files } = await kept(`${file}.bin`, async () => ({ files: await chunkTree(tree, rewrite) }));
  return { name: tree.name, files, vectors: await kept(`${file}-${modelHash}.vectors`, () => embedFiles(files)) };
}

/** What is in a file, or else what is made, which then is. */
async function kept<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  if (existsSync(file)) return deserialize(readFileSync(file)) as T;
  const made = await make();
  writeFileSync(`${file}.new`, serialize(made));
  renameSync(`${file}.new`, file);
  return made;
}

async function chunkTree(tree: Tree, rewrite: Rewrite | undefined): Promise<CorpusFile[]> {
  console.log(`Chunking ${tree.name} …`);
  const grammars = new Grammars(assetDirectory);
  const { files } = await listFiles(tree.folder, { limits: { files: 1e6, bytes: Infinity }, environment: {} });
  const corpusFiles: CorpusFile[] = [];
  for (const { path: name } of files) {
    if (tree.folders !== undefined && !tree.folders.some((folder) => name.startsWith(`${folder}/`))) continue;
    const source = readSource(tree.folder, name);
    if (source.kind !== 'text') continue;
    let { text } = source;
    let parsed = await chunkFile(name, text, grammars);
    const rewritten = rewrite?.of(name, text, parsed.chunks) ?? text;
    if (rewritten !== text) parsed = await chunkFile(name, (text = rewritten), grammars);
    const { chunks } = parsed;
    corpusFiles.push({ path: name, text, chunks, outline: packOutline(makeOutline(name, text, parsed.definitions)) });
  }
  return corpusFiles;
}

function embedFiles(files: readonly CorpusFile[]): Int8Array {
  const texts = files.flatMap((file) => textsOf(file).map((text) => embeddedText(file.path, text)));
  const { dimensions } = model;
  const vectors = new Int8Array(texts.length * dimensions);
  for (const [at, text] of texts.entries()) {
    quantise(model.embedOne(text, 'code'), vectors.subarray(at * dimensions, (at + 1) * dimensions));
  }
  return vectors;
}

/** The text of each chunk. */
export function textsOf({ text, chunks }: Pick<CorpusFile, 'text' | 'chunks'>): string[] {
  const lines = text.split('\n');
  return chunks.map(({ startLine, endLine }) => lines.slice(startLine - 1, endLine).join('\n'));
}

/** See `languageOf`. */
export function languageIdOf(file: Pick<CorpusFile, 'path'>): string {
  return languageOf(file.path).id;
}
