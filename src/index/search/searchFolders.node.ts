import type { SearchHit, SearchRequest } from '../../protocol/contextIndex.ts';
import type { SecondModel } from '../embedding/secondModel.node.ts';
import { inverseLength, quantise, unitVector } from '../embedding/quantise.ts';
import type { StaticModel } from '../embedding/staticModel.ts';
import { termsOf } from '../keywords/terms.ts';
import { type Attention, attend } from './attention.ts';
import { CANDIDATES, findCandidates } from './findCandidates.ts';
import { fileWeights, passageWeights, rank, rankFiles } from './rankChunks.ts';
import { quotedFirst } from './quotedFirst.node.ts';
import { type OpenFolder, type RankedChunk, readDistinctHits, readHits } from './readHits.node.ts';
import { readMentions } from './readMentions.ts';
import { wantedSlots } from './searchFilter.ts';
import type { SearchIndex } from './searchIndex.ts';

/** A longer question is pasted text; its beginning says what it is about. */
const MAX_QUERY_LENGTH = 20_000;
const MAX_TERMS = 64;
const MAX_LIMIT = 1000;

/** What says what a text means: the built-in model of each passage, and a second one of those that it knows. */
export interface SearchModels {
  readonly builtIn: StaticModel;
  readonly second: Pick<SecondModel, 'meaning' | 'meaningOf'>;
}

/** Searches several folders at once: best first, one hit a passage or a file, each text as it stands in the file now. */
export async function searchFolders(
  folders: readonly OpenFolder[],
  models: SearchModels,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchHit[]> {
  const model = models.builtIn;
  const question = request.query.slice(0, MAX_QUERY_LENGTH);
  const limit = boundedLimit(request.limit);
  const terms = termsOf(question, MAX_TERMS);
  const vector = new Int8Array(model.dimensions);
  quantise(model.embedOne(question, 'query'), vector);
  const isUnknown = terms.length === 0 && vector.every((value) => value === 0);
  if (limit === 0 || (isUnknown && request.vector === undefined)) return [];
  const unit = unitVector(vector);
  const nameSimilarity = (name: string): number => model.cosine(name, 'code', unit);
  const mentions = readMentions(question);
  const candidates = folders.flatMap(({ folder, index, open }) => {
    const { search, vectors } = index.state;
    const isWanted = wantedSlots(search.catalogue, request.filter ?? {});
    const count = Math.max(CANDIDATES, limit);
    const builtIn = builtInSimilarity(search, vector);
    const meaning = request.vector === undefined ? undefined : models.second.meaning(index, request.vector, builtIn);
    const nearest = [...(meaning?.nearest(count, isWanted) ?? []), ...vectors.nearest(unit, vector, count, isWanted)];
    const query = {
      terms,
      vector,
      nameSimilarity,
      mentions,
      ...(meaning === undefined ? {} : { similarity: meaning.similarity }),
    };
    const found = findCandidates(search, query, nearest, isWanted);
    return found.map((candidate) => ({ ...candidate, folder, index, open }));
  });
  const wantsFiles = request.rank === 'files';
  const ranked = rank(candidates, wantsFiles ? fileWeights : passageWeights).filter(({ score }) => score > 0);
  const quoted = await quotedFirst(attend(ranked, attentionTo(folders, Date.now())), mentions.quotes);
  // A file is found though another has a passage like its best one.
  if (wantsFiles) return await readHits(rankFiles(quoted, fileOf), limit, signal);
  return await readDistinctHits(quoted, limit, signal);
}

/** How near a slot is to a question by the built-in model. */
export function builtInSimilarity({ vectors }: SearchIndex, question: Int8Array): (slot: number) => number {
  const scale = inverseLength(question);
  return (slot) => vectors.similarity(slot, question, scale);
}

/** What is known of the editors, asked for once a folder. */
function attentionTo(folders: readonly OpenFolder[], nowMs: number): (chunk: RankedChunk) => Attention {
  const near = new Map(folders.map(({ index, open }) => [index, index.graph.near(open)]));
  return ({ index, slot, open }) => {
    const { path = '', modifiedUs = 0 } = index.state.search.catalogue.fileOfSlot(slot) ?? {};
    const isNearOpen = near.get(index)?.has(path) === true;
    return { isOpen: open.has(path), isNearOpen, ageMs: nowMs - modifiedUs / 1000 };
  };
}

function fileOf({ index, slot }: RankedChunk): string {
  return `${index.root}\0${index.state.search.catalogue.fileOf[slot]}`;
}

/** How many hits are given for a limit that was asked for. */
export function boundedLimit(limit: number): number {
  return Math.min(Math.max(0, Math.floor(limit)), MAX_LIMIT);
}
