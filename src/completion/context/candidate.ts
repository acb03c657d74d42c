import type { CompletionSnippet } from '../../models/completionModel.ts';
import { keywords } from './keywords.ts';
import { redactCode } from '../../privacy/redactCode.ts';

/** Where a snippet comes from; each can be switched off. */
export type ContextSource = CompletionSnippet['source'];

/** A snippet that may go along with a request. */
export interface Candidate extends CompletionSnippet {
  /** Where it begins in its file, counted from 1; null for what stands in no file. */
  readonly startLine: number | null;
  /** About what it costs, its path included. */
  readonly tokens: number;
  /** Its identifiers. */
  readonly words: ReadonlySet<string>;
  /** Its lines without the white space around them, and without those that say nothing. */
  readonly lines: readonly string[];
}

/** What a source left out before anything was ranked. */
export interface Omission {
  readonly source: ContextSource;
  readonly path: string;
  /** A few words: secret file, ignored file, … */
  readonly reason: string;
}

/** More than this is no snippet. */
const LONGEST = 4_000;
const LONGEST_LINE = 400;

/** A candidate of a text, without what looks like a key; null when nothing is left that could help. */
export function makeCandidate(
  source: ContextSource,
  place: { readonly path: string; readonly startLine: number | null },
  text: string,
): Candidate | null {
  const raw = text.slice(0, LONGEST).replaceAll('\r\n', '\n').split('\n');
  if (raw.some((line) => line.length > LONGEST_LINE)) return null;
  const safe = redactCode(raw.join('\n'));
  if (safe === null) return null;
  const clean = safe.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  const lines = telling(clean);
  if (lines.length === 0) return null;
  const tokens = estimateTokens(clean) + estimateTokens(place.path);
  return { source, path: place.path, startLine: place.startLine, text: clean, tokens, words: wordsOf(clean), lines };
}

/** About the tokens of a text, without a vocabulary: code has some three characters in one, runs of spaces aside. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.replaceAll(/[ \t]+/g, ' ').length / 3.2);
}

/** The identifiers of a text with three characters or more, without what every text has. */
export function wordsOf(text: string): Set<string> {
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu) ?? [];
  return new Set(words.filter((word) => !keywords.has(word)));
}

/** How many words two sets have in common. */
export function countCommon(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let common = 0;
  for (const word of some) if (others.has(word)) common++;
  return common;
}

/** The lines of a text that say something, trimmed: brackets and blank lines are everywhere. */
export function telling(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]{2}/u.test(line));
}
