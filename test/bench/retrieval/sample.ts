import type { Corpus, CorpusFile } from './corpus.ts';
import { type Question, orderOf } from './questions.ts';

/** A part of a corpus: all files that answer one of the questions, and others up to so many chunks. */
export function sampleOf(corpus: Corpus, questions: readonly Question[], chunks: number): Corpus {
  const answers = new Set(questions.flatMap((question) => question.answers.map((answer) => answer.path)));
  const order = (file: CorpusFile): number => (answers.has(file.path) ? -1 : orderOf(file.path));
  const starts = new Map<string, number>();
  let slot = 0;
  for (const file of corpus.files) {
    starts.set(file.path, slot);
    slot += file.chunks.length;
  }
  const dimensions = corpus.vectors.length / Math.max(1, slot);
  let room = chunks;
  const files = [...corpus.files]
    .sort((a, b) => order(a) - order(b))
    .filter((file) => answers.has(file.path) || (room -= file.chunks.length) >= 0);
  const vectors = files.map(({ path: name, chunks: own }) => {
    const start = starts.get(name) ?? 0;
    return corpus.vectors.subarray(start * dimensions, (start + own.length) * dimensions);
  });
  const all = new Int8Array(vectors.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of vectors) {
    all.set(each, at);
    at += each.length;
  }
  return { name: corpus.name, files, vectors: all };
}
