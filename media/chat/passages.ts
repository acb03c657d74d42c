import type { ContextPassage } from '../../src/protocol/store.ts';
import { visibleName } from './visibleText.ts';

/** Path and lines of a passage, as people write them: `src/a.ts:10-20`. */
export function placeOf({ path, startLine, endLine }: ContextPassage): string {
  return `${path}:${linesOf({ startLine, endLine })}`;
}

/** `10-20`, or `10` for a single line. */
export function linesOf({ startLine, endLine }: Pick<ContextPassage, 'startLine' | 'endLine'>): string {
  return endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
}

/** A passage's file apart from its folder, for lists where the name matters most. */
export function splitPath(path: string): { readonly name: string; readonly directory: string } {
  const shown = visibleName(path);
  const cut = shown.lastIndexOf('/');
  return { name: shown.slice(cut + 1), directory: shown.slice(0, Math.max(0, cut)) };
}
