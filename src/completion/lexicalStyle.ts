/** What a light scanner has to know of a language to tell brackets in code from those in strings and comments. */
export interface LexicalStyle {
  readonly lineComment: '//' | '#' | '--' | ';' | '%' | null;
  readonly blockComment: readonly [start: string, end: string] | null;
  /** Quotes of strings that end with their line at the latest. */
  readonly quotes: string;
  /** Quotes of strings that go over lines, the longer before the shorter. */
  readonly longQuotes: readonly string[];
  /** A quote that is a string only where it closes at once, as a character does beside Rust's lifetimes. */
  readonly characterQuote: boolean;
  /** Blocks are told by their indentation alone. */
  readonly isIndented: boolean;
  /** A line that is complete ends its statement: none continues with a leading operator. */
  readonly endsWithLine: boolean;
}

const likeC: LexicalStyle = {
  lineComment: '//',
  blockComment: ['/*', '*/'],
  quotes: '"',
  longQuotes: [],
  characterQuote: true,
  isIndented: false,
  endsWithLine: false,
};
const likeScript: LexicalStyle = { ...likeC, quotes: '"\'', longQuotes: ['`'], characterQuote: false };
const likeShell: LexicalStyle = {
  ...likeScript,
  lineComment: '#',
  blockComment: null,
  longQuotes: [],
  endsWithLine: true,
};
const plain: LexicalStyle = { ...likeShell, lineComment: null, quotes: '' };

const styles: Readonly<Record<string, LexicalStyle>> = {
  javascript: likeScript,
  javascriptreact: likeScript,
  typescript: likeScript,
  typescriptreact: likeScript,
  python: { ...likeShell, longQuotes: ['"""', "'''"], isIndented: true },
  go: { ...likeC, longQuotes: ['`'], endsWithLine: true },
  java: { ...likeC, longQuotes: ['"""'] },
  kotlin: { ...likeC, longQuotes: ['"""'] },
  swift: { ...likeC, longQuotes: ['"""'], endsWithLine: false },
  php: likeScript,
  css: { ...likeScript, lineComment: null, longQuotes: [] },
  scss: { ...likeScript, longQuotes: [] },
  less: { ...likeScript, longQuotes: [] },
  json: { ...likeScript, longQuotes: [] },
  jsonc: { ...likeScript, longQuotes: [] },
  yaml: { ...likeShell, isIndented: true },
  ruby: likeShell,
  shellscript: likeShell,
  perl: likeShell,
  r: likeShell,
  elixir: { ...likeShell, longQuotes: ['"""'] },
  julia: { ...likeShell, longQuotes: ['"""'], quotes: '"' },
  toml: { ...likeShell, longQuotes: ['"""', "'''"] },
  makefile: likeShell,
  dockerfile: likeShell,
  powershell: likeShell,
  coffeescript: { ...likeShell, isIndented: true },
  nim: { ...likeShell, isIndented: true },
  sql: { ...likeScript, lineComment: '--', longQuotes: [] },
  lua: { ...likeShell, lineComment: '--' },
  haskell: { ...likeC, lineComment: '--', blockComment: ['{-', '-}'], isIndented: true, endsWithLine: true },
  clojure: { ...likeC, lineComment: ';', blockComment: null },
  lisp: { ...likeC, lineComment: ';', blockComment: null },
  latex: { ...plain, lineComment: '%' },
  markdown: plain,
  plaintext: plain,
};

/** The style of a language as VS Code names it; like C where Sextant does not know it. */
export function lexicalStyle(languageId: string): LexicalStyle {
  return Object.hasOwn(styles, languageId) ? (styles[languageId] ?? likeC) : likeC;
}
