import type { CursorText } from './promptWindow.ts';

/** A cursor position in one state of one document, for one model. */
export interface Place extends CursorText {
  /** `provider/model`. */
  readonly model: string;
  /** Of the document. */
  readonly uri: string;
  /** UTF-16 units between the start of the document and the cursor. */
  readonly offset: number;
}

/** The most characters an editor adds behind the cursor by itself, for `({[` and the like. */
const AUTO_CLOSED_CHARACTERS = 3;

/**
 * What was typed between two places: the text that turns `before` into `now` when it is inserted at
 * the cursor. Undefined when anything else near the cursor is different. Brackets and quotes that
 * the editor closed by itself behind the cursor do not count as a difference.
 */
export function typedBetween(before: Place, now: Place): string | undefined {
  const length = now.offset - before.offset;
  if (before.model !== now.model || before.uri !== now.uri || length < 0 || length > now.prefix.length)
    return undefined;
  const common = now.prefix.slice(0, now.prefix.length - length);
  // Windows are cut at different lines, so the shorter one decides how far back can be compared.
  const samePrefix =
    common.length > before.prefix.length ? common.endsWith(before.prefix) : before.prefix.endsWith(common);
  if (!samePrefix || (common === '') !== (before.prefix === '')) return undefined;
  const autoClosed = length === 0 ? 0 : AUTO_CLOSED_CHARACTERS;
  for (let added = 0; added <= autoClosed; added++) {
    if (sameStart(before.suffix, now.suffix.slice(added))) return now.prefix.slice(common.length);
    if (!/[)\]}>"'`]/.test(now.suffix.charAt(added))) return undefined;
  }
  return undefined;
}

function sameStart(a: string, b: string): boolean {
  if ((a === '') !== (b === '')) return false;
  return a.length > b.length ? a.startsWith(b) : b.startsWith(a);
}
