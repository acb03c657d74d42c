import type { Token, Tokens } from 'marked';

/** A block, or with `goesOn` further items of the list or rows of the table that the blocks before it end with. */
export type SplitToken = Token & { readonly goesOn?: true };

/** The items that a growing block begins with, which nothing that follows changes. */
export interface CompleteItems {
  /** The block with these items alone. */
  readonly token: Token;
  /** How much of the text they take. */
  readonly length: number;
  /** What has to stand before the rest for it to be read as rows of the same table; empty for a list. */
  readonly tableHead: string;
}

/**
 * Takes what is complete off a block that `text`, in whole lines, begins with: of a list all items but the last, of a
 * table all rows. Null where that is nothing.
 */
export function takeItems(block: Token | undefined, text: string): CompleteItems | null {
  if (block === undefined) return null;
  if (isTable(block)) return takeRows(block, text);
  return isList(block) ? takeListItems(block, text) : null;
}

/** These blocks, the first of which may go on with the one before it. */
export function goingOn(tokens: readonly Token[], goesOn: boolean): readonly SplitToken[] {
  const [first, ...others] = tokens;
  return goesOn && first !== undefined && (isList(first) || isTable(first))
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

const itemWithText = /^ {0,3}(?:[-+*]|\d{1,9}[.)])[ \t]+\S/;

function isList(token: Token): token is Tokens.List {
  return token.type === 'list';
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table';
}
