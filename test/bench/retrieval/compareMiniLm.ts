import { fileWeights } from '../../../src/index/search/rankChunks.ts';
import { MiniLm, sampleOf } from './miniLm.ts';
import { type Found, fileRankOf, halfOf } from './questions.ts';
import { Reference } from './reference.ts';
import { workspaces } from './sets.ts';
import { WorkspaceSearch, ranked } from './workspaceSearch.ts';

/** It takes a tenth of a second for each chunk: so some questions of each package, and some of its files. */
const QUESTIONS_A_PACKAGE = 6;
const OTHER_CHUNKS = 150;
/** The constant of reciprocal rank fusion, as its authors give it (Cormack, Clarke and Büttcher 2009). */
const FUSION = 60;

/** Places of the right file by row, over the same chunks of the same files. */
export async function compareMiniLm(): Promise<Map<string, number[]>> {
  const rows = new Map<string, number[]>();
  const add = (row: string, rank: number): void => {
    rows.set(row, [...(rows.get(row) ?? []), rank]);
  };
  for await (const { corpus, questions } of workspaces('changes')) {
    const asked = questions.filter((question) => halfOf(question) === 'final').slice(0, QUESTIONS_A_PACKAGE);
    if (asked.length === 0) continue;
    const sample = sampleOf(corpus, asked, OTHER_CHUNKS);
    const search = new WorkspaceSearch(sample);
    const reference = new Reference(sample);
    const miniLm = await MiniLm.of(sample);
    for (const question of asked) {
      const candidates = search.candidates(question.text);
      const nearest = await miniLm.search(question.text);
      const byWords = search.byWords(question.text);
      add('hybrid', fileRankOf(question, ranked(candidates, fileWeights, true)));
      add('reference', fileRankOf(question, reference.search(question.text, 400)));
      add('all-MiniLM-L6-v2', fileRankOf(question, nearest));
      add('BM25 of the same chunks', fileRankOf(question, byWords));
      add('all-MiniLM-L6-v2 and BM25, fused', fileRankOf(question, fuse(nearest, byWords)));
    }
  }
  return rows;
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
