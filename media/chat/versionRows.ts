import { withoutMarks } from '../../src/base/words/markdownMarks.ts';
import type { MessageNode } from '../../src/protocol/library.ts';

/** A stretch of a conversation without branches. */
export interface VersionRow {
  /** The message that it begins with. */
  readonly id: string;
  readonly role: MessageNode['role'];
  /** How it begins, as it would be read. */
  readonly preview: string;
  readonly count: number;
  /** How many branchings lie above it. */
  readonly depth: number;
  /** Whether it is a part of what is shown. */
  readonly isShown: boolean;
}

/** The tree of a conversation, each stretch before those that branch off at its end. */
export function versionRows(nodes: readonly MessageNode[], shownIds: ReadonlySet<string>): VersionRow[] {
  const children = new Map<string | null, MessageNode[]>();
  for (const node of nodes) {
    const beside = children.get(node.parentId);
    if (beside === undefined) children.set(node.parentId, [node]);
    else beside.push(node);
  }
  const rows: VersionRow[] = [];
  const first = children.get(null) ?? [];
  const open = first.map((node) => ({ node, depth: first.length > 1 ? 1 : 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    let count = 1;
    let below = children.get(node.id) ?? [];
    for (let only = below[0]; below.length === 1 && only !== undefined; only = below[0]) {
      count += 1;
      below = children.get(only.id) ?? [];
    }
    const { id, role, preview } = node;
    rows.push({ id, role, preview: withoutMarks(preview), count, depth, isShown: shownIds.has(id) });
    open.push(...below.map((child) => ({ node: child, depth: depth + 1 })).reverse());
  }
  return rows;
}
