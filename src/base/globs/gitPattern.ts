/**
 * One line of a .gitignore file, made ready to match as git does (gitignore(5), and wildmatch.c for
 * what it leaves open). The npm package `ignore` is not used: it hands a directory's verdict down to
 * what is in it before a deeper file of rules can object, and keeps every path it ever saw.
 */
export interface GitPattern {
  /** The line began with `!`: what it matches is included again. */
  readonly negated: boolean;
  /** It ended with `/`: only directories match. */
  readonly directoriesOnly: boolean;
  /** Matches a path relative to the directory of the rules, with `/`, and its last part. */
  matches(path: string, name: string): boolean;
}

/** The rules of a file, in order. `ignoreCase` is git's `core.ignoreCase`. */
export function parseGitPatterns(text: string, ignoreCase: boolean): GitPattern[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line) => {
    const pattern = parseLine(line.endsWith('\r') ? line.slice(0, -1) : line, ignoreCase);
    return pattern === undefined ? [] : [pattern];
  });
}

function parseLine(line: string, ignoreCase: boolean): GitPattern | undefined {
  if (line.startsWith('#')) return undefined;
  let body = trimTrailingSpaces(line);
  const negated = body.startsWith('!');
  if (negated) body = body.slice(1);
  const directoriesOnly = body.endsWith('/');
  if (directoriesOnly) body = body.slice(0, -1);
  const anchored = body.includes('/');
  if (body.startsWith('/')) body = body.slice(1);
  if (body === '') return undefined;
  const test = makeTest(toBytes(body), anchored, ignoreCase);
  if (test === undefined) return undefined;
  const matches = anchored
    ? (path: string) => test(toBytes(fold(path, ignoreCase)))
    : (_path: string, name: string) => test(toBytes(fold(name, ignoreCase)));
  return { negated, directoriesOnly, matches };
}

/** Spaces at the end count only when a backslash stands before them. */
function trimTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end--;
  if (end === line.length) return line;
  let backslashes = 0;
  while (line[end - 1 - backslashes] === '\\') backslashes++;
  return line.slice(0, backslashes % 2 === 1 ? end + 1 : end);
}

/** git matches bytes: `?` is one byte of a letter that has two. A letter of the result is a byte. */
function toBytes(text: string): string {
  if (asciiOnly.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** Only ASCII has cases for git. */
function fold(text: string, ignoreCase: boolean): string {
  return ignoreCase ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}

const asciiOnly = /^[\x00-\x7f]*$/;

/**
 * `star` is any run without `/`; `deep-star` any run at all; `folders` nothing, or any run that ends
 * with `/`.
 */
type Token =
  | { readonly kind: 'byte'; readonly byte: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly has: (byte: string) => boolean }
  | { readonly kind: 'star' | 'deep-star' | 'folders' };

/** Undefined for a pattern that can match nothing. */
function tokenize(pattern: string, anchored: boolean, ignoreCase: boolean): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern.charAt(i);
    if (byte === '\\') {
      if (++i === pattern.length) return undefined;
      tokens.push({ kind: 'byte', byte: pattern.charAt(i) });
    } else if (byte === '?') {
      tokens.push({ kind: 'any' });
    } else if (byte === '[') {
      const set = readSet(pattern, i, ignoreCase);
      if (set === undefined) return undefined;
      tokens.push(set.token);
      i = set.end;
    } else if (byte === '*') {
      const start = i;
      while (pattern[i + 1] === '*') i++;
      const next = pattern[i + 1];
      const isDeep =
        anchored &&
        i > start &&
        (start === 0 || pattern[start - 1] === '/') &&
        (next === undefined || next === '/' || (next === '\\' && pattern[i + 2] === '/'));
      if (!isDeep) tokens.push({ kind: 'star' });
      else if (next === '/') {
        tokens.push({ kind: 'folders' });
        i++;
      } else tokens.push({ kind: 'deep-star' });
    } else {
      tokens.push({ kind: 'byte', byte: fold(byte, ignoreCase) });
    }
  }
  return tokens;
}

/**
 * git folds the case of what it matches, and of the pattern outside of sets and escapes only: so `[A]` and
 * `\A` match nothing where case is ignored.
 *
 * A set such as `[a-z]`, `[!x]`, `[[:alpha:]_]`; undefined when it is not closed.
 */
