import { errorMessage, isSextantError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { embeddedText } from '../chunks/chunkHash.node.ts';
import { languageOf } from '../chunks/languages.ts';
import { unpackChunks } from '../chunks/packChunks.ts';
import { type Source, readSource } from '../files/readSource.node.ts';
import type { HashedChunk, ParsedSource } from '../parseContract.ts';
import type { WorkDone } from '../workDone.ts';
import type { SkippedFile } from '../saved/savedSearch.node.ts';

/** A file that was read and is ready to be stored. */
export interface ReadyFile {
  readonly kind: 'ready';
  readonly path: string;
  readonly language: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  readonly chunks: readonly HashedChunk[];
  /** As they are stored. */
  readonly parsed: ParsedSource;
  /** Text of each chunk. */
  readonly texts: readonly string[];
  /** Vector of each chunk. */
  readonly vectors: readonly Int8Array[];
  /** Those vectors that were not stored before. */
  readonly newVectors: ReadonlyMap<string, Int8Array>;
}

/** What reading, chunking and embedding a file came to. */
export type PreparedFile =
  | ReadyFile
  | { readonly kind: 'unchanged'; readonly path: string; readonly modifiedUs: number; readonly sizeBytes: number }
  | ({ readonly kind: 'skipped' } & SkippedFile)
  | { readonly kind: 'gone'; readonly path: string };

/** What the stages are done with. */
export interface Preparation {
  readonly root: string;
  readonly dimensions: number;
  /** Where it is counted. */
  readonly work: WorkDone;
  readonly log: Pick<Log, 'warn'>;
  /** Content hash of the file that is in the index under this path. */
  contentHashOf(path: string): string | undefined;
  parse(file: { path: string; text: string; contentHash: string }): Promise<ParsedSource>;
  storedVectors(textHashes: Iterable<string>): ReadonlyMap<string, Int8Array>;
  embed(texts: readonly string[]): Promise<Int8Array>;
}

type TextSource = Extract<Source, { kind: 'text' }>;

/**
 * The stages that a file goes through before it is stored, for several files at once: read, compare
 * by hash, chunk, look up vectors, embed what has none. A bad file is skipped, whatever is wrong.
 */
export async function prepareFiles(paths: readonly string[], using: Preparation): Promise<PreparedFile[]> {
  const { work } = using;
  const sources = await work.during('reading', () => paths.map((path) => readSource(using.root, path)));
  for (const source of sources) {
    if (source.kind !== 'text') continue;
    work.filesRead++;
    work.bytesRead += source.sizeBytes;
  }
  const chunked = await Promise.all(sources.map((source) => chunkSource(source, using)));
  const wanted = chunked.flatMap((file) => (file.kind === 'chunked' ? file.chunks : []));
  const stored = using.storedVectors(new Set(wanted.map(({ textHash }) => textHash)));
  const missing = new Map<string, string>();
  for (const file of chunked) {
    if (file.kind !== 'chunked') continue;
    for (const [index, { textHash }] of file.chunks.entries()) {
      if (!stored.has(textHash)) missing.set(textHash, embeddedText(file.source.path, file.texts[index] ?? ''));
    }
  }
  const embedded = await embedAll(missing, using);
  return chunked.map((file) => {
    if (file.kind !== 'chunked') return file;
    const { path, contentHash, sizeBytes, modifiedUs } = file.source;
    const none = new Int8Array(using.dimensions);
    return {
      kind: 'ready',
      path,
      language: languageOf(path).id,
      contentHash,
      sizeBytes,
      modifiedUs,
      chunks: file.chunks,
      parsed: file.parsed,
      texts: file.texts,
      vectors: file.chunks.map(({ textHash }) => stored.get(textHash) ?? embedded.get(textHash) ?? none),
      newVectors: new Map(
        file.chunks.flatMap(({ textHash }): [string, Int8Array][] => {
          const vector = embedded.get(textHash);
          return vector === undefined ? [] : [[textHash, vector]];
        }),
      ),
    };
  });
}

/** The vectors of all those files that were not stored before. */
export function newVectors(prepared: readonly PreparedFile[]): Map<string, Int8Array> {
  return new Map(prepared.flatMap((file) => (file.kind === 'ready' ? [...file.newVectors] : [])));
}

type ChunkedSource =
  | {
      readonly kind: 'chunked';
      readonly source: TextSource;
      readonly chunks: readonly HashedChunk[];
      readonly parsed: ParsedSource;
      readonly texts: readonly string[];
    }
  | Exclude<PreparedFile, ReadyFile>;

async function chunkSource(source: Source, using: Preparation): Promise<ChunkedSource> {
  if (source.kind !== 'text') return source;
  const { path, text, contentHash, modifiedUs, sizeBytes } = source;
  if (contentHash === using.contentHashOf(path)) return { kind: 'unchanged', path, modifiedUs, sizeBytes };
  using.work.filesParsed++;
  let parsed: ParsedSource;
  try {
    parsed = await using.parse({ path, text, contentHash });
  } catch (error) {
    if (isSextantError(error) && error.code === 'closed') throw error;
    using.log.warn(`${path} is left out of the index: ${errorMessage(error)}`);
    return { kind: 'skipped', path, reason: 'unreadable', sizeBytes, modifiedUs };
  }
  const lines = text.split('\n');
  const chunks = unpackChunks(parsed.chunks);
  const texts = chunks.map(({ startLine, endLine }) => lines.slice(startLine - 1, endLine).join('\n'));
  return { kind: 'chunked', source, chunks, parsed, texts };
}

async function embedAll(texts: ReadonlyMap<string, string>, using: Preparation): Promise<Map<string, Int8Array>> {
  if (texts.size === 0) return new Map();
  using.work.chunksEmbedded += texts.size;
  const vectors = await using.embed([...texts.values()]);
  const { dimensions } = using;
  return new Map(
    [...texts.keys()].map((hash, index) => [hash, vectors.subarray(index * dimensions, (index + 1) * dimensions)]),
  );
}
