import type { FileLines } from './fileLines.ts';
import { indentationOf, indentationWidth, lineKey } from './lineKey.ts';

/** True when a line that begins like `heading` stands above the row and the row is inside of what it opens. */
export function isUnder(heading: string, row: number, file: FileLines): boolean {
  const key = lineKey(heading);
  let width = Infinity;
  for (let above = row - 1; above >= 0 && width > 0; above--) {
    const own = file.key(above);
    file.work.spend(1);
    if (own === '' || closing.test(own)) continue;
    const ownWidth = indentationWidth(indentationOf(file.line(above)));
    if (ownWidth >= width) continue;
    width = ownWidth;
    if (own.startsWith(key)) return true;
  }
  return file.key(row).startsWith(key);
}

/** Ends of a head over several lines, labels and preprocessor lines stand further left than what is in the scope. */
const closing = /^[)\]}]|^#(if|el|end|define|undef|include|pragma)|^(public|private|protected|default|case.*):$|^\w+:$/;