function readSet(pattern: string, start: number, ignoreCase: boolean): { token: Token; end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  const tests: ((byte: string) => boolean)[] = [];
  let previous = '';
  do {
    let byte = pattern[i];
    if (byte === undefined) return undefined;
    const next = pattern[i + 1];
    if (byte === '-' && previous !== '' && next !== undefined && next !== ']') {
      let last = next;
      i++;
      if (last === '\\') last = pattern[++i] ?? '';
      if (last === '') return undefined;
      const first = previous;
      const isBetween = (letter: string): boolean => letter >= first && letter <= last;
      tests.push((letter) => isBetween(letter) || (ignoreCase && isBetween(letter.toUpperCase())));
      previous = '';
    } else if (byte === '[' && next === ':') {
      const close = pattern.indexOf(']', i + 2);
      if (close === -1) return undefined;
      if (close > i + 2 && pattern[close - 1] === ':') {
        const letters = posixClasses.get(pattern.slice(i + 2, close - 1));
        if (letters === undefined) return undefined;
        tests.push((letter) => letters.test(letter) || (ignoreCase && letters.test(letter.toUpperCase())));
        i = close;
        previous = '';
      } else {
        tests.push((letter) => letter === '[');
        previous = '[';
      }
    } else {
      if (byte === '\\') byte = pattern[++i];
      if (byte === undefined) return undefined;
      const own = byte;
      tests.push((letter) => letter === own);
      previous = own;
    }
    i++;
  } while (pattern[i] !== ']');
  const has = (letter: string): boolean => letter !== '/' && tests.some((test) => test(letter)) !== negated;
  return { token: { kind: 'set', has }, end: i };
}

const posixClasses = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],

  ['cntrl', /[\x00-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\v\f\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

/**
 * git compares what stands before the first special character apart, and takes the rest for a pattern
 * of its own: so `a**\/b` is deep although no `/` stands before the stars. Undefined for a pattern that
 * can match nothing.
 */
function makeTest(pattern: string, anchored: boolean, ignoreCase: boolean): ((text: string) => boolean) | undefined {
  const special = pattern.search(/[*?[\\]/);
  if (special === -1) {
    const whole = fold(pattern, ignoreCase);
    return (text) => text === whole;
  }
  const start = fold(pattern.slice(0, special), ignoreCase);
  const rest = pattern.slice(special);
  if (!anchored && /^\*[^*?[\\]*$/.test(rest)) {
    const end = fold(rest.slice(1), ignoreCase);
    return (text) => text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  }
  const tokens = tokenize(rest, anchored, ignoreCase);
  if (tokens === undefined) return undefined;
  return (text) => text.startsWith(start) && matchTokens(tokens, text.slice(special));
}

/** Follows all ways through the pattern at once, so that no pattern takes exponential time. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let states = new Uint8Array(tokens.length + 1);
  states[0] = 1;
  skipEmpty(tokens, states, true);
  for (const byte of text) {
    const next = new Uint8Array(tokens.length + 1);
    let alive = false;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (states[i] === 0 || token === undefined) continue;
      const target = step(token, byte, i);
      if (target === -1) continue;
      next[target] = 1;
      alive = true;
    }
    if (!alive) return false;
    skipEmpty(tokens, next, byte === '/');
    states = next;
  }
  return states[tokens.length] === 1;
}

function step(token: Token, byte: string, at: number): number {
  switch (token.kind) {
    case 'byte':
      return token.byte === byte ? at + 1 : -1;
    case 'any':
      return byte === '/' ? -1 : at + 1;
    case 'set':
      return token.has(byte) ? at + 1 : -1;
    case 'star':
      return byte === '/' ? -1 : at;
    case 'deep-star':
    case 'folders':
      return at;
  }
}

/** Stars may end anywhere; folders only where a name begins. */
function skipEmpty(tokens: readonly Token[], states: Uint8Array, nameBegins: boolean): void {
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokens[i]?.kind;
    if (states[i] === 1 && (kind === 'star' || kind === 'deep-star')) states[i + 1] = 1;
    if (states[i] === 1 && kind === 'folders' && nameBegins) states[i + 1] = 1;
  }
}
