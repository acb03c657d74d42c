import { FileLines } from './locate/fileLines.ts';
import type { Hunk } from './proposedChange.ts';
import type { ResolvedChange, ResolvedHunk } from './resolvedChange.ts';
import { resolveHunks } from './resolveHunks.ts';
import { diffLines } from './lineDiff.ts';
import { applyTextEdits } from './textEdit.ts';
import type { WorkBudget } from './workBudget.ts';

/**
 * Makes search/replace blocks one after another, for one may be written for what those before it make. Null
 * when that does not help either. All that overlaps becomes one hunk, for none of it can stand alone.
 */
export function resolveInTurn(
  hunks: readonly Hunk[],
  resolved: readonly ResolvedHunk[],
  text: string,
  work: WorkBudget,
): ResolvedChange | null {
  const isWorth = hunks.length > 1 && hunks.length <= 50 && hunks.every(({ form }) => form === 'search');
  if (!isWorth || resolved[0]?.kind === 'refused' || resolved.some(isAmbiguous)) return null;
  let current = text;
  for (const hunk of hunks) {
    const steps = resolveHunks([hunk], new FileLines(current, work));
    for (const step of steps) {
      if (step.kind === 'refused') return null;
      // A place that has to be guessed twice over is none.
      if (step.kind === 'located' && step.by !== 'exact text') return null;
      if (step.kind === 'located') current = applyTextEdits(current, step.edits);
    }
  }
  const file = new FileLines(text, work);
  const newer = new FileLines(current, work);
  const edits = diffLines(file.text.lines, newer.text.lines, work).map(({ oldStart, oldEnd, newStart, newEnd }) =>
    file.text.toTextEdit({ startRow: oldStart, endRow: oldEnd, newLines: newer.text.lines.slice(newStart, newEnd) }),
  );
  if (applyTextEdits(text, edits) !== current) return null;
  const [first, last] = [edits[0], edits.at(-1)];
  if (first === undefined || last === undefined) {
    return { kind: 'nothing to do', hunks: resolved, message: 'The file is already as the change wants it.' };
  }
  const answerLine = hunks[0]?.answerLine ?? 1;
  const lineAt = (offset: number): number => text.slice(0, offset).split(/\r\n|\n|\r/).length;
  const place = { startLine: lineAt(first.start), endLine: lineAt(Math.max(first.start, last.end - 1)) };
  const one: ResolvedHunk = { kind: 'located', answerLine, by: 'exact text', certainty: 1, ...place, edits };
  return { kind: 'edits', hunks: [one], edits };
}

function isAmbiguous(hunk: ResolvedHunk): boolean {
  return hunk.kind === 'refused' && hunk.reason === 'ambiguous';
}
