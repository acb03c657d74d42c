/** How sure it is that a line stands for code that was left out. */
export type GapMarker = 'certain' | 'possible';

const LONGEST = 120;

/**
 * Tells whether a line stands for what was left out: `// ... existing code ...` in any comment syntax is
 * certain, a bare `...` possible, for Python has a statement that looks like it. Undefined for any other.
 */
export function gapMarker(line: string): GapMarker | undefined {
  const text = line.trim();
  if (text === '' || text.length > LONGEST) return undefined;
  if (text === '...' || text === '…') return 'possible';
  const said = withoutComment(text);
  if (said === undefined) return dotted.test(text) && words.test(text) && !/[;{}=]/.test(text) ? 'certain' : undefined;
  if (/^(\.{3,}|…)$/.test(said)) return 'certain';
  if (dotted.test(said)) return words.test(said) ? 'certain' : undefined;
  return plainWords.test(said) ? 'certain' : undefined;
}

/** What the comment says that the line consists of; undefined when it is none. */
function withoutComment(text: string): string | undefined {
  for (const [open, close] of comments) {
    if (!text.startsWith(open)) continue;
    const inner = text.slice(open.length);
    if (close === '') return inner.replace(/^[/#;*%!-]+/, '').trim();
    if (inner.endsWith(close)) return inner.slice(0, inner.length - close.length).trim();
  }
  return undefined;
}

const comments: readonly (readonly [open: string, close: string])[] = [
  ['{/*', '*/}'],
  ['/*', '*/'],
  ['<!--', '-->'],
  ['(*', '*)'],
  ['{-', '-}'],
  ['"""', '"""'],
  ['//', ''],
  ['#', ''],
  ['--', ''],
  [';', ''],
  ['%', ''],
  ['* ', ''],
];

const dotted = /^(\.{3}|…)|(\.{3}|…)$/;
const words =
  /\b(existing|rest|remain\w*|unchanged|same|previous|other|omitted|keep|above|below|before|here|code|methods?|functions?|imports?|lines?|implementation|as is)\b/i;
const plainWords =
  /^(\(?(the )?(rest|remainder) of (the|this|your) \w+( \w+)?|existing (code|methods|functions|imports|implementation)|(other|remaining) (code|methods|functions|imports|lines)|(code|rest|everything else|all else)( (above|below|here))?)( (is|are|remains?|stays?|goes))*( (unchanged|the same|as is|as before|here|omitted))*\)?\.?$/i;
