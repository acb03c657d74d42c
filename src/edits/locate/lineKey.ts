/** A line without any white space, also the invisible kind: what is left when somebody formats it anew. */
export function lineKey(line: string): string {
  return line.replace(/[\s\u200B-\u200D\u2060\uFEFF]+/g, '');
}

/** How much a line says about where it stands: a bracket almost nothing, a statement a whole 1. */
export function lineWeight(key: string): number {
  if (key === '') return 0.02;
  const letters = key.replace(/[^\p{L}\p{N}]+/gu, '').length;
  return Math.min(1, 0.08 + letters / 20);
}

/** The white space that a line begins with. */
export function indentationOf(line: string): string {
  return /^[^\S\r\n]*/.exec(line)?.[0] ?? '';
}

/** How far an indentation reaches, a tab counting as up to the next multiple of `tabSize`. */
export function indentationWidth(indentation: string, tabSize = 4): number {
  let width = 0;
  for (const character of indentation) width += character === '\t' ? tabSize - (width % tabSize) : 1;
  return width;
}
