import { plural, t } from '../base/texts.ts';
import { resolveCode } from './code/resolveCode.ts';
import { FileLines } from './locate/fileLines.ts';
import { looksSpoilt } from './locate/repairs.ts';
import type { ProposedChange } from './proposedChange.ts';
import type { RefusalReason, ResolvedChange, ResolvedHunk } from './resolvedChange.ts';
import { resolveHunks } from './resolveHunks.ts';
import { resolveInTurn } from './resolveInTurn.ts';
import type { SyntaxReader } from './syntaxReader.ts';
import { type TextEdit, applyTextEdits } from './textEdit.ts';
import { OutOfWork, WorkBudget } from './workBudget.ts';

/** A version of a file that a change is to be made in: its text as it is, with the line ends that it has. */
export interface EditedDocument {
  /** Tells the language; relative or absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * Finds out which edits a change comes to in a document. Nothing is written: the caller checks that the
 * document still is that version, then makes the edits, all or those of some hunks. Where a place is not
 * certain the change is refused with a sentence that says why. Never throws for anything in its input.
 */
export async function resolveChange(
  change: ProposedChange,
  document: EditedDocument,
  syntax: SyntaxReader | null,
  work = new WorkBudget(),
): Promise<ResolvedChange> {
  if (change.problem !== null) return refusal([], 'incomplete', change.problem);
  try {
    const file = new FileLines(document.text, work);
    switch (change.kind) {
      case 'hunks': {
        const hunks = resolveHunks(change.hunks, file);
        const all = summary(hunks);
        if (hunks.some((hunk) => hunk.kind === 'refused' && hunk.reason === 'spoilt')) {
          // What is valid both as it is and mended may be meant either way.
          const readings = (['leave', 'mend'] as const).map((how) => summary(resolveHunks(change.hunks, file, how)));
          const valid: ResolvedChange[] = [];
          for (const made of readings) if ((await isValid(made, document, syntax)) === true) valid.push(made);
          return (valid.length === 1 ? valid[0] : undefined) ?? all;
        }
        const made = all.kind === 'refused' ? (resolveInTurn(change.hunks, hunks, document.text, work) ?? all) : all;
        return await checked(made, document, syntax);
      }
      case 'code':
        return await checked(summary(await resolveCode(change, document.path, file, syntax)), document, syntax);
      case 'new file': {
        if (change.lines.join('\n').trimEnd() === file.text.lines.join('\n').trimEnd()) return summary([]);
        if (file.keys.some((key) => key !== '')) {
          return refusal(
            [],
            'not for this file',
            t('The patch is for a new file, and there is one of this name already.'),
          );
        }
        const edit = file.text.toTextEdit({ startRow: 0, endRow: file.count, newLines: change.lines });
        const { answerLine } = change;
        const hunk = { kind: 'located', answerLine, by: 'whole file', certainty: 1, startLine: 1, endLine: 0 } as const;
        return summary([{ ...hunk, edits: [edit] }]);
      }
      case 'deletion':
        return refusal([], 'not for this file', t('The patch deletes the file. Delete it yourself if that is meant.'));
      case 'move':
        return refusal(
          [],
          'not for this file',
          t('The patch moves the file. Move it yourself, then apply the patch to it.'),
        );
    }
  } catch (error) {
    if (!(error instanceof OutOfWork)) throw error;
    return refusal([], 'too large', t('The file and the change are too large to be compared.'));
  }
}

/** Several changes of one document in one: all of them, or none. */
export function combine(changes: readonly ResolvedChange[]): ResolvedChange {
  const refused = changes.find(({ kind }) => kind === 'refused');
  if (refused?.kind === 'refused') return refused;
  return summary(changes.flatMap(({ hunks }) => hunks));
}

/** All hunks in one: their edits when each has its place, else why not. */
function summary(hunks: readonly ResolvedHunk[]): ResolvedChange {
  const refusals = hunks.flatMap((hunk, at) => (hunk.kind === 'refused' ? [{ ...hunk, at }] : []));
  const [first] = refusals;
  if (first !== undefined) {
    const which = hunks.length > 1 ? `${t('Part {0} of {1}:', first.at + 1, hunks.length)} ` : '';
    const more =
      refusals.length > 1
        ? ` ${plural(refusals.length - 1, '{0} more of its parts has no certain place.', '{0} more of its parts have no certain place.')}`
        : '';
    return refusal(hunks, first.reason, which + first.message + more);
  }
  const edits = sortedEdits(hunks);
  if (edits === null) return refusal(hunks, 'overlap', t('Two parts of the change want the same lines.'));
  if (edits.length === 0)
    return { kind: 'nothing to do', hunks, message: t('The file is already as the change wants it.') };
  return { kind: 'edits', hunks, edits };
}

/** Rising, each once; null when two of them overlap. */
function sortedEdits(hunks: readonly ResolvedHunk[]): readonly TextEdit[] | null {
  const all = hunks.flatMap((hunk) => (hunk.kind === 'located' ? hunk.edits : []));
  const edits: TextEdit[] = [];
  for (const edit of all.sort((left, right) => left.start - right.start || left.end - right.end)) {
    const last = edits.at(-1);
    // A hunk that was given twice is meant once.
    if (last?.start === edit.start && last.end === edit.end && last.newText === edit.newText) continue;
    if (last !== undefined && (edit.start < last.end || edit.start === last.start)) return null;
    edits.push(edit);
  }
  return edits;
}

function refusal(hunks: readonly ResolvedHunk[], reason: RefusalReason, message: string): ResolvedChange {
  return { kind: 'refused', hunks, reason, message };
}

/**
 * Where a place was not found by the exact text, or the new text looks spoilt, a file that was valid must stay
 * so: what is not is a sign of lines that went or stayed by mistake.
 */
async function checked(
  change: ResolvedChange,
  document: EditedDocument,
  syntax: SyntaxReader | null,
): Promise<ResolvedChange> {
  if (change.kind !== 'edits' || syntax === null) return change;
  const isSpoilt = looksSpoilt(change.edits.map(({ newText }) => newText));
  if (!isSpoilt && change.hunks.every((hunk) => hunk.kind !== 'located' || hunk.by === 'exact text')) return change;
  if ((await isValid(change, document, syntax)) !== false) return change;
  return refusal(
    change.hunks,
    'broken result',
    t('With the change the file would no longer be valid code, so a part seems to be missing.'),
  );
}

/** Whether the file is still valid after the change; null where the grammar does not understand it as it is. */
async function isValid(
  change: ResolvedChange,
  document: EditedDocument,
  syntax: SyntaxReader | null,
): Promise<boolean | null> {
  if (change.kind !== 'edits' || syntax === null) return null;
  const before = await syntax.read(document.path, document.text);
  if (before === null) return null;
  const after = await syntax.read(document.path, applyTextEdits(document.text, change.edits));
  const isWorse = after === null || after.errors > before.errors;
  if (before.errors === 0) return !isWorse;
  // Of a file that the grammar does not understand anyway only spoilt characters tell.
  return isWorse && looksSpoilt(change.edits.map(({ newText }) => newText)) ? false : null;
}
