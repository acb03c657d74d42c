import type { Scored } from './rankChunks.ts';

/** What somebody has to do with a file just now. */
export interface Attention {
  readonly isOpen: boolean;
  /** It imports an open file, or is imported by one. */
  readonly isNearOpen: boolean;
  /** Since its last change. */
  readonly ageMs: number;
}

// The evaluation knows no editors and no hours, so these were not chosen by it: they are small enough to decide
// only between passages that are nearly as good.
const OPEN = 0.06;
const NEAR_OPEN = 0.02;
const JUST_CHANGED = 0.04;
const HALF_LIFE_MS = 24 * 3600 * 1000;
/** What ranks higher was named outright, and stays where it is. */
const MOST_RAISED = 1;

/** Ranked candidates where a file that somebody works at counts a little more, best first. */
export function attend<C extends Scored>(ranked: readonly C[], attentionOf: (candidate: C) => Attention): C[] {
  return ranked
    .map((candidate) => {
      const { isOpen, isNearOpen, ageMs } = attentionOf(candidate);
      const place = isOpen ? OPEN : isNearOpen ? NEAR_OPEN : 0;
      const change = JUST_CHANGED * 0.5 ** (Math.max(0, ageMs) / HALF_LIFE_MS);
      return { ...candidate, score: candidate.score + (place + change) * Math.min(candidate.score, MOST_RAISED) };
    })
    .sort((a, b) => b.score - a.score);
}
