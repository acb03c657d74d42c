import { splitIdentifier } from '../../../src/base/words/splitIdentifier.ts';

/** So many words that follow each other are one shingle. */
const SHINGLE_WORDS = 5;
/** With so many of an answer's shingles a text is taken for a copy of it. */
const COPIED_SHARE = 0.5;

interface Asked {
  readonly query: string;
  readonly code: string;
}

/** Tells what was copied from, or into, the code that is asked about, and questions that say the same. */
export class LeakCheck {
  readonly #answersByShingle = new Map<string, number[]>();
  readonly #shingleCounts: number[] = [];
  readonly #questions: ReadonlySet<string>;

  constructor(asked: readonly Asked[]) {
    this.#questions = new Set(asked.map(({ query }) => wordSet(query)));
    for (const [answer, { code }] of asked.entries()) {
      const shingles = shinglesOf(code);
      this.#shingleCounts.push(shingles.size);
      for (const shingle of shingles) {
        const answers = this.#answersByShingle.get(shingle);
        if (answers === undefined) this.#answersByShingle.set(shingle, [answer]);
        else answers.push(answer);
      }
    }
  }

  /** True when half of an answer's shingles are in the code, or when the question has just the words of one that is asked. */
  isLeak({ query, code }: Asked): boolean {
    if (this.#questions.has(wordSet(query))) return true;
    const shared = new Map<number, number>();
    for (const shingle of shinglesOf(code)) {
      for (const answer of this.#answersByShingle.get(shingle) ?? []) shared.set(answer, (shared.get(answer) ?? 0) + 1);
    }
    return [...shared].some(([answer, count]) => count >= COPIED_SHARE * (this.#shingleCounts[answer] ?? Infinity));
  }
}

function shinglesOf(code: string): Set<string> {
  const words = wordsOf(code);
  const shingles = new Set<string>();
  for (let at = 0; at + SHINGLE_WORDS <= words.length; at++)
    shingles.add(words.slice(at, at + SHINGLE_WORDS).join(' '));
  return shingles;
}

function wordSet(text: string): string {
  return [...new Set(wordsOf(text))].sort().join(' ');
}

function wordsOf(text: string): string[] {
  return (text.match(/[A-Za-z][A-Za-z0-9_$]*|\d+/g) ?? []).flatMap(splitIdentifier);
}
