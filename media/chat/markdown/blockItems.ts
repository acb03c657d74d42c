import type { Token, Tokens } from 'marked';

/** A block, or with `goesOn` further items of the list, rows of the table or blocks of the quote before it. */
export type SplitToken = Token & { readonly goesOn?: true };

/** The items that a growing block begins with, which nothing that follows changes. */
export interface CompleteItems {
  /** The block with these items alone. */
  readonly token: Token;
  /** How much of the text they take. */
  readonly length: number;
  /** What has to stand before the rest for it to be read as rows of the same table; empty for all else. */
  readonly tableHead: string;
}

/**
 * Takes what is complete off a block that `text`, in whole lines, begins with: of a list all items but the last, of a
 * table all rows, of a quote all blocks but the last. Null where that is nothing.
 */
export function takeItems(block: Token | undefined, text: string): CompleteItems | null {
  if (block === undefined) return null;
  if (isTable(block)) return takeRows(block, text);
  if (isQuote(block)) return takeQuotedBlocks(block, text);
  return isList(block) ? takeListItems(block, text) : null;
}

/** These blocks, the first of which may go on with the one before it. */
export function goingOn(tokens: readonly Token[], goesOn: boolean): readonly SplitToken[] {
  const [first, ...others] = tokens;
  return goesOn && first !== undefined && (isList(first) || isTable(first) || isQuote(first))
    ? [{ ...first, goesOn: true }, ...others]
    : tokens;
}

function takeRows(block: Tokens.Table, text: string): CompleteItems | null {
  if (block.rows.length === 0) return null;
  const lines = text.split('\n');
  const end = lines.slice(0, 2 + block.rows.length).join('\n').length + 1;
  return { token: block, length: end, tableHead: `${lines[0] ?? ''}\n${lines[1] ?? ''}\n` };
}

function takeListItems(block: Tokens.List, text: string): CompleteItems | null {
  const items = block.items.slice(0, -1);
  const source = items.map(({ raw }) => raw).join('');
  // What follows must be read as an item of the same list again.
  if (source === '' || !text.startsWith(source) || !itemWithText.test(text.slice(source.length, source.length + 100))) {
    return null;
  }
  return { token: { ...block, items }, length: source.length, tableHead: '' };
}

function takeQuotedBlocks(block: Tokens.Blockquote, text: string): CompleteItems | null {
  const last = block.tokens.findLastIndex(({ type }) => type !== 'space');
  const tokens = block.tokens.slice(0, Math.max(0, last));
  const source = tokens.map(({ raw }) => raw).join('');
  const lines = text.split('\n');
  const count = source.split('\n').length - 1;
  const own = lines.slice(0, count);
  const inside = own.map((line) => `${line.replace(quoteMark, '')}\n`).join('');
  // A line without the mark belongs to what is before it, and must not be cut off from there.
  if (count === 0 || inside !== source || !lines.slice(0, count + 1).every((line) => quoteMark.test(line))) return null;
  return { token: { ...block, tokens }, length: own.join('\n').length + 1, tableHead: '' };
}

const quoteMark = /^ {0,3}>[ \t]?/;
const itemWithText = /^ {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]+\S/;

function isList(token: Token): token is Tokens.List {
  return token.type === 'list';
}

function isQuote(token: Token): token is Tokens.Blockquote {
  return token.type === 'blockquote';
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table';
}
