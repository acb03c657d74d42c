import { quantise } from '../../../src/index/embedding/quantise.ts';
import { languageOf } from '../../../src/index/chunks/languages.ts';
import { NO_PLACE } from '../../../src/index/vectors/secondMeaning.ts';
import { VectorTable } from '../../../src/index/vectors/vectorTable.ts';
import { type Corpus, textsOf } from './corpus.ts';
import type { KeptVectors } from './keptVectors.ts';
import type { Ranks } from './measure.ts';
import { isByFile } from './measure.ts';
import { type Found, type Question, fileRankOf, halfOf, orderOf, rankOf } from './questions.ts';
import { Reference } from './reference.ts';
import { sampleOf } from './sample.ts';
import { type SetName, workspaces } from './sets.ts';
import { type Placed, WorkspaceSearch } from './workspaceSearch.ts';

/** So many questions of each half of a package, and so many chunks of files that answer none: a deep model takes its time. */
const QUESTIONS_A_HALF = 6;
const OTHER_CHUNKS = 150;
/** The constant of reciprocal rank fusion, as its authors give it (Cormack, Clarke and Büttcher 2009). */
const FUSION = 60;

/** Which share of the files the deep model knows. */
export const shares = [0, 0.1, 0.25, 0.5, 0.75, 1] as const;

/** A question with what the search looks at while the deep model knows a share of the files, and what others make of it. */
export interface TiersAsked {
  readonly question: Question;
  readonly language: string;
  readonly candidates: ReadonlyMap<number, readonly Placed[]>;
  readonly others: ReadonlyMap<string, Ranks>;
}

/** Asks questions of a set among some of the files of their packages. `miniLm` is left out where it is not asked for. */
export async function askTiers(
  set: SetName,
  deep: KeptVectors,
  miniLm: KeptVectors | undefined,
): Promise<TiersAsked[]> {
  const asked: TiersAsked[] = [];
  for await (const { corpus, questions } of workspaces(set)) {
    const some = (['tuning', 'final'] as const).flatMap((half) =>
      questions.filter((question) => halfOf(question) === half).slice(0, QUESTIONS_A_HALF),
    );
    if (some.length === 0) continue;
    const sample = sampleOf(corpus, some, OTHER_CHUNKS);
    const search = new WorkspaceSearch(sample);
    const reference = new Reference(sample);
    const chunks = chunksOf(sample);
    const texts = chunks.map(({ text }) => text);
    const table = tableOf(await deep.of(texts, sample.name));
    const vectors = miniLm && (await miniLm.of(texts, sample.name));
    for (const question of some) {
      const [own = new Float32Array(0)] = await deep.of([question.text], 'a question');
      const candidates = new Map(
        shares.map((share) => {
          const places = placesOf(chunks, share);
          const second = share === 0 ? undefined : { table: { table, places }, question: own };
          return [share, search.candidates(question.text, second)];
        }),
      );
      const byWords = search.byWords(question.text);
      const lists = new Map<string, readonly Found[]>([
        ['reference: BM25 over windows', reference.search(question.text, 400)],
        ['BM25 of the same chunks', byWords],
      ]);
      if (miniLm !== undefined && vectors !== undefined) {
        const [vector = new Float32Array(0)] = await miniLm.of([question.text], 'a question');
        const nearest = nearestOf(chunks, vectors, vector);
        lists.set('all-MiniLM-L6-v2', nearest);
        lists.set('all-MiniLM-L6-v2 and BM25, fused', fuse(nearest, byWords));
      }
      const others = new Map([...lists].map(([row, found]) => [row, ranksOf(set, question, found)]));
      const language = languageOf(question.answers[0]?.path ?? '').id;
      asked.push({ question, language, candidates, others });
    }
  }
  return asked;
}

/** The places of the right answer and of the right file. */
export function ranksOf(set: SetName, question: Question, found: readonly Found[]): Ranks {
  const file = fileRankOf(question, found);
  return { answer: isByFile(set) ? file : rankOf(question, found), file };
}

type NamedChunk = Found & { readonly text: string };

function chunksOf(sample: Corpus): NamedChunk[] {
  return sample.files.flatMap((file) => {
    const texts = textsOf(file);
    return file.chunks.map(({ startLine, endLine }, at) => ({
      ...{ path: file.path, startLine, endLine },
      text: `${file.path}\n${texts[at] ?? ''}`,
    }));
  });
}

function tableOf(vectors: readonly Float32Array[]): VectorTable {
  const dimensions = vectors[0]?.length ?? 16;
  const table = new VectorTable(dimensions);
  const bytes = new Int8Array(dimensions);
  for (const [slot, vector] of vectors.entries()) {
    quantise(vector, bytes);
    table.set(slot, bytes);
  }
  return table;
}

/** Whole files, in no order that says anything of them: a file that is known with a smaller share is with a larger one. */
function placesOf(chunks: readonly Found[], share: number): Int32Array {
  return Int32Array.from(chunks, ({ path }, slot) => (orderOf(path) / 2 ** 32 < share ? slot : NO_PLACE));
}

function nearestOf(chunks: readonly Found[], vectors: readonly Float32Array[], question: Float32Array): Found[] {
  const scores = chunks.map((chunk, at) => {
    const product = question.reduce((sum, value, i) => sum + value * (vectors[at]?.[i] ?? 0), 0);
    return { chunk, product };
  });
  return scores.sort((a, b) => b.product - a.product).map(({ chunk }) => chunk);
}

function fuse(...lists: readonly (readonly Found[])[]): Found[] {
  const scores = new Map<string, { found: Found; score: number }>();
  for (const list of lists) {
    for (const [index, found] of list.entries()) {
      const key = `${found.path}\0${found.startLine}`;
      const score = (scores.get(key)?.score ?? 0) + 1 / (FUSION + index + 1);
      scores.set(key, { found, score });
    }
  }
  return [...scores.values()].sort((a, b) => b.score - a.score).map(({ found }) => found);
}
