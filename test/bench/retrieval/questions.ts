import { createHash } from 'node:crypto';

/** A question whose answer is known. */
export interface Question {
  readonly id: string;
  readonly package: string;
  readonly text: string;
  /** Any of these counts as right. */
  readonly answers: readonly Answer[];
}

/** A file, and the lines of the passage where a file is not enough. */
export interface Answer {
  readonly path: string;
  readonly lines: { readonly startLine: number; readonly endLine: number } | null;
}

/** What a search returned, best first. */
export interface Found {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Constants are chosen on one half of each set; the other half is scored once, for the figure that is told. */
export type Half = 'tuning' | 'final';

/** By the question's id, so that a set that grows keeps its halves. */
export function halfOf({ id }: Pick<Question, 'id'>): Half {
  return orderOf(id) % 2 === 0 ? 'tuning' : 'final';
}

/** A number that an id always has and that says nothing about it. */
export function orderOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0);
}

/** The place of the first right passage, from 1; 0 where none of the first ten is right. */
export function rankOf(question: Question, found: readonly Found[]): number {
  const isRight = (hit: Found): boolean =>
    question.answers.some(({ path, lines }) => hit.path === path && (lines === null || shares(lines, hit)));
  return found.slice(0, 10).findIndex(isRight) + 1;
}

/** The place of the first right file, each counted once. */
export function fileRankOf(question: Question, found: readonly Found[]): number {
  const files = [...new Set(found.map(({ path }) => path))].slice(0, 10);
  return files.findIndex((path) => question.answers.some((answer) => answer.path === path)) + 1;
}

/** True when at least half of the shorter of both is in the other. */
function shares(lines: { readonly startLine: number; readonly endLine: number }, hit: Found): boolean {
  const shared = Math.min(lines.endLine, hit.endLine) - Math.max(lines.startLine, hit.startLine) + 1;
  const shorter = Math.min(lines.endLine - lines.startLine, hit.endLine - hit.startLine) + 1;
  return shared * 2 >= shorter;
}

export interface Quality {
  /** Mean reciprocal rank among the first ten. */
  readonly mrr: number;
  /** Share with a right one among the first ten. */
  readonly hits: number;
  readonly count: number;
}

export function quality(ranks: readonly number[]): Quality {
  const count = ranks.length;
  const mean = (value: (rank: number) => number): number =>
    ranks.reduce((sum, rank) => sum + value(rank), 0) / Math.max(1, count);
  return { mrr: mean((rank) => (rank === 0 ? 0 : 1 / rank)), hits: mean((rank) => (rank === 0 ? 0 : 1)), count };
}
