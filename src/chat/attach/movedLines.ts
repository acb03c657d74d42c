/** Lines, counted from 0, the last inclusive. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** A change of a document: the lines it replaces, as they were, and how many line ends it puts there. */
export interface LineChange {
  readonly first: number;
  readonly last: number;
  /** Where it begins in its first line. */
  readonly firstColumn: number;
  readonly newLineEnds: number;
}

/**
 * Where lines are after changes, each of which is as the document was before all of them (as VS Code tells them):
 * what is typed inside grows with them, what is typed before moves them; deleted, one line is left.
 */
export function movedLines(lines: Lines, changes: readonly LineChange[]): Lines {
  let { first, last } = lines;
  for (const change of changes.toSorted((a, b) => b.first - a.first || b.firstColumn - a.firstColumn)) {
    const grown = change.newLineEnds - (change.last - change.first);
    const isBefore = change.last < first || (change.last === first && change.first < first);
    const endsAtStart = change.first === first && change.firstColumn === 0 && change.last === first;
    if (isBefore || (endsAtStart && change.newLineEnds > 0)) {
      first = Math.max(change.first, first + grown);
      last = Math.max(first, last + grown);
    } else if (change.first <= last) {
      first = Math.min(first, change.first);
      last = Math.max(first, Math.max(last, change.last) + grown);
    }
  }
  return { first, last };
}
