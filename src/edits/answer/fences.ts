import type { WorkBudget } from '../workBudget.ts';

/** A fence line of Markdown: what opens or closes a code block. */
export interface Fence {
  readonly mark: string;
  readonly indentation: number;
  /** What stands after the mark of an opening fence; empty for a closing one. */
  readonly info: string;
}

const LONGEST = 400;

/** The fence that a line is, if it is one. */
export function fenceOf(line: string): Fence | undefined {
  if (line.length > LONGEST) return undefined;
  const found = /^([ \t]{0,12})(`{3,}|~{3,})([^`]*)$/.exec(line);
  if (found === null) return undefined;
  return { mark: found[2] ?? '', indentation: (found[1] ?? '').length, info: (found[3] ?? '').trim() };
}

/**
 * The row of the line that closes the block opened at `open`; undefined when none does. A fence with an
 * info string inside opens a block of its own, as in a Markdown file that was answered whole; one that is
 * indented further belongs to the code.
 */
export function closingFence(lines: readonly string[], open: number, work: WorkBudget): number | undefined {
  const opening = fenceOf(lines[open] ?? '');
  if (opening === undefined) return undefined;
  let depth = 1;
  for (let row = open + 1; row < lines.length; row++) {
    const fence = fenceOf(lines[row] ?? '');
    work.spend(1);
    if (fence === undefined || fence.indentation > opening.indentation || !fence.mark.startsWith(opening.mark))
      continue;
    depth += fence.info === '' ? -1 : 1;
    if (depth === 0) return row;
  }
  return undefined;
}
