/** A definition of a file. Rows count from 0, the last is inclusive. */
export interface SyntaxDefinition {
  /** With what it is in, outermost first, joined by dots. */
  readonly symbol: string;
  readonly kind: string;
  /** Where its comments and decorators start. */
  readonly leadingRow: number;
  readonly startRow: number;
  readonly endRow: number;
}

/** What a parser knows of a file. */
export interface SyntaxOutline {
  /** How many places the grammar does not understand. */
  readonly errors: number;
  /** In the order of the file, those inside of others too. */
  readonly definitions: readonly SyntaxDefinition[];
}

/** Parses files; passed in, so that this room needs no parser. */
export interface SyntaxReader {
  /** Null for a language without a grammar, and for a text that cannot be parsed in time. */
  read(path: string, text: string): Promise<SyntaxOutline | null>;
}
