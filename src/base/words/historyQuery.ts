import { eachTerm } from './eachTerm.ts';
import { eachWord, lettersOf } from './eachWord.ts';
import { foldWord } from './foldWord.ts';

/** A term at its place in a phrase. */
export interface Step {
  readonly term: string;
  /** True where terms that begin like this one count as well. */
  readonly isPrefix: boolean;
  /** Words from the beginning of the phrase. */
  readonly offset: number;
}

/** Terms that stand next to each other; most often only one. */
export type Phrase = readonly Step[];

/** What must be in a message, or must not: one of some phrases. */
export interface Clause {
  readonly alternatives: readonly Phrase[];
  readonly isExcluded: boolean;
}

/** What a question to the history means, see `HistoryRequest`. */
export interface HistoryQuery {
  readonly clauses: readonly Clause[];
  /** All words next to each other, as they stand in the question; null where one clause says it already. */
  readonly exact: Clause | null;
  /** The words one by one, for messages that have only some of them. None where something was quoted. */
  readonly loose: readonly Clause[];
  /** The question without what it excludes, for its meaning. */
  readonly plain: string;
}

/** A longer question is pasted text; its beginning says what it is about. */
const MAX_QUERY_LENGTH = 1000;
const MAX_CLAUSES = 32;
const MAX_STEPS = 64;
const LEAST_BEGINNING = 3;

/** Reads what somebody has typed. Anything can be read; what has no words has no clauses. */
export function parseHistoryQuery(text: string): HistoryQuery {
  const pieces = [...text.slice(0, MAX_QUERY_LENGTH).matchAll(piece)].map(([whole, minus, quoted, closing, plain]) => ({
    text: quoted ?? plain ?? '',
    isExcluded: minus === '-',
    isQuoted: quoted !== undefined,
    // What is excluded while it is typed would take away everything that begins like it.
    isTyped: minus === '' && closing !== '"' && text.endsWith(whole),
  }));
  const clauses = pieces.flatMap((each) => clauseOf(each)).slice(0, MAX_CLAUSES);
  const wanted = pieces.filter(({ isExcluded }) => !isExcluded);
  const plain = wanted.map((each) => each.text).join(' ');
  const isTyped = wanted.at(-1)?.isTyped === true;
  const isOne = clauses.filter(({ isExcluded }) => !isExcluded).length < 2;
  return {
    clauses,
    exact: isOne ? null : withoutBegun(clauseOf({ text: plain, isExcluded: false, isTyped })[0]),
    loose: wanted.some(({ isQuoted }) => isQuoted) ? [] : looseClauses(plain, isTyped),
    plain,
  };
}

/** A word or a quotation, which may lack its end, with what stands before it. */
const piece = /(?<!\S)(-?)(?:"([^"]*)("?)|([^\s"][^\s"]*))/g;

interface Piece {
  readonly text: string;
  readonly isExcluded: boolean;
  /** False where it ends for certain: its last word is all that is meant. */
  readonly isTyped: boolean;
}

function clauseOf({ text, isExcluded, isTyped }: Piece): Clause[] {
  const parts: Step[] = [];
  const wholes: Step[] = [];
  let partsOffset = 0;
  let wholesOffset = 0;
  eachWord(text, (kind, start, end) => {
    const word = text.slice(start, end);
    const isOpen = text[end] === '*' || (isTyped && end === text.length);
    if (kind === 'run') {
      const steps = runSteps(word);
      parts.push(...shifted(steps, partsOffset));
      wholes.push(...shifted(steps, wholesOffset));
      const count = lettersOf(word).length;
      partsOffset += count;
      wholesOffset += count;
      return;
    }
    const { whole, split } = wordSteps(word, isOpen);
    parts.push(...shifted(split, partsOffset));
    wholes.push(...shifted(whole, wholesOffset));
    partsOffset += split.length;
    wholesOffset++;
  });
  if (parts.length === 0) return [];
  const isSame = parts.length === wholes.length && parts.every(({ term }, index) => term === wholes[index]?.term);
  const alternatives = (isSame ? [parts] : [parts, wholes]).map((steps) => steps.slice(0, MAX_STEPS));
  return [{ alternatives, isExcluded }];
}

/** A letter or two at the end say too little about which word will stand there. */
function withoutBegun(clause: Clause | undefined): Clause | null {
  if (clause === undefined) return null;
  const alternatives = clause.alternatives.map((phrase) => {
    const last = phrase.at(-1);
    return last?.isPrefix === true && last.term.length < LEAST_BEGINNING ? phrase.slice(0, -1) : phrase;
  });
  return alternatives.every((phrase) => phrase.length > 0) ? { ...clause, alternatives } : null;
}

/** Every word and every pair of letters alone. */
function looseClauses(text: string, isTyped: boolean): Clause[] {
  const byTerm = new Map<string, Clause>();
  eachWord(text, (kind, start, end) => {
    const word = text.slice(start, end);
    const steps = kind === 'run' ? runSteps(word) : wordSteps(word, isTyped && end === text.length).split;
    for (const step of steps) {
      byTerm.set(step.term, { alternatives: [[{ ...step, offset: 0 }]], isExcluded: false });
    }
  });
  return [...byTerm.values()].slice(0, MAX_CLAUSES);
}

/** The pairs of letters that make a run; a single letter is the beginning of its pairs. */
function runSteps(run: string): Step[] {
  const letters = lettersOf(run);
  if (letters.length === 1) return [{ term: foldWord(run), isPrefix: true, offset: 0 }];
  return letters.slice(1).map((letter, offset) => ({
    term: foldWord((letters[offset] ?? '') + letter),
    isPrefix: false,
    offset,
  }));
}

/** A word as one term and as its parts: a message may have it either way. */
function wordSteps(word: string, isOpen: boolean): { whole: Step[]; split: Step[] } {
  const terms: { term: string; position: number }[] = [];
  const count = eachTerm(word, (term, position) => {
    terms.push({ term, position });
  });
  const split = terms.slice(-count).map(({ term, position }) => ({
    term,
    isPrefix: isOpen && position === count - 1,
    offset: position,
  }));
  return { whole: [{ term: terms[0]?.term ?? '', isPrefix: isOpen, offset: 0 }], split };
}

function shifted(steps: readonly Step[], by: number): Step[] {
  return steps.map((step) => ({ ...step, offset: step.offset + by }));
}
