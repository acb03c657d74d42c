/**
 * The text up to the first of `stops`, for servers that take fewer of them than were given, or none. Pieces pass as
 * they come, but for an end that may be the beginning of one.
 */
export async function* untilStop(
  pieces: AsyncIterable<string>,
  stops: readonly string[],
): AsyncGenerator<string, void, undefined> {
  const longest = Math.max(0, ...stops.map((stop) => stop.length));
  let held = '';
  for await (const piece of pieces) {
    held += piece;
    const found = stops.map((stop) => held.indexOf(stop)).filter((at) => at !== -1);
    if (found.length > 0) {
      const kept = held.slice(0, Math.min(...found));
      if (kept !== '') yield kept;
      return;
    }
    const passed = held.length - beginningOfStop(held, stops, longest);
    if (passed > 0) yield held.slice(0, passed);
    held = held.slice(passed);
  }
  if (held !== '') yield held;
}

/** How many characters at the end of `text` may be the beginning of a stop. */
function beginningOfStop(text: string, stops: readonly string[], longest: number): number {
  for (let length = Math.min(text.length, longest - 1); length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
