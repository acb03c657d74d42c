/** How a language writes comments and strings, as far as it takes to tell code from them. */
export interface CodeStyle {
  /** What begins a comment that goes on to the end of the line. */
  readonly line: '//' | '#' | '//#' | '';
  /** Whether there are comments between slashes and stars. */
  readonly block: boolean;
  /** Whether three quotes begin a string of several lines. */
  readonly triple?: true;
  /** Whether a single quote may begin something other than a string, as a lifetime of Rust. */
  readonly lifetimes?: true;
  /** Prose: only what is marked as code, or written as names are, counts. */
  readonly prose?: true;
}

/** That of a language by VS Code's identifier; undefined where comments and strings are not told from the rest. */
export function codeStyleOf(language: string): CodeStyle | undefined {
  return styles.get(language);
}

/** Where to go on after what is no word, whose UTF-16 unit is `code`: after a whole comment or string, otherwise after the letter. */
export function afterMark(text: string, at: number, code: number, style: CodeStyle): number {
  switch (code) {
    case 0x2f: // a slash
      if (text[at + 1] === '*' && style.block) return endOf(text, '*/', at + 2);
      return text[at + 1] === '/' && style.line.startsWith('//') ? endOf(text, '\n', at) : at + 1;
    case 0x23: // #
      return style.line.endsWith('#') ? endOf(text, '\n', at) : at + 1;
    case 0x27: // '
      if (style.lifetimes === true && !/^'(\\[^']{1,10}|[^'\\\n])'/u.test(text.slice(at, at + 14))) return at + 1;
      return afterString(text, at, "'", style);
    case 0x22: // "
      return afterString(text, at, '"', style);
    default:
      return at + 1;
  }
}

/** A string ends with its line where nothing says otherwise, so that one quote too many costs a line. */
function afterString(text: string, start: number, quote: string, style: CodeStyle): number {
  if (style.triple === true && text.startsWith(quote.repeat(3), start)) return endOf(text, quote.repeat(3), start + 3);
  for (let at = start + 1; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === quote) return at + 1;
    else if (letter === '\n' && style.lifetimes === undefined) return at;
  }
  return text.length;
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

const likeC: CodeStyle = { line: '//', block: true };
const likeShell: CodeStyle = { line: '#', block: false };
const prose: CodeStyle = { line: '', block: false, prose: true };

const styles = new Map<string, CodeStyle>([
  ...(
    'typescript typescriptreact javascript javascriptreact vue svelte go java csharp c cpp kotlin swift scala groovy ' +
    'dart objective-c'
  )
    .split(' ')
    .map((id): [string, CodeStyle] => [id, likeC]),
  ['rust', { ...likeC, lifetimes: true }],
  ['python', { ...likeShell, triple: true }],
  ['ruby', likeShell],
  ['shellscript', likeShell],
  ['elixir', likeShell],
  ['php', { line: '//#', block: true }],
  ['markdown', prose],
  ['restructuredtext', prose],
]);
