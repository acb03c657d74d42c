import { fenceOf } from '../answer/fences.ts';
import { gapMarker } from '../answer/gapMarker.ts';
import { readCodeBlock } from '../code/codeBlock.ts';
import { diffLines } from '../lineDiff.ts';
import { FileLines } from '../locate/fileLines.ts';
import { indentationOf, indentationWidth, lineKey, lineWeight } from '../locate/lineKey.ts';
import { WorkBudget } from '../workBudget.ts';

/** The lines that an answer is to replace, and what stands around them. */
export interface EditedPart {
  /** Tells the language. */
  readonly path: string;
  readonly lines: readonly string[];
  /** The nearest lines above, in order. */
  readonly above: readonly string[];
  readonly below: readonly string[];
}

/** What an answer has said so far. */
export type EditAnswer =
  /** Nothing that is code, yet. */
  | { readonly kind: 'none' }
  /** New lines for the part, as far as they have come. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** A diff, search and replace, or code with “… existing code …”: its place has to be found first. */
  | { readonly kind: 'patch' };

/** So much of what was written, by weight, has to be in the part for text without a fence to be code. */
const LEAST_SHARED = 0.5;

/** Reads a model’s answer to “give these lines anew”, while it comes or when it is over. */
export function readEditAnswer(answer: string, part: EditedPart, isOver: boolean): EditAnswer {
  const written = answer.split(/\r\n|\n|\r/);
  // The last line may still grow.
  if (!isOver) written.pop();
  const isNew = (line: string): boolean => !part.lines.includes(line);
  const inFence = fencedLines(written);
  if (inFence === null && isOver && written.some((line) => patchHead.test(line) && isNew(line)))
    return { kind: 'patch' };
  const code = inFence ?? (isOver ? unfenced(written, part) : null);
  if (code === null) return { kind: 'none' };
  const isPatch = (line: string): boolean => patchHead.test(line) || gapMarker(line) === 'certain';
  if (code.some((line) => isPatch(line) && isNew(line))) return { kind: 'patch' };
  return { kind: 'lines', lines: asPart(code, part) };
}

/**
 * What the part is to look like while its new lines still come: those there are, then the old lines that they have
 * not reached.
 */
export function partWhileComing(part: readonly string[], come: readonly string[]): readonly string[] {
  const last = diffLines(part, come, new WorkBudget()).at(-1);
  if (last?.oldEnd !== part.length) return come;
  return [...come, ...part.slice(last.oldStart)];
}

function fencedLines(lines: readonly string[]): readonly string[] | null {
  const open = lines.findIndex((line) => fenceOf(line) !== undefined);
  const fence = fenceOf(lines[open] ?? '');
  if (fence === undefined) return null;
  const isEnd = (line: string): boolean => {
    const other = fenceOf(line);
    return other?.info === '' && other.mark.startsWith(fence.mark) && other.indentation <= fence.indentation;
  };
  const body = lines.slice(open + 1);
  const end = body.findIndex(isEnd);
  return end < 0 ? body : body.slice(0, end);
}

function unfenced(lines: readonly string[], part: EditedPart): readonly string[] | null {
  const keys = lines.map(lineKey);
  const known = new Set(part.lines.map(lineKey));
  const weight = (some: readonly string[]): number => some.reduce((sum, key) => sum + lineWeight(key), 0);
  const shared = weight(keys.filter((key) => key !== '' && known.has(key)));
  return shared > 0 && shared >= LEAST_SHARED * weight(keys) ? lines : null;
}

const patchHead =
  /^(?:<{5,9}|-{5,9}) ?(?:SEARCH|ORIGINAL)\b|^@@ |^diff --git |^\*\*\* (?:Begin|Update)|^<(?:search|old_str)>/i;

/** Without what stands around the part, and indented as the part is. */
function asPart(code: readonly string[], part: EditedPart): readonly string[] {
  const lines = withoutSurroundings(code, part);
  const file = new FileLines(part.lines.join('\n'), new WorkBudget());
  const block = part.lines.some((line) => line.trim() !== '') ? readCodeBlock(lines, part.path, file) : null;
  return indentedAs(block?.lines ?? lines, part.lines);
}

/** Models like to repeat what they were shown: of an answer that goes beyond the part only the part counts. */
function withoutSurroundings(code: readonly string[], { lines, above, below }: EditedPart): readonly string[] {
  const own = new Set(lines.map(lineKey));
  const telling = (around: readonly string[]): string[] =>
    around.map(lineKey).filter((key) => lineWeight(key) > 0.2 && !own.has(key));
  const [before, after] = [telling(above).at(-1), telling(below)[0]];
  const keys = code.map(lineKey);
  const start = before === undefined ? -1 : keys.indexOf(before);
  const end = after === undefined ? -1 : keys.indexOf(after, start + 1);
  const gapAbove = above.slice(above.findLastIndex((line) => lineKey(line) === before) + 1);
  const gapBelow = below.slice(
    0,
    below.findIndex((line) => lineKey(line) === after),
  );
  let [from, to] = [start < 0 ? 0 : start + 1, end < 0 ? code.length : end];
  // Also what tells nothing by itself, blank lines and brackets, between there and the part.
  if (start >= 0) for (const line of gapAbove) if (keys[from] === lineKey(line)) from++;
  if (end >= 0) for (const line of gapBelow.toReversed()) if (to > from && keys[to - 1] === lineKey(line)) to--;
  if (start >= 0 && end < 0) {
    const shift = widthOf(code[start] ?? '') - widthOf(above.findLast((line) => lineKey(line) === before) ?? '');
    to -= repeatedAtEnd(code.slice(from, to), below, shift);
  }
  return code.slice(from, to);
}

/** How many lines at the end are those that stand below, closing brackets as a rule, indented by so much more. */
function repeatedAtEnd(code: readonly string[], below: readonly string[], shift: number): number {
  const isSame = (line: string, other: string): boolean =>
    lineKey(line) === lineKey(other) && (line.trim() === '' || widthOf(line) - shift === widthOf(other));
  for (let count = Math.min(code.length, below.length); count > 0; count--) {
    if (code.slice(-count).every((line, at) => isSame(line, below[at] ?? ''))) return count;
  }
  return 0;
}

function widthOf(line: string): number {
  return indentationWidth(indentationOf(line));
}

/** Moved to the right where all lines stand further left than the least indented of the part. */
function indentedAs(lines: readonly string[], part: readonly string[]): readonly string[] {
  // Where nothing stands yet, the cursor does.
  const [own, wanted] = [leastIndentation(lines), leastIndentation(part) ?? indentationOf(part[0] ?? '')];
  if (own === null || !wanted.startsWith(own) || own === wanted) return lines;
  const missing = wanted.slice(own.length);
  return lines.map((line) => (line.trim() === '' ? line : missing + line));
}

function leastIndentation(lines: readonly string[]): string | null {
  const all = lines.filter((line) => line.trim() !== '').map(indentationOf);
  return all.sort((left, right) => left.length - right.length)[0] ?? null;
}
