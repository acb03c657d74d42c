import { diffLines } from '../lineDiff.ts';
import type { FileLines } from '../locate/fileLines.ts';
import { lineWeight } from '../locate/lineKey.ts';
import type { RowsEdit } from '../textLines.ts';
import type { CodeBlock } from './codeBlock.ts';
import { type CodeEdits, forgottenLines, lostDefinition } from './codeEdits.ts';

/** So much of the file, by weight of its lines, has to be in the block for it to be the file. */
const LEAST_KEPT = 0.5;

const comment = /^\s*(?:\/\/|\/?\*|#|--|<!--|;|@\w)/;

/** Takes the block as the whole file; null when it looks like a part of it or like another file. */
export function wholeFileEdits(block: CodeBlock, file: FileLines): CodeEdits | null {
  const trimmed = file.text.lines.map((line) => line.trimEnd());
  const edits: RowsEdit[] = [];
  let kept = 0;
  let row = 0;
  const weight = (from: number, to: number): number =>
    file.keys.slice(from, to).reduce((sum, key) => sum + lineWeight(key), 0);
  const newer = block.lines.map((line) => line.trimEnd());
  for (const { oldStart, oldEnd, newStart, newEnd } of diffLines(trimmed, newer, file.work)) {
    kept += weight(row, oldStart);
    row = oldEnd;
    // Blank lines around the block are not the block’s to say.
    const isEdge = newStart === newEnd && (oldEnd === file.count || oldStart === 0);
    const gone = file.keys.slice(oldStart, oldEnd).filter((key) => key !== '').length;
    if (isEdge && gone === 0) continue;
    // What begins later or ends earlier than the file is a part of it.
    if (isEdge && gone > (oldStart === 0 ? 1 : 0)) return null;
    // Who gives a function anew often leaves out the comment above it, and does not mean it to go.
    if (isEdge && file.text.lines.slice(oldStart, oldEnd).some((line) => comment.test(line))) return null;
    edits.push({ startRow: oldStart, endRow: oldEnd, newLines: block.lines.slice(newStart, newEnd) });
  }
  kept += weight(row, file.count);
  const share = kept / Math.max(weight(0, file.count), 0.01);
  if (share < LEAST_KEPT) return null;
  const forgotten = forgottenLines(edits, file);
  if (forgotten !== null) return { kind: 'refused', reason: 'incomplete', message: forgotten };
  const lost = lostDefinition([{ startRow: 0, endRow: file.count, newLines: block.lines }], file);
  if (lost !== null) return { kind: 'refused', reason: 'incomplete', message: lost };
  return { kind: 'edits', edits, certainty: share };
}
