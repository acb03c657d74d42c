import type { MessageOutline } from '../../src/protocol/store.ts';

export type Jump = 'first' | 'previous' | 'next' | 'last';

/** The question that a jump leads to from a message that is at the top of what is in sight; undefined where none is. */
export function questionAt(rows: readonly MessageOutline[], from: number, jump: Jump): MessageOutline | undefined {
  const questions = [...rows.entries()].filter(([, { role }]) => role === 'user');
  switch (jump) {
    case 'first':
      return questions[0]?.[1];
    case 'previous':
      return questions.findLast(([at]) => at < from)?.[1];
    case 'next':
      return questions.find(([at]) => at > from)?.[1];
    case 'last':
      return questions.at(-1)?.[1];
  }
}

/** The jump that a key stands for: Alt with the arrows up and down, Home and End. */
export function jumpOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): Jump | undefined {
  if (!altKey || ctrlKey || metaKey || shiftKey) return undefined;
  return ({ ArrowUp: 'previous', ArrowDown: 'next', Home: 'first', End: 'last' } as const)[key];
}
