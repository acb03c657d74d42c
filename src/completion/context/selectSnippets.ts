import { t } from '../../base/texts.ts';
import { type Candidate, type ContextSource, type Omission, countCommon, telling, wordsOf } from './candidate.ts';

/** What goes along with a request, the most useful first, and what does not, with the reason. */
export interface Selection {
  readonly chosen: readonly Candidate[];
  readonly leftOut: readonly (Omission & { readonly startLine: number | null; readonly tokens: number })[];
  readonly budgetTokens: number;
}

/**
 * What a source is worth. Definitions and the file's own imports say what may be called; what was just edited says
 * what the user is about; the rest says how it is done here.
 */
const WORTH: Readonly<Record<ContextSource, number>> = {
  definition: 1,
  edited: 0.9,
  clipboard: 0.85,
  imports: 0.8,
  similar: 0.7,
  viewed: 0.5,
};

/** How much less each further snippet of a source is worth than the one before. */
const NEXT = 0.85;
/** With this share of its lines known already a snippet tells nothing new. */
const KNOWN_SHARE = 0.6;
/** How far around the cursor the words count that a snippet should have in common. */
const NEAR_CHARACTERS = 600;

/**
 * Takes of the candidates, which each source gives best first, what is worth most and fits into
 * `budgetTokens`, and nothing that the window or another snippet says already.
 */
export function selectSnippets(
  candidates: readonly Candidate[],
  window: { readonly prefix: string; readonly suffix: string },
  budgetTokens: number,
): Selection {
  const nearby = wordsOf(window.prefix.slice(-NEAR_CHARACTERS) + window.suffix.slice(0, NEAR_CHARACTERS / 2));
  const known = new Set(telling(window.prefix + window.suffix));
  const inWindow = new Set(known);
  const chosen: Candidate[] = [];
  const leftOut: Selection['leftOut'][number][] = [];
  let left = budgetTokens;
  for (const candidate of ranked(candidates, nearby)) {
    const reason = isKnown(candidate, inWindow)
      ? t('it stands around the cursor already')
      : isKnown(candidate, known)
        ? t('another snippet says the same')
        : candidate.tokens > left
          ? t('no room in the budget')
          : undefined;
    if (reason === undefined) {
      left -= candidate.tokens;
      chosen.push(candidate);
      for (const line of candidate.lines) known.add(line);
    } else {
      const { source, path, startLine, tokens } = candidate;
      leftOut.push({ source, path, startLine, tokens, reason });
    }
  }
  return { chosen, leftOut, budgetTokens };
}

function ranked(candidates: readonly Candidate[], nearby: ReadonlySet<string>): Candidate[] {
  const given = new Map<ContextSource, number>();
  const scored = candidates.map((candidate) => {
    const before = given.get(candidate.source) ?? 0;
    given.set(candidate.source, before + 1);
    const score = WORTH[candidate.source] * NEXT ** before * (0.5 + overlap(candidate.words, nearby));
    return { candidate, score };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ candidate }) => candidate);
}

/** The share of the words around the cursor that a snippet has too, from 0 to 1. */
function overlap(words: ReadonlySet<string>, nearby: ReadonlySet<string>): number {
  return nearby.size === 0 ? 0 : countCommon(nearby, words) / nearby.size;
}

function isKnown({ lines }: Candidate, known: ReadonlySet<string>): boolean {
  const already = lines.filter((line) => known.has(line)).length;
  return already >= lines.length * KNOWN_SHARE;
}
