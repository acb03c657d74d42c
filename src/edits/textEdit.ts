import { SextantError } from '../base/errors.ts';

/** A replacement in a text. Offsets count UTF-16 code units of the text that it was made for, as VS Code does. */
export interface TextEdit {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly newText: string;
}

/** The text with the edits made. They must rise and not overlap; throws when they do not fit the text. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let next = 0;
  for (const { start, end, newText } of edits) {
    if (start < next || end < start || end > text.length) {
      throw new SextantError('internal', 'The edits do not fit the text that they are made in.');
    }
    parts.push(text.slice(next, start), newText);
    next = end;
  }
  parts.push(text.slice(next));
  return parts.join('');
}
