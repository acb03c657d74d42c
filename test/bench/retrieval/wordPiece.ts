const UNKNOWN = '[UNK]';
const LONGEST_WORD = 100;

/** Cuts text as BERT's uncased models do: lower case without accents, punctuation apart, the longest entries of the vocabulary from the left. */
export class WordPiece {
  readonly #vocabulary: ReadonlyMap<string, number>;

  /** `vocabulary` is that of a `tokenizer.json`: number by piece. */
  constructor(vocabulary: Readonly<Record<string, number>>) {
    this.#vocabulary = new Map(Object.entries(vocabulary));
  }

  /** Numbers of the pieces between `[CLS]` and `[SEP]`, at most `limit` with these two. */
  encode(text: string, limit: number): number[] {
    const plain = text
      .toLowerCase()
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '');
    const pieces: number[] = [];
    for (const [word] of plain.matchAll(/[\p{P}\p{S}\p{Script=Han}]|[^\s\p{P}\p{S}\p{Script=Han}]+/gu)) {
      pieces.push(...this.#piecesOf(word));
      if (pieces.length >= limit - 2) break;
    }
    return [this.#number('[CLS]'), ...pieces.slice(0, limit - 2), this.#number('[SEP]')];
  }

  #piecesOf(word: string): number[] {
    if (word.length > LONGEST_WORD) return [this.#number(UNKNOWN)];
    const pieces: number[] = [];
    for (let start = 0; start < word.length;) {
      let end = word.length;
      let found: number | undefined;
      for (; end > start; end--) {
        found = this.#vocabulary.get((start > 0 ? '##' : '') + word.slice(start, end));
        if (found !== undefined) break;
      }
      if (found === undefined) return [this.#number(UNKNOWN)];
      pieces.push(found);
      start = end;
    }
    return pieces;
  }

  #number(piece: string): number {
    return this.#vocabulary.get(piece) ?? 0;
  }
}
