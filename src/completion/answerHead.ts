import { indentOf } from './indentation.ts';
import type { CursorText } from './promptWindow.ts';

const FENCE = /^\s*(?:```|~~~)/;
const PROSE =
  /^\s*(?:(?:I['’]m|I am|I) (?:sorry|unable|not able|cannot|can['’]t|apologi[sz]e)|As an AI|Sure[,!.]|Certainly[,!.]|Of course[,!.]|Here(?:['’]s| is| are) |The (?:missing|completed?|following) |This (?:code|completes|function) |To complete |Based on )/;
/** Of the lines above the cursor, how far back an answer may begin again. */
const ECHO_LINES = 12;
const SHORTEST_ECHO = 3;
/** Columns by which a line may be deeper than the one that opens its block. */
const DEEPEST_STEP = 8;

/**
 * Takes off the beginning of an answer what is not the text for the gap: a Markdown fence, a sentence to the user,
 * and the lines above the cursor again. It holds lines back as long as it cannot tell.
 */
export class AnswerHead {
  readonly #isProseLanguage: boolean;
  readonly #linePrefix: string;
  readonly #above: readonly string[];
  /** Where in the lines above an answer that begins again may be by now; the cursor's own line is the last. */
  #echoes: number[] | undefined;
  #held: string[] = [];
  /** Of `#held`, where the answer goes on behind the cursor's line if it is no echo of lines further up. */
  #atCursor: number | undefined;
  #state: 'open' | 'prose' | 'settled' = 'open';
  #isFenced = false;

  constructor({ prefix }: CursorText, languageId: string) {
    this.#isProseLanguage = /^(?:markdown|plaintext|latex|restructuredtext|asciidoc|git-commit)$/.test(languageId);
    const lines = prefix.split(/\r?\n/);
    this.#linePrefix = lines.at(-1) ?? '';
    this.#above = lines;
  }

  /** False while what came may turn out not to belong. */
  get isSettled(): boolean {
    return this.#state === 'settled';
  }

  /** The lines that are known to belong by now, `over` when what follows does not. */
  take(line: string): { readonly lines: readonly string[]; readonly over: boolean } {
    if (!this.#isProseLanguage && FENCE.test(line)) return this.#takeFence();
    if (this.#state === 'settled') return { lines: [line], over: false };
    if (this.#state === 'prose') return nothing;
    if (
      !this.#isProseLanguage &&
      this.#held.every((each) => each.trim() === '') &&
      PROSE.test(line) &&
      !this.#isFenced
    ) {
      this.#state = 'prose';
      this.#held = [];
      return nothing;
    }
    return this.#takeEcho(line);
  }

  /** The answer is over: what was held back and belongs after all. */
  finish(): readonly string[] {
    const isEcho = this.#atCursor === undefined && this.#held.length > 1 && (this.#echoes?.length ?? 0) > 0;
    if (isEcho || this.#state === 'prose' || this.#held.length === 0) return [];
    return this.#settle();
  }

  #takeFence(): { readonly lines: readonly string[]; readonly over: boolean } {
    const isOpening = !this.#isFenced && this.#state !== 'settled' && this.#held.every((each) => each.trim() === '');
    if (!isOpening) return { lines: this.finish(), over: true };
    this.#isFenced = true;
    this.#state = 'open';
    this.#held = [];
    return nothing;
  }

  #takeEcho(line: string): { readonly lines: readonly string[]; readonly over: boolean } {
    const last = this.#above.length - 1;
    const from = Math.max(0, last - ECHO_LINES);
    const starts = Array.from({ length: last - from + 1 }, (_, at) => from + at);
    const isWhole = from > 0 && line.trim() !== '' && line.trimEnd() === this.#above[0]?.trimEnd();
    const candidates = this.#echoes ?? [...starts, ...(isWhole ? [0] : [])];
    const echoes = candidates.filter((at) => at < last && this.#above[at]?.trimEnd() === line.trimEnd());
    const isAtCursor = candidates.includes(last) && this.#beginsAgain(line);
    this.#echoes = echoes.map((at) => at + 1);
    if (isAtCursor) this.#atCursor = this.#held.length;
    this.#held.push(line);
    return echoes.length > 0 ? nothing : { lines: this.#settle(), over: false };
  }

  /** The cursor's own line, from its start. */
  #beginsAgain(line: string): boolean {
    const text = this.#linePrefix.trim();
    if (this.#linePrefix === '') return this.#held.length > 1;
    if (!line.startsWith(this.#linePrefix)) return false;
    if (text === '') return this.#held.length > 0 || !this.#isBelowOpening(line);
    if (line.trimEnd() === this.#linePrefix.trimEnd()) return true;
    // What has no indentation may well begin with the same word by itself.
    return (
      this.#held.length > 0 ||
      text.length >= SHORTEST_ECHO ||
      this.#linePrefix.startsWith(' ') ||
      this.#linePrefix.startsWith('\t')
    );
  }

  /** Below a line that opens a block a line may have to be indented further than the cursor is. */
  #isBelowOpening(line: string): boolean {
    const above = this.#above.slice(0, -1).findLast((each) => each.trim() !== '') ?? '';
    const opener = indentOf(above);
    const deeper = indentOf(this.#linePrefix + line) - opener;
    const isDeepEnough = indentOf(this.#linePrefix) > opener;
    return /[{([:]\s*$/.test(above) && !isDeepEnough && deeper > 0 && deeper <= DEEPEST_STEP;
  }

  /** What was held back belongs: its first line without what stands before the cursor. */
  #settle(): readonly string[] {
    const [first = '', ...others] = this.#held.slice(this.#atCursor ?? 0);
    this.#held = [];
    this.#state = 'settled';
    const isCut = this.#atCursor !== undefined || this.#beginsAgain(first);
    return [isCut ? first.slice(this.#linePrefix.length) : first, ...others];
  }
}

const nothing = { lines: [], over: false } as const;
