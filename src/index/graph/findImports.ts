/**
 * What a file imports, as its language writes it:
 * `./a`, `#lib/a` or `react` in JavaScript; `pkg.mod`, `.mod` or `..pkg` in Python, and `pkg.mod:name` for what
 * is taken from it; a path in Go, C, CSS, shell, Ruby and Markdown; `use:` and `mod:` paths in Rust; dotted names
 * in Java (`com.shop.Cart`, `com.shop.*`) and C# (`Shop.Carts`); backslashed names in PHP.
 */
export function findImports(text: string, language: string): string[] {
  const find = finders[language];
  return find === undefined ? [] : [...new Set(find(text))].filter((found) => found.length < 300);
}

type Finder = (text: string) => Iterable<string>;

const javaScript: Finder = (text) =>
  all(
    text,
    /^[ \t]*(?:import|export)\b(?:[^'"`;]{0,1500}?\bfrom)?\s*['"]([^'"\n]+)['"]|\b(?:require|import)\s*\(\s*['"`]([^'"`\n$]+)['"`]|^[ \t]*\/\/\/\s*<reference\s+path=["']([^"'\n]+)["']/gm,
  );

const c: Finder = (text) =>
  Array.from(
    text.matchAll(/^[ \t]*#[ \t]*(?:include|include_next|import)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm),
    (found) => found[1] ?? found[2] ?? '',
  );

const finders: Readonly<Record<string, Finder | undefined>> = {
  typescript: javaScript,
  typescriptreact: javaScript,
  javascript: javaScript,
  javascriptreact: javaScript,
  vue: javaScript,
  svelte: javaScript,
  *python(text) {
    const statements =
      /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]{0,3000}\)|(?:[^\n\\#]|\\\n)*)|import[ \t]+([^\n#;]+))/gm;
    for (const [, from, names, modules] of text.matchAll(statements)) {
      if (modules !== undefined) for (const name of namesOf(modules)) yield name;
      if (from === undefined) continue;
      yield from;
      for (const name of namesOf(names ?? '')) if (name !== '*') yield `${from}:${name}`;
    }
  },
  *go(text) {
    for (const [, group, one] of text.matchAll(/^import[ \t]*(?:\(([^)]{0,5000})\)|(?:[\w.]+[ \t]+)?"([^"\n]+)")/gm)) {
      if (one !== undefined) yield one;
      yield* all(group ?? '', /"([^"\n]+)"/g);
    }
  },
  *rust(text) {
    for (const [, tree = ''] of text.matchAll(/^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?use[ \t]+([^;]{1,3000});/gm)) {
      for (const path of usedPaths(tree.replace(/\s+/g, ' '), 0)) yield `use:${path}`;
    }
    for (const name of all(text, /^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm)) yield `mod:${name}`;
  },
  java: (text) => all(text, /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+(?:\.\*)?)[ \t]*;/gm),
  csharp: (text) =>
    all(text, /^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?(?:\w+[ \t]*=[ \t]*)?([\w.]+)[ \t]*;/gm),
  c,
  cpp: c,
  'objective-c': c,
  ruby: (text) =>
    Array.from(
      text.matchAll(/^[ \t]*(require_relative|require|load|autoload[ \t]+:\w+,)[ \t(]*['"]([^'"\n]+)['"]/gm),
      (found) => (found[1] === 'require_relative' ? `./${found[2] ?? ''}` : (found[2] ?? '')),
    ),
  *php(text) {
    yield* all(text, /^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?\\?([\w\\]+)(?:[ \t]+as[ \t]+\w+)?[ \t]*[;,]/gm);
    yield* all(text, /\b(?:require|include)(?:_once)?\b[^;'"\n]{0,200}['"]\/?([^'"\n]{1,300})['"]/g);
  },
  shellscript: (text) => all(text, /^[ \t]*(?:source|\.)[ \t]+["']?(?:\$\{?\w+\}?\/|\$\([^)]*\)\/)?([^"'\s;&|$]+)/gm),
  css: (text) => all(text, /@import\s+(?:url\(\s*)?['"]([^'"\n]+)['"]/g),
  scss: (text) => all(text, /@(?:import|use|forward)\s+['"]([^'"\n]+)['"]/g),
  html: (text) => all(text, /<(?:script|link|img)\b[^>]{0,500}?\b(?:src|href)\s*=\s*["']([^"'\n#?]+)/gi),
  markdown: (text) => all(text, /\]\(<?([^)\s#?<>]{1,300})[)\s#?>]/g),
};

/** The first group that matched, of each match. */
function all(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (found: readonly (string | undefined)[]) => {
    return found.slice(1).find((group) => group !== undefined) ?? '';
  });
}

/** `(a, b as c, # why` is a and b. */
function namesOf(list: string): string[] {
  return list
    .replace(/#[^\n]*/g, '')
    .split(/[,()\s\\]+as\s+\w+|[,()\\\n]+/)
    .map((name) => name.trim())
    .filter((name) => /^[\w.*]+$/.test(name));
}

/** Writes a tree such as `a::{b, c::{d}}` out as `a::b` and `a::c::d`. */
function usedPaths(tree: string, depth: number): string[] {
  const open = tree.indexOf('{');
  if (open === -1 || depth > 8) return [(/^[^{},]*/.exec(tree)?.[0] ?? '').replace(/ as \w+/, '').replace(/\s/g, '')];
  const before = tree.slice(0, open).replace(/\s/g, '');
  const parts = splitTop(tree.slice(open + 1, tree.lastIndexOf('}')));
  return parts.flatMap((part) => usedPaths(part.trim(), depth + 1).map((path) => before + path));
}

/** Splits at the commas that stand in no braces. */
function splitTop(list: string): string[] {
  const parts: string[] = [];
  let level = 0;
  let start = 0;
  for (let at = 0; at <= list.length; at++) {
    const letter = list[at];
    if (letter === '{') level++;
    if (letter === '}') level--;
    if (letter !== undefined && (letter !== ',' || level !== 0)) continue;
    parts.push(list.slice(start, at));
    start = at + 1;
  }
  return parts.filter((part) => part.trim() !== '');
}
