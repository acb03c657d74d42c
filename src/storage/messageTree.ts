import { ownConversation } from './owned.ts';
import type { Scope } from './scope.ts';

interface Node {
  readonly id: string;
  readonly parent_id: string | null;
  readonly created_at: number;
}

/** The messages of a conversation as a tree, without what they say. */
export class MessageTree {
  readonly #nodes = new Map<string, Node>();
  readonly #children = new Map<string | null, string[]>();

  constructor(nodes: readonly Node[]) {
    for (const node of nodes.toSorted(byAge)) {
      this.#nodes.set(node.id, node);
      const siblings = this.#children.get(node.parent_id);
      if (siblings === undefined) this.#children.set(node.parent_id, [node.id]);
      else siblings.push(node.id);
    }
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  /** The message and those beside it, oldest first. */
  siblings(id: string): readonly string[] {
    const node = this.#nodes.get(id);
    return node === undefined ? [] : (this.#children.get(node.parent_id) ?? []);
  }

  /** The message and everything under it; each before what is under it. */
  under(id: string): string[] {
    const found = [id];
    for (const each of found) found.push(...(this.#children.get(each) ?? []));
    return found;
  }

  /** Null for a first question. */
  parent(id: string): string | null {
    return this.#nodes.get(id)?.parent_id ?? null;
  }

  /** The leaf under the message that came last; the message itself when nothing follows it. */
  newestLeaf(id: string): string {
    return this.newest(this.under(id).filter((each) => !this.#children.has(each))) ?? id;
  }

  /** The one that came last. */
  newest(ids: readonly string[]): string | null {
    const nodes = ids.flatMap((id) => this.#nodes.get(id) ?? []);
    return nodes.toSorted(byAge).at(-1)?.id ?? null;
  }
}

export async function readTree(scope: Scope, conversationId: string): Promise<MessageTree> {
  const nodes = await scope.database
    .selectFrom('messages')
    .select(['id', 'parent_id', 'created_at'])
    .where('conversation_id', '=', ownConversation(scope, conversationId))
    .execute();
  return new MessageTree(nodes);
}

/** The message and those beside it, oldest first. */
export async function readSiblings(
  scope: Scope,
  message: { readonly id: string; readonly parent_id: string | null; readonly conversation_id: string },
): Promise<readonly string[]> {
  // By the index of parents alone this would look at the first questions of all conversations.
  if (message.parent_id === null) return (await readTree(scope, message.conversation_id)).siblings(message.id);
  const nodes = await scope.database
    .selectFrom('messages')
    .select(['id', 'parent_id', 'created_at'])
    .where('parent_id', '=', message.parent_id)
    .where('conversation_id', '=', ownConversation(scope, message.conversation_id))
    .execute();
  return new MessageTree(nodes).siblings(message.id);
}

/** Oldest first; a question comes before the answer that was begun with it. */
export function byAge(one: Node, other: Node): number {
  const age = one.created_at - other.created_at;
  if (age !== 0) return age;
  if (one.parent_id === other.id) return 1;
  return other.parent_id === one.id || one.id < other.id ? -1 : 1;
}
