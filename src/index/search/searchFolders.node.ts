import type { IndexFolder, SearchHit, SearchRequest } from '../../protocol/contextIndex.ts';
import type { Declaration } from '../chunks/chunk.ts';
import { chunkHash } from '../chunks/chunkHash.node.ts';
import { commentText, signatureText } from '../chunks/declarations.ts';
import { quantise, unitVector } from '../embedding/quantise.ts';
import type { StaticModel } from '../embedding/staticModel.ts';
import { readLines } from '../files/readSource.node.ts';
import type { FolderIndex } from '../folder/folderIndex.node.ts';
import { termsOf } from '../keywords/terms.ts';
import { type Candidate, CANDIDATES, findCandidates, rank } from './rankChunks.ts';

/** A longer question is pasted text; its beginning says what it is about. */
const MAX_QUERY_LENGTH = 20_000;
const MAX_TERMS = 64;
const MAX_LIMIT = 1000;
/** A line of data may be long; nobody reads more of it. */
const MAX_HIT_LENGTH = 8000;

interface OpenFolder {
  readonly folder: IndexFolder;
  readonly index: FolderIndex;
}

/** Searches several folders at once: best first, one hit a chunk, each text as it stands in the file now. */
export async function searchFolders(
  folders: readonly OpenFolder[],
  model: StaticModel,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const question = request.query.slice(0, MAX_QUERY_LENGTH);
  const limit = Math.min(Math.max(0, Math.floor(request.limit)), MAX_LIMIT);
  const terms = termsOf(question, MAX_TERMS);
  const vector = new Int8Array(model.dimensions);
  quantise(model.embedOne(question, 'query'), vector);
  if (limit === 0 || (terms.length === 0 && vector.every((value) => value === 0))) return [];
  const unit = unitVector(vector);
  const candidates = folders.flatMap(({ folder, index }) => {
    const { search, vectors } = index.state;
    const nearest = vectors.nearest(unit, vector, Math.max(CANDIDATES, limit));
    return findCandidates(search, { terms, vector }, nearest).map((candidate) => ({ ...candidate, folder, index }));
  });
  const ranked = rank(candidates).filter(({ score }) => score > 0);
  return await readHits(ranked, limit, signal);
}

type Ranked = Candidate & OpenFolder & { readonly score: number };

/** Reads the hits' texts; what the file does not say any more is left out and indexed anew. */
async function readHits(ranked: readonly Ranked[], limit: number, signal: AbortSignal): Promise<SearchHit[]> {
  const read = new Map<string, Promise<readonly string[] | undefined>>();
  const linesOf = (index: FolderIndex, path: string): Promise<readonly string[] | undefined> => {
    const key = `${index.root}\0${path}`;
    let lines = read.get(key);
    if (lines === undefined) read.set(key, (lines = readLines(index.root, path)));
    return lines;
  };
  const hits: SearchHit[] = [];
  for (let start = 0; start < ranked.length && hits.length < limit;) {
    signal.throwIfAborted();
    const next = ranked.slice(start, start + limit - hits.length);
    start += next.length;
    const texts = await Promise.all(next.map((candidate) => readHit(candidate, linesOf)));
    for (const hit of texts) if (hit !== undefined) hits.push(hit);
  }
  return hits;
}

async function readHit(
  candidate: Ranked,
  linesOf: (index: FolderIndex, path: string) => Promise<readonly string[] | undefined>,
): Promise<SearchHit | undefined> {
  const { index, folder, slot, score } = candidate;
  const { catalogue } = index.state.search;
  const file = catalogue.fileOfSlot(slot);
  if (file === undefined) return undefined;
  // Taken before the file is read: the index may change meanwhile.
  const { startLine, endLine, symbol, kind, textHash, declaration } = catalogue.chunk(slot);
  const { path, language } = file;
  const lines = await linesOf(index, path);
  const text = lines?.slice(startLine - 1, endLine).join('\n');
  if (lines === undefined || text === undefined || chunkHash(path, text) !== textHash) {
    index.pathsChanged([path]);
    return undefined;
  }
  return {
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
}

function inWords(declaration: Declaration, lines: readonly string[]): Pick<SearchHit, 'signature' | 'comment'> {
  const signature = signatureText(lines, declaration.signature);
  const comment = declaration.comment === undefined ? '' : commentText(lines, declaration.comment);
  return comment === '' ? { signature } : { signature, comment };
}
