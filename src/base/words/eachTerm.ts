import { eachWord, lettersOf } from './eachWord.ts';
import { foldWord } from './foldWord.ts';
import { eachPart } from './splitIdentifier.ts';

/** Of a longer word, which is data rather than a word, the beginning is its term. */
export const MAX_TERM_LENGTH = 64;

/** A term, the number of the word it is, and where it stands in the text. */
export type TermVisitor = (term: string, position: number, start: number, end: number) => void;

/**
 * Calls `visit` with all that a text is found by, in order; gives the number of words. An identifier of
 * several parts is as many words, and at the first of them also the whole; a run of a script without
 * spaces is found by each pair of letters that follow each other, and by its last letter.
 */
export function eachTerm(text: string, visit: TermVisitor): number {
  let position = 0;
  eachWord(text, (kind, start, end) => {
    position +=
      kind === 'run' ? visitRun(text, start, end, position, visit) : visitWord(text, start, end, position, visit);
  });
  return position;
}

function visitWord(text: string, start: number, end: number, position: number, visit: TermVisitor): number {
  const word = text.slice(start, end);
  if (word.length > MAX_TERM_LENGTH) {
    visit(termOf(word), position, start, end);
    return 1;
  }
  const parts: number[] = [];
  eachPart(word, (from, to) => {
    parts.push(from, to);
  });
  const isOnePart = parts.length === 2 && parts[0] === 0 && parts[1] === word.length;
  if (!isOnePart) visit(termOf(word), position, start, end);
  for (let i = 0; i < parts.length; i += 2) {
    const [from = 0, to = 0] = [parts[i], parts[i + 1]];
    visit(termOf(word.slice(from, to)), position + i / 2, start + from, start + to);
  }
  return Math.max(1, parts.length / 2);
}

function visitRun(text: string, start: number, end: number, position: number, visit: TermVisitor): number {
  const letters = lettersOf(text.slice(start, end));
  let at = start;
  for (const [index, letter] of letters.entries()) {
    const next = letters[index + 1] ?? '';
    visit(termOf(letter + next), position + index, at, at + letter.length + next.length);
    at += letter.length;
  }
  return letters.length;
}

function termOf(word: string): string {
  const term = foldWord(word);
  // Half a letter would not come back from a file as it was.
  return term.length <= MAX_TERM_LENGTH ? term : term.slice(0, MAX_TERM_LENGTH).replace(/[\ud800-\udbff]$/, '');
}
