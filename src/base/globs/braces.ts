/** Writes `{a,b}c` out as `ac` and `bc`. A brace that is not closed stands for itself. */
export function alternatives(glob: string): string[] {
  let whole = [glob];
  for (;;) {
    const next = whole.flatMap((text) => {
      // The innermost first, so that nothing in it has braces of its own.
      const found = /\{([^{}]*)\}/.exec(text);
      if (found === null) return [text];
      const before = text.slice(0, found.index);
      const after = text.slice(found.index + found[0].length);
      return (found[1] ?? '').split(',').map((choice) => before + choice + after);
    });
    if (next.length === whole.length && next.every((text, index) => text === whole[index])) return whole;
    whole = next.slice(0, MAX_ALTERNATIVES);
  }
}

/** Braces can stand in braces: more alternatives than this nobody means. */
const MAX_ALTERNATIVES = 200;
