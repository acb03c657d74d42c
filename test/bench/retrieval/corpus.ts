import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { CHUNKER_VERSION, type Chunk } from '../../../src/index/chunks/chunk.ts';
import { chunkFile } from '../../../src/index/chunks/chunkFile.node.ts';
import { embeddedText } from '../../../src/index/chunks/chunkHash.node.ts';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { languageOf } from '../../../src/index/chunks/languages.ts';
import { quantise } from '../../../src/index/embedding/quantise.ts';
import { StaticModel } from '../../../src/index/embedding/staticModel.ts';
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
const modelBytes = new Uint8Array(readFileSync(path.join(assetDirectory, 'static-code-256.bin'))).buffer;

/** The built-in model. */
export const model = new StaticModel(modelBytes);

/**
 * Chunks and embeds a tree, or takes what an earlier run kept of it. `rewrite` changes a file's text before
 * (a name for what it does tells the results apart).
 */
export async function readCorpus(
  tree: Tree,
  rewrite?: { readonly name: string; readonly of: (file: string, text: string, chunks: readonly Chunk[]) => string },
): Promise<Corpus> {
  const kept = path.join(cacheDirectory, 'retrieval', 'corpora', String(CHUNKER_VERSION));
  const file = path.join(
    kept,
    `${[tree.name, rewrite?.name]
      .filter(Boolean)
      .join('-')
      .replace(/[^\w.-]/g, '_')}.bin`,
  );
  if (existsSync(file)) return deserialize(readFileSync(file)) as Corpus;
  console.log(`Chunking ${tree.name} …`);
  const grammars = new Grammars(assetDirectory);
  const { files } = await listFiles(tree.folder, { limits: { files: 1e6, bytes: Infinity }, environment: {} });
  const corpusFiles: CorpusFile[] = [];
  const vectors: Int8Array[] = [];
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
    for (const chunk of textsOf({ text, chunks })) {
      const vector = new Int8Array(model.dimensions);
      quantise(model.embedOne(embeddedText(name, chunk), 'code'), vector);
      vectors.push(vector);
    }
  }
  const all = new Int8Array(vectors.length * model.dimensions);
  for (const [index, vector] of vectors.entries()) all.set(vector, index * model.dimensions);
  const corpus: Corpus = { name: tree.name, files: corpusFiles, vectors: all };
  mkdirSync(kept, { recursive: true });
  writeFileSync(`${file}.new`, serialize(corpus));
  renameSync(`${file}.new`, file);
  return corpus;
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
