/** A path with lines, as people and models write them: `src/a.ts`, `a.ts:10`, `src/a.ts:10-20`, `a.ts#L10-L20`. */
const place =
  /^(?:\.\/)?((?:[\w@.+~-]+\/)*[\w@.+~-]*\.[A-Za-z]\w{0,11}|(?:[\w@.+-]+\/)+[\w@.+-]+)(?:(?::|#L)(\d{1,7})(?:(?:-L?|:)(\d{1,7}))?)?$/u;
/** A name that looks like code: with a capital inside, an underscore, a dot or a call. */
const symbol = /^(?:[A-Za-z_$][\w$]*(?:\.|::|#))*[A-Za-z_$][\w$]*(?:\(\))?$/u;
const codeLike = /[a-z][A-Z]|_|\.|::|#|\(\)$|^[A-Z][a-z]+[A-Z]?/u;

/** Whether the workspace is to be asked what a piece of code in a sentence, or the address of a link, stands for. */
export function isPlaceName(text: string): boolean {
  if (text.length < 3 || text.length > 200) return false;
  return place.test(text) || (symbol.test(text) && codeLike.test(text));
}
