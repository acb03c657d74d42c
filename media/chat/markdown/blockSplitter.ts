import { Lexer, type Token, type Tokens } from 'marked';
import { type SplitToken, goingOn, takeItems } from './blockItems.ts';
import { moreSyntax, openFormula } from './moreSyntax.ts';

/** The end of a text that is still being written: blocks that may change, or a code block not closed yet. */
export type OpenEnd =
  | { readonly type: 'blocks'; readonly tokens: readonly SplitToken[] }
  | { readonly type: 'code'; readonly info: string; readonly code: string };

export interface Split {
  /** Blocks that are complete since the last call: nothing that follows changes them. */
  readonly finished: readonly SplitToken[];
  readonly open: OpenEnd;
}

/** Reference definitions by label, as marked keeps them. */
export type LinkDefinitions = Lexer['tokens']['links'];

/** Longer runs of inline text stay unformatted: the time that inline rules take is not linear. */
const INLINE_LIMIT = 20_000;
/** A line that opens fifty blocks in one another; the parser would try each of them, and each in each. */
const deeplyNested = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){50}/m;
/** A list in a list in a list …: each takes longer than the one around it. */
const DEEPEST_LIST = 50;
const listItem = /^([ \t]*)(?:[-+*]|\d{1,9}[.)])(?=[ \t])/gm;
const fenceStart = /^ {0,3}(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;

/**
 * Cuts growing Markdown into top-level blocks so that each is parsed once: what {@link append} has
 * called finished is never looked at again. A block is finished when a complete line of the next one
 * is there, a fenced code block when its closing line is. Of a list, a table and a quote what is complete is finished
 * before that; the rest goes on with it.
 */
export class BlockSplitter {
  #rest = '';
  /** What the rest goes on with, where that is a table: its first two lines. */
  #tableHead = '';
  /** The rest begins with further items of a block. */
  #goesOn = false;
  /** How much of the rest has been searched for the end of its first block. */
  #searched = 0;
  #definitions: LinkDefinitions;
  #plain = false;

  /** A reference link finds the definitions given here and those that came before it. */
  constructor(definitions: LinkDefinitions = {}) {
    this.#definitions = definitions;
  }

  /** The reference definitions seen so far. */
  get definitions(): LinkDefinitions {
    return this.#definitions;
  }

  /** Takes the next piece (with `\n` only as line end); `isLast` finishes all that is open. */
  append(piece: string, isLast: boolean): Split {
    this.#rest += piece;
    const finished: SplitToken[] = [];
    while (!isLast) {
      if (this.#tableHead === '') this.#skipBlankLines();
      const code = this.#openCode();
      if (code?.end === null) return { finished, open: code.open };
      // What stands in a formula is nothing of Markdown's.
      if (code === null && this.#tableHead === '' && openFormula(this.#rest) !== null) break;
      const closed = code === null ? this.#takeClosedBlocks() : this.#take(code.end);
      if (closed.length === 0) break;
      finished.push(...closed);
    }
    if (isLast && this.#rest !== '') finished.push(...this.#take(this.#rest.length));
    const tokens = this.#rest === '' ? [] : goingOn(this.#lex(this.#tableHead + this.#rest).inline(), this.#goesOn);
    return { finished, open: { type: 'blocks', tokens } };
  }

  #take(end: number): readonly SplitToken[] {
    const { inline } = this.#lex(this.#tableHead + this.#rest.slice(0, end));
    return this.#finish(end, inline());
  }

  /** So much of the rest makes these blocks. */
  #finish(length: number, tokens: readonly Token[]): readonly SplitToken[] {
    const finished = goingOn(tokens, this.#goesOn);
    this.#drop(length);
    this.#goesOn = false;
    this.#tableHead = '';
    return finished;
  }

  /** Of the blocks that the complete lines make all but the last, which may go on. */
  #takeClosedBlocks(): readonly Token[] {
    const lines = this.#rest.lastIndexOf('\n') + 1;
    if (lines <= this.#searched) return [];
    this.#searched = lines;
    const text = this.#tableHead + this.#rest.slice(0, lines);
    const { blocks, inline } = this.#lex(text);
    const last = blocks.findLastIndex(({ type }) => type !== 'space');
    const source = blocks
      .slice(0, Math.max(0, last))
      .map(({ raw }) => raw)
      .join('');
    if (source === '') return this.#takeItems(text, inline);
    // A raw text that is not what stands there cannot be cut off: all stays open until the end.
    if (!text.startsWith(source)) return [];
    return this.#finish(source.length - this.#tableHead.length, inline().slice(0, last));
  }

  /** Of the one block that the complete lines make the items that are complete. */
  #takeItems(text: string, inline: () => readonly Token[]): readonly SplitToken[] {
    const items = takeItems(inline()[0], text);
    if (items === null) return [];
    const finished = this.#finish(items.length - this.#tableHead.length, [items.token]);
    this.#goesOn = true;
    this.#tableHead = items.tableHead;
    return finished;
  }

  #drop(length: number): void {
    this.#rest = this.#rest.slice(length);
    this.#searched = 0;
  }

  /** The fenced code block that the rest starts with, and where it ends if it does. */
  #openCode(): { open: OpenEnd; end: number | null } | null {
    const start = this.#plain || this.#tableHead !== '' ? null : fenceStart.exec(this.#rest);
    if (start === null) return null;
    const [opening, marker = '', info = ''] = start;
    const closing = new RegExp(`^ {0,3}${marker}${marker[0] ?? ''}* *\\n`, 'gm');
    closing.lastIndex = Math.max(opening.length, this.#searched);
    const end = closing.exec(this.#rest);
    this.#searched = this.#rest.lastIndexOf('\n') + 1;
    // What may become the closing line is not shown as code for a moment, nor the line end before it.
    const lastLine = this.#searched;
    const mayClose = /^ {0,3}[`~]*$/.test(this.#rest.slice(lastLine, lastLine + 100));
    const code = this.#rest.slice(opening.length, mayClose ? Math.max(opening.length, lastLine - 1) : undefined);
    return {
      open: { type: 'code', info, code },
      end: end === null ? null : end.index + end[0].length,
    };
  }

  #skipBlankLines(): void {
    const blank = /^(?:[ \t]*\n)+/.exec(this.#rest);
    if (blank !== null) this.#drop(blank[0].length);
  }

  /** The blocks of a source; `inline` parses what is in them, too, which takes longer. */
  #lex(source: string): { readonly blocks: readonly Token[]; readonly inline: () => readonly Token[] } {
    const lexer = new Lexer({ gfm: true, extensions: moreSyntax });
    Object.assign(lexer.tokens.links, this.#definitions);
    const blocks = this.#guarded(source, () => lexer.blockTokens(source, lexer.tokens));
    const inline = (): readonly Token[] =>
      this.#guarded(source, () => {
        for (const { src, tokens } of lexer.inlineQueue) {
          if (src.length > INLINE_LIMIT) tokens.push({ type: 'text', raw: src, text: src, escaped: false });
          else lexer.inlineTokens(src, tokens);
        }
        this.#definitions = lexer.tokens.links;
        return lexer.tokens;
      });
    return { blocks, inline };
  }

  /** What is nested absurdly deep no model writes, but an attacker: it is shown as its source, and all after it. */
  #guarded(source: string, parse: () => Token[]): Token[] {
    this.#plain ||= deeplyNested.test(source) || listDepth(source) >= DEEPEST_LIST;
    if (this.#plain) return plainBlock(source);
    try {
      return parse();
    } catch {
      this.#plain = true;
      return plainBlock(source);
    }
  }
}

/** The language of a code block from its info string: its first word, in lower case. */
export function languageOf(info: string): string {
  return (/^[^\s{,:]+/.exec(info.trim())?.[0] ?? '').toLowerCase();
}

/** How deep items of lists stand in one another by their indentation, at most. */
function listDepth(source: string): number {
  const indents: number[] = [];
  let deepest = 0;
  for (const [, { length } = ''] of source.matchAll(listItem)) {
    while ((indents.at(-1) ?? -1) >= length) indents.pop();
    indents.push(length);
    deepest = Math.max(deepest, indents.length);
  }
  return deepest;
}

function plainBlock(source: string): Token[] {
  const text: Tokens.Text = { type: 'text', raw: source, text: source, escaped: false };
  return [{ type: 'paragraph', raw: source, text: source, tokens: [text] }];
}
