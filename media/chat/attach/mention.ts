/** What is being typed that the menu over the input is about. */
export interface Mention {
  /** `context` after `@`, `prompt` after a slash at the beginning. */
  readonly kind: 'context' | 'prompt';
  /** Where it begins in the text, with its sign, and where the caret stands. */
  readonly start: number;
  readonly end: number;
  /** The source that is named before a colon; null without one. */
  readonly source: string | null;
  readonly typed: string;
}

/** A longer one is no name. */
const LONGEST = 500;

/** What is being typed at the caret; null where it is nothing that can be chosen. */
export function mentionAt(text: string, caret: number, sources: ReadonlySet<string>): Mention | null {
  const before = text.slice(Math.max(0, caret - LONGEST), caret);
  const offset = caret - before.length;
  const [, slash] = offset === 0 ? (/^\s*(\/\S*)$/u.exec(before) ?? []) : [];
  if (slash !== undefined) {
    return { kind: 'prompt', start: caret - slash.length, end: caret, source: null, typed: slash.slice(1) };
  }
  const [, sign] = /(?:^|[\s([{"'])(@\S*)$/u.exec(before) ?? [];
  if (sign === undefined) return null;
  const [, name, rest] = /^@([a-zA-Z]+):(.*)$/u.exec(sign) ?? [];
  const isSource = name !== undefined && rest !== undefined && sources.has(name);
  return {
    kind: 'context',
    start: caret - sign.length,
    end: caret,
    source: isSource ? name : null,
    typed: isSource ? rest : sign.slice(1),
  };
}
