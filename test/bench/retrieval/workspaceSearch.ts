import { quantise, unitVector } from '../../../src/index/embedding/quantise.ts';
import { termsOf } from '../../../src/index/keywords/terms.ts';
import { type Candidate, CANDIDATES, findCandidates } from '../../../src/index/search/findCandidates.ts';
import { type Weights, rank, rankFiles } from '../../../src/index/search/rankChunks.ts';
import { readMentions } from '../../../src/index/search/readMentions.ts';
import { builtInSimilarity } from '../../../src/index/search/searchFolders.node.ts';
import { SearchIndex } from '../../../src/index/search/searchIndex.ts';
import { type SecondTable, secondMeaning } from '../../../src/index/vectors/secondMeaning.ts';
import { type Corpus, languageIdOf, model, textsOf } from './corpus.ts';
import type { Found } from './questions.ts';

/** A candidate with its place. */
export type Placed = Candidate & { readonly place: Found; readonly fileId: number };

/** The product's search over a corpus, without its processes. */
export class WorkspaceSearch {
  readonly index = SearchIndex.create(model.dimensions);

  constructor({ files, vectors }: Corpus) {
    let slot = 0;
    for (const [id, file] of files.entries()) {
      const slots = file.chunks.map(() => slot++);
      this.index.add({
        file: { id, path: file.path, language: languageIdOf(file), ...unknown },
        chunks: file.chunks.map((chunk) => ({ ...chunk, textHash: '' })),
        slots,
        outline: file.outline,
        texts: textsOf(file),
        vectors: slots.map((each) => vectors.subarray(each * model.dimensions, (each + 1) * model.dimensions)),
      });
    }
  }

  /** All chunks that have one of the words, best first by BM25 alone. */
  byWords(question: string): Found[] {
    const { values, found } = this.index.text.score(termsOf(question, 64));
    return [...found].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).map((slot) => this.#placeOf(slot));
  }

  /** With `second` a second model has its say: what it knows, and the question as its vector. */
  candidates(question: string, second?: { readonly table: SecondTable; readonly question: Float32Array }): Placed[] {
    const { index } = this;
    const vector = new Int8Array(model.dimensions);
    quantise(model.embedOne(question, 'query'), vector);
    const unit = unitVector(vector);
    const nameSimilarity = (name: string): number => model.cosine(name, 'code', unit);
    const terms = termsOf(question, 64);
    const meaning = second && secondMeaning(second.table, second.question, builtInSimilarity(index, vector));
    const similarity = meaning === undefined ? {} : { similarity: meaning.similarity };
    const query = { terms, vector, nameSimilarity, mentions: readMentions(question), ...similarity };
    const nearest = [...(meaning?.nearest(CANDIDATES) ?? []), ...index.vectors.nearest(vector, CANDIDATES)];
    return findCandidates(index, query, nearest).map((candidate) => ({
      ...candidate,
      place: this.#placeOf(candidate.slot),
      fileId: index.catalogue.fileOf[candidate.slot] ?? 0,
    }));
  }

  #placeOf(slot: number): Found {
    const { catalogue } = this.index;
    return { path: catalogue.fileOfSlot(slot)?.path ?? '', ...catalogue.linesOf(slot) };
  }
}

/** Where the answers are, best first: passages, or the best of each file when `byFile`. */
export function ranked(candidates: readonly Placed[], weights: Weights, byFile: boolean): Found[] {
  const passages = rank(candidates, weights);
  const all = byFile ? rankFiles(passages, ({ fileId }) => String(fileId), weights) : passages;
  return all.map(({ place }) => place);
}

const unknown = { contentHash: '', sizeBytes: 0, modifiedUs: 0, revision: 1 };
