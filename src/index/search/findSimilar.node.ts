import path from 'node:path';
import type { SearchHit, SimilarRequest } from '../../protocol/contextIndex.ts';
import { embeddedText } from '../chunks/chunkHash.node.ts';
import { quantise, unitVector } from '../embedding/quantise.ts';
import { termsOf } from '../keywords/terms.ts';
import type { Catalogue } from './catalogue.ts';
import { CANDIDATES, findCandidates } from './findCandidates.ts';
import { type Weights, passageWeights, rank } from './rankChunks.ts';
import { noMentions } from './readMentions.ts';
import { type OpenFolder, readHits } from './readHits.node.ts';
import { type SearchModels, boundedLimit, builtInSimilarity } from './searchFolders.node.ts';

/** As much as a long chunk has. */
const MAX_LENGTH = 4000;
/** The rarest words of the code say what it is about. */
const MAX_TERMS = 32;

/** What is alike says so by its words and by its meaning; where it stands says nothing. */
const weights: Weights = {
  ...passageWeights,
  text: 0.5,
  symbol: 0.05,
  file: 0,
  path: 0,
  coverage: 0,
  similarity: 0.5,
  similarityByBoth: 0.5,
  nameSimilarity: 0,
  testOrExample: 1,
};

/** Passages like some code, best first; none that shares a line with it. */
export async function findSimilar(
  folders: readonly OpenFolder[],
  models: SearchModels,
  request: SimilarRequest,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const model = models.builtIn;
  const text = request.text.slice(0, MAX_LENGTH);
  const limit = boundedLimit(request.limit);
  const all = termsOf(text);
  const vector = new Int8Array(model.dimensions);
  quantise(model.embedOne(embeddedText(path.basename(request.path), text), 'code'), vector);
  if (limit === 0 || all.length === 0) return [];
  const unit = unitVector(vector);
  const nameSimilarity = (name: string): number => model.cosine(name, 'code', unit);
  const candidates = folders.flatMap(({ folder, index, open }) => {
    const { search, vectors } = index.state;
    const { catalogue } = search;
    const own = new Set(ownSlots(index.root, catalogue, request));
    const isWanted = (slot: number): boolean => !own.has(slot);
    // Asked for some more, so that the graph need not be told what is not wanted.
    const count = Math.max(CANDIDATES, limit) + own.size;
    // The passages that the code stands in say what it means to the second model, which is not asked anything.
    const meaning = models.second.meaningOf(index, [...own], builtInSimilarity(search, vector));
    const nearest = [...(meaning?.nearest(count, isWanted) ?? []), ...vectors.nearest(unit, vector, count)];
    const terms = search.text.rarest(all, MAX_TERMS);
    const similarity = meaning === undefined ? {} : { similarity: meaning.similarity };
    const query = { terms, vector, nameSimilarity, mentions: noMentions, ...similarity };
    const found = findCandidates(search, query, nearest, isWanted);
    return found.map((candidate) => ({ ...candidate, folder, index, open }));
  });
  return await readHits(
    rank(candidates, weights).filter(({ score }) => score > 0),
    limit,
    signal,
  );
}

function ownSlots(root: string, catalogue: Catalogue, { path: file, startLine, endLine }: SimilarRequest): number[] {
  const relative = path.relative(root, file).split(path.sep).join('/');
  return catalogue.slotsOf(relative).filter((slot) => {
    const lines = catalogue.linesOf(slot);
    return lines.startLine <= endLine && startLine <= lines.endLine;
  });
}
