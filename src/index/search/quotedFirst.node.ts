import { readLines } from '../files/readSource.node.ts';
import type { Candidate } from './findCandidates.ts';
import type { RankedChunk } from './readHits.node.ts';

/** So many passages are read for it. */
const MOST_READ = 40;
/** More than all that only speaks for a passage. */
const QUOTED = 2;

/** Ranked passages with those before the others that say one of the quotes, whatever its capitals and white space. */
export async function quotedFirst<C extends RankedChunk & Pick<Candidate, 'hasQuoted'>>(
  ranked: readonly C[],
  quotes: readonly string[],
): Promise<readonly C[]> {
  if (quotes.length === 0) return ranked;
  const wanted = quotes.map(plain);
  const scores = new Map<C, number>();
  for (const candidate of ranked.filter(({ hasQuoted }) => hasQuoted).slice(0, MOST_READ)) {
    const { catalogue } = candidate.index.state.search;
    const { startLine, endLine } = catalogue.linesOf(candidate.slot);
    const lines = await readLines(candidate.index.root, catalogue.fileOfSlot(candidate.slot)?.path ?? '');
    const text = plain(lines?.slice(startLine - 1, endLine).join('\n') ?? '');
    const said = wanted.filter((quote) => text.includes(quote)).length;
    scores.set(candidate, candidate.score + (said * QUOTED) / wanted.length);
  }
  return ranked
    .map((candidate) => ({ ...candidate, score: scores.get(candidate) ?? candidate.score }))
    .sort((a, b) => b.score - a.score);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ');
}
