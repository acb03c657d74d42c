/** What turns the direction of what follows: it makes a name, or code, look other than it is. */
const turning = /[\u202a-\u202e\u2066-\u2069]/gu;
const unseen = /[\u202a-\u202e\u2066-\u2069\p{Cc}]/gu;

/** How VS Code’s editor shows a character that is not seen. */
function shown(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** A name of a file or the like, in one line, as it is: what would make it look like another one can be read. */
export function visibleName(name: string): string {
  return name.replaceAll(unseen, shown);
}

/** Code in pieces: what turns the direction of what follows stands apart, with what is to be shown of it. */
export function turningPieces(
  code: string,
): readonly (string | { readonly character: string; readonly shown: string })[] {
  const pieces = [];
  let at = 0;
  for (const { 0: character, index } of code.matchAll(turning)) {
    if (index > at) pieces.push(code.slice(at, index));
    pieces.push({ character, shown: shown(character) });
    at = index + 1;
  }
  return at < code.length ? [...pieces, code.slice(at)] : pieces;
}
