const LONGEST_CYCLE = 8;
/** Of letters and digits: as much is hardly written twice in a row. */
const TELLING_CHARACTERS = 12;

/**
 * How many lines at the end repeat those before them, and so do not belong; null where none does. What says little, and
 * every single line, has to come three times: two alike stand together in honest code.
 */
export function repeatedLines(lines: readonly string[]): number | null {
  // The same closing bracket at the same indentation closes nothing.
  const last = lines.at(-1) ?? '';
  if (lines.length > 1 && /^\s*(?:[)\]}]|"{3}|'{3})/.test(last) && last === lines.at(-2)) return 1;
  for (let cycle = 1; cycle <= LONGEST_CYCLE && 2 * cycle <= lines.length; cycle++) {
    if (!isRepeated(lines, cycle, 1)) continue;
    const said = lines
      .slice(-cycle)
      .join('')
      .replace(/[^\p{L}\p{N}]+/gu, '').length;
    if (cycle > 1 && said >= TELLING_CHARACTERS) return cycle;
    const isSaying = said > 0 || (cycle === 1 && last.trim() !== '' && last === lines.at(-2) && last === lines.at(-3));
    if (isSaying && isRepeated(lines, cycle, 2)) return 2 * cycle;
  }
  return null;
}

/** The last `cycle` lines say again what stood there, as often as `times`. */
function isRepeated(lines: readonly string[], cycle: number, times: number): boolean {
  if (lines.length < cycle * (times + 1)) return false;
  for (let back = 1; back <= cycle * times; back++) {
    if (lines.at(-back)?.trim() !== lines.at(-back - cycle)?.trim()) return false;
  }
  return true;
}
