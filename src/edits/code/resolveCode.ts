import type { FileLines } from '../locate/fileLines.ts';
import type { ProposedChange } from '../proposedChange.ts';
import type { RefusalReason, ResolvedHunk } from '../resolvedChange.ts';
import type { SyntaxReader } from '../syntaxReader.ts';
import { abbreviatedEdits } from './abbreviated.ts';
import { type CodeBlock, readCodeBlock } from './codeBlock.ts';
import type { CodeEdits } from './codeEdits.ts';
import { definitionEdits } from './definitions.ts';
import { wholeFileEdits } from './wholeFile.ts';

type CodeChange = Extract<ProposedChange, { kind: 'code' }>;

/** How a code block was laid over the file. */
type Reading = 'whole file' | 'syntax' | 'similar text';

/** Finds out what a code block wants to be in the file: all of it, parts of it, or definitions of it. */
export async function resolveCode(
  change: CodeChange,
  path: string,
  file: FileLines,
  syntax: SyntaxReader | null,
): Promise<ResolvedHunk[]> {
  const { answerLine } = change;
  const refuse = (reason: RefusalReason, message: string): ResolvedHunk[] => [
    { kind: 'refused', answerLine, reason, message },
  ];
  const block = readCodeBlock(change.lines, path, file);
  if (block === null)
    return refuse('incomplete', 'The code is indented in another way, so that its place cannot be told.');
  if (block.keys.every((key) => key === '')) return refuse('incomplete', 'The code block is empty.');
  const { by, result } = await readingOf(block, path, file, syntax);
  if (result.kind === 'refused') return refuse(result.reason, result.message);
  return result.edits.map((edit) => ({
    kind: 'located',
    answerLine,
    by,
    certainty: Math.min(1, result.certainty),
    startLine: edit.startRow + 1,
    endLine: edit.endRow,
    edits: [file.text.toTextEdit(edit)],
  }));
}

async function readingOf(
  block: CodeBlock,
  path: string,
  file: FileLines,
  syntax: SyntaxReader | null,
): Promise<{ readonly by: Reading; readonly result: CodeEdits }> {
  if (block.isGap.includes(true)) return { by: 'similar text', result: abbreviatedEdits(block, file) };
  if (file.keys.every((key) => key === '')) {
    const edit = { startRow: 0, endRow: file.count, newLines: block.lines };
    return { by: 'whole file', result: { kind: 'edits', edits: [edit], certainty: 1 } };
  }
  const whole = wholeFileEdits(block, file);
  if (whole !== null) return { by: 'whole file', result: whole };
  const [blockOutline, fileOutline] = await Promise.all([
    syntax?.read(path, block.lines.join('\n')),
    syntax?.read(path, file.text.lines.join('\n')),
  ]);
  if (blockOutline !== null && blockOutline !== undefined && fileOutline !== null && fileOutline !== undefined) {
    const defined = definitionEdits(block, blockOutline, fileOutline, file);
    if (defined !== null) return { by: 'syntax', result: defined };
  }
  return { by: 'similar text', result: abbreviatedEdits(block, file) };
}
