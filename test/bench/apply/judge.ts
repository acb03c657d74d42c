import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import type { SyntaxReader } from '../../../src/edits/syntaxReader.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';
import type { ApplyCase } from './cases.ts';

/** What came of a case. A refusal is never wrong, and right only where nothing must be done. */
export type Verdict = 'right' | 'refused' | 'wrong';

/** Applies a case as the chat and the CLI do. */
export async function judge(each: ApplyCase, syntax: SyntaxReader): Promise<{ verdict: Verdict; why: string }> {
  // The mark at the start of a file is no part of its text, neither in the editor nor for the CLI.
  const mark = each.file.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = each.file.slice(mark.length);
  const resolved = await resolveAnswer(each.answer, { path: each.path, text }, syntax);
  if (resolved.kind !== 'edits') {
    const isRight = each.expected === null || each.expected === each.file;
    return { verdict: isRight ? 'right' : 'refused', why: resolved.message };
  }
  const result = mark + applyTextEdits(text, resolved.edits);
  return { verdict: result === each.expected ? 'right' : 'wrong', why: result };
}
