import type { IndexFolder, SearchHit } from '../../protocol/contextIndex.ts';
import type { Declaration } from '../chunks/chunk.ts';
import { chunkHash } from '../chunks/chunkHash.node.ts';
import { commentText, signatureText } from '../chunks/declarations.ts';
import { readLines } from '../files/readSource.node.ts';
import type { Lines } from '../files/textLines.ts';
import type { FolderIndex } from '../folder/folderIndex.node.ts';
import { DistinctHits, type ReadHit } from './distinctHits.ts';

/** A line of data may be long; nobody reads more of it. */
const MAX_HIT_LENGTH = 8000;

/** A folder of the window with its index. */
export interface OpenFolder {
  readonly folder: IndexFolder;
  readonly index: FolderIndex;
  /** Relative paths of what is open in editors. */
  readonly open: ReadonlySet<string>;
}

/** A chunk that is an answer. */
export interface RankedChunk extends OpenFolder {
  readonly slot: number;
  readonly score: number;
}

/** The best `limit` with their texts as they stand in the files now; what a file does not say any more is left out and indexed anew. */
export async function readHits(
  ranked: readonly RankedChunk[],
  limit: number,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for await (const { hit } of eachHit(ranked, signal)) if (hits.push(hit) >= limit) break;
  return hits;
}

/** The same, where neighbours are one and what several files say the same is shown once. */
export async function readDistinctHits(
  ranked: readonly RankedChunk[],
  limit: number,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const distinct = new DistinctHits();
  for await (const read of eachHit(ranked, signal)) {
    distinct.add(read);
    if (distinct.hits.length >= limit) break;
  }
  return [...distinct.hits];
}

async function* eachHit(ranked: readonly RankedChunk[], signal: AbortSignal): AsyncGenerator<ReadHit> {
  const read = new Map<string, Promise<Lines | undefined>>();
  const linesOf = (index: FolderIndex, path: string): Promise<Lines | undefined> => {
    const key = `${index.root}\0${path}`;
    let lines = read.get(key);
    if (lines === undefined) read.set(key, (lines = readLines(index.root, path)));
    return lines;
  };
  for (const candidate of ranked) {
    signal.throwIfAborted();
    const hit = await readHit(candidate, linesOf);
    if (hit !== undefined) yield hit;
  }
}

async function readHit(
  candidate: RankedChunk,
  linesOf: (index: FolderIndex, path: string) => Promise<Lines | undefined>,
): Promise<ReadHit | undefined> {
  const { index, folder, slot, score } = candidate;
  const { catalogue } = index.state.search;
  const file = catalogue.fileOfSlot(slot);
  if (file === undefined) return undefined;
  // Taken before the file is read: the index may change meanwhile.
  const { startLine, endLine, symbol, kind, textHash, declaration } = catalogue.chunk(slot);
  const { path, language } = file;
  const lines = await linesOf(index, path);
  const text = lines?.slice(startLine - 1, endLine).join('\n');
  if (lines === undefined || text === undefined || chunkHash(text) !== textHash) {
    index.pathsChanged([path]);
    return undefined;
  }
  const hit = {
    folder: folder.path,
    path,
    startLine,
    endLine,
    symbol,
    kind,
    language,
    score,
    text: text.slice(0, MAX_HIT_LENGTH),
    ...(declaration === undefined ? {} : inWords(declaration, lines)),
  };
  return { hit, lines };
}

function inWords(declaration: Declaration, lines: Lines): Pick<SearchHit, 'signature' | 'comment'> {
  const signature = signatureText(lines, declaration.signature);
  const comment = declaration.comment === undefined ? '' : commentText(lines, declaration.comment);
  return comment === '' ? { signature } : { signature, comment };
}
