/** What a query names outright rather than describes; whether there is such a thing is for the index to say. */
export interface Mentions {
  /** Where a stack trace passed, in its order; paths as they are written there, with `/`. */
  readonly places: readonly Place[];
  /** Files and folders, lower-cased, with `/`; a folder may end with one: `searchindex.ts`, `src/index/`. */
  readonly paths: readonly string[];
  /** Names as code writes them, their parts joined by dots: `CompletionEngine.complete`, `max_retries`. */
  readonly symbols: readonly string[];
  /** What stands in quotes. */
  readonly quotes: readonly string[];
  /** True where paths and symbols are all that is asked for: `CompletionEngine.complete`, `where is parse()?` */
  readonly isAll: boolean;
}

interface Place {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Of a query that only describes. */
export const noMentions: Mentions = { places: [], paths: [], symbols: [], quotes: [], isAll: false };

const MOST_PLACES = 20;
const MOST_NAMES = 8;

/** Reads a query, which may be a pasted stack trace. */
export function readMentions(query: string): Mentions {
  const places: Place[] = [];
  const others: string[] = [];
  for (const line of query.split('\n')) {
    const place = placeIn(line.slice(0, 1000));
    if (place === undefined) others.push(line);
    else if (places.length < MOST_PLACES && !places.some((each) => isSame(each, place))) places.push(place);
  }
  const text = others.join('\n');
  const paths = distinct(text.matchAll(pathLike), ([found]) => cleaned(found).toLowerCase());
  let rest = text.replace(pathLike, ' ');
  const symbols = distinct(text.matchAll(nameLike), ([found, mark = '', name = '', call = '']) => {
    const isCode = mark !== '' || call !== '' || codeLike.test(name) || found.trim() === query.trim();
    if (!isCode) return '';
    rest = rest.replace(name, ' ');
    return name.replace(/::|->|#/g, '.').replace(/^(this|self)\./, '');
  });
  return {
    places,
    paths,
    symbols,
    quotes: distinct(text.matchAll(quoted), ([, straight, curly]) => (straight ?? curly ?? '').trim()),
    isAll: (paths.length > 0 || symbols.length > 0) && !/[\p{L}\p{N}]/u.test(rest.replace(asking, ' ')),
  };
}

function isSame(one: Place, other: Place): boolean {
  return one.path === other.path && one.line === other.line;
}

function distinct(matches: Iterable<RegExpExecArray>, read: (match: RegExpExecArray) => string): string[] {
  const found = new Set<string>();
  for (const match of matches) {
    const value = read(match);
    if (value !== '') found.add(value);
    if (found.size === MOST_NAMES) break;
  }
  return [...found];
}

/** With a slash somewhere, or a name with an extension. */
const pathLike = /(?<![\w.@~+\-/\\])(?:[\w.@~+-]*[/\\])+[\w.@+-]*(?<!\.)|(?<![\w.@~+\-/\\])[\w@+-][\w.@+-]*\.\w+/g;
const nameLike =
  /(`?)(?<![\p{L}\p{N}_$])([\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|->|#)[\p{L}_$][\p{L}\p{N}_$]*)*)(\(|`)?/gu;
/** Of several parts, or with a capital or an underscore within. */
const codeLike = /\w(\.|::|->|#)\w|[\p{Ll}\d]\p{Lu}|[\p{L}\d]_[\p{L}\d]/u;
/** What is said around the name of what is asked for. */
const asking =
  /(?<![\p{L}\p{N}])(where|what|how|why|is|are|does|do|the|a|an|in|of|this|show|find|me|explain|open|go|to|file|folder|function|method|class|type|definition|defined|declared|implemented|located|work|works)(?![\p{L}\p{N}])/giu;
const quoted = /"([^"\n]{2,200})"|“([^”\n]{2,200})”/g;

/** Java writes the package and the class, and of the file its name alone: `at a.b.C$D.m(C.java:12)`. */
const javaFrame = /^\s*at (?:[^\s()/]*\/)*(?<name>[\w$]+(?:\.[\w$<>]+)+)\((?<path>[\w$-]+\.\w+):(?<line>\d{1,7})\)/;
/** One a line at most: Python; JavaScript, Go, Rust, Ruby, gdb, .NET and compilers; PHP. */
const frames: readonly RegExp[] = [
  /File "(?<path>[^"\n]+)", line (?<line>\d{1,7})/,
  /(?<![^\s()"'`<>|])(?<path>(?:[a-z-]+:\/\/)?(?:[A-Za-z]:)?[^\s()"'`<>:|]*\.\w{1,10}):(?:line )?(?<line>\d{1,7})\b/,
  /(?<![^\s()"'`<>|])(?<path>(?:[A-Za-z]:)?[^\s()"'`<>:|]*\.\w{1,10})\((?<line>\d{1,7})\)/,
];

function placeIn(text: string): Place | undefined {
  const { name = '', path: javaPath = '', line: javaLine = '' } = javaFrame.exec(text)?.groups ?? {};
  // Without class and method.
  if (javaPath !== '') return { path: [...name.split('.').slice(0, -2), javaPath].join('/'), line: Number(javaLine) };
  for (const frame of frames) {
    const { path = '', line = '' } = frame.exec(text)?.groups ?? {};
    if (path !== '') return { path: cleaned(path), line: Number(line) };
  }
  return undefined;
}

/** Without what leads to the root, and with `/`. */
function cleaned(path: string): string {
  const plain = path
    .replace(/^[a-z-]+:\/\//, '')
    .replace(/^[A-Za-z]:/, '')
    .replace(/\\/g, '/');
  return plain.replace(/^(\.{0,2}\/)+/, '');
}
