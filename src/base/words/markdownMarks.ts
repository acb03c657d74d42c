/** A stretch of a text: UTF-16 offsets, end exclusive. */
export type Stretch = readonly [start: number, end: number];

/** What goes together: both ends of an emphasis, the brackets and the address of a link. */
export type Mark = readonly Stretch[];

/** A longer line is looked at only so far around what is asked for. UTF-16 units. */
const LINE = 2_000;
const fence = /^[ \t]*(`{3,}|~{3,})[^\n]*$/gm;

/** What in a line only says how it is to be drawn: the whole match where there is no group, else its groups. */
const lineMarks: readonly RegExp[] = [
  // A rule, or the line under the head of a table.
  /^[ \t]*(?:(?:[-*_][ \t]*){3,}|\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*)$/dgm,
  /^[ \t]*(?:>[ \t]?)+/dgm,
  /^[ \t]*(?:>[ \t]?)*#{1,6}[ \t]+/dgm,
  /^[ \t]*(?:>[ \t]?)*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|\d{1,9}[.)][ \t]+(\[[ xX]\][ \t]+))/dgm,
  /^[ \t]*(\|)[^\n]*$/dgm,
  /(?<=^[ \t]*\|[^\n]*)(\|)/dgm,
];
const inlineMarks: readonly RegExp[] = [
  // Links and pictures: their text stays.
  /(!?\[)(?:[^\][\n]|\[[^\][\n]*\])*(\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+"[^"\n]*")?\))/dg,
  /(\*\*|__|~~)(?=\S)(?:[^\n]*?\S)(\1)/dg,
  /(?<![\w*\\])(\*|_)(?=[^\s*_])(?:[^\n*_]*[^\s*_])(\1)(?![\w*])/dg,
  /\\(?=[!-/:-@[-`{-~])/dg,
];
const codeMarks = /(?<!`)(`{1,2})(?!`)[^\n]*?[^`\n](\1)(?!`)/dg;

/**
 * What of Markdown between two places only says how it is to be drawn: marks of headings, lists, tables and emphasis,
 * the addresses of links, the fences of code. What stands in code is left as it is.
 */
export function markdownMarks(text: string, from: number, to: number): readonly Mark[] {
  const start = Math.max(text.lastIndexOf('\n', from - 1) + 1, from - LINE);
  const lineEnd = text.indexOf('\n', to);
  const end = Math.min(lineEnd === -1 ? text.length : lineEnd, to + LINE);
  const marks: Mark[] = [];
  for (const { first, last, isCode } of sections(text, end)) {
    if (last <= start) continue;
    if (isCode) marks.push(...fencesOf(text, first, last));
    else marks.push(...marksOf(text.slice(Math.max(first, start), last), Math.max(first, start)));
  }
  return marks;
}

/** A text as it would be read, without its {@link markdownMarks}. */
export function withoutMarks(text: string): string {
  let plain = '';
  let at = 0;
  for (const [start, end] of markdownMarks(text, 0, text.length)
    .flat()
    .sort(([one], [other]) => one - other)) {
    plain += text.slice(at, Math.max(at, start));
    at = Math.max(at, end);
  }
  return plain + text.slice(at);
}

/** The text up to `end` as prose and code blocks with their fences. */
function* sections(text: string, end: number): Iterable<{ first: number; last: number; isCode: boolean }> {
  let [first, open] = [0, ''];
  for (const { 0: line, 1: marker = '', index } of text.slice(0, end).matchAll(fence)) {
    if (open === '') {
      yield { first, last: index, isCode: false };
      [first, open] = [index, marker];
    } else if (marker.startsWith(open) && line.trim() === marker) {
      yield { first, last: index + line.length, isCode: true };
      [first, open] = [index + line.length, ''];
    }
  }
  yield { first, last: end, isCode: open !== '' };
}

function fencesOf(text: string, first: number, last: number): Mark[] {
  const lines = text.slice(first, last).matchAll(fence);
  return [...lines].map(({ 0: line, index }) => [[first + index, first + index + line.length]]);
}

function marksOf(prose: string, offset: number): Mark[] {
  const inCode = [...prose.matchAll(codeMarks)].map(({ 0: { length }, index }) => [index, index + length] as const);
  const others = [...lineMarks, ...inlineMarks]
    .flatMap((pattern) => marksBy(prose, pattern))
    // A mark inside of code is none.
    .filter((mark) => !inCode.some(([from, to]) => mark.some(([start, end]) => start >= from && end <= to)));
  return [...marksBy(prose, codeMarks), ...others].map((mark) =>
    mark.map(([start, end]) => [start + offset, end + offset]),
  );
}

function marksBy(text: string, pattern: RegExp): Mark[] {
  return [...text.matchAll(pattern)].map(({ indices = [] }) => {
    const [whole, ...groups] = indices as readonly (Stretch | undefined)[];
    const own = groups.filter((group) => group !== undefined);
    return own.length > 0 || whole === undefined ? own : [whole];
  });
}
