import type { JSX } from 'preact';
import type { TextRange } from './rows.ts';

/** A text with what was found in it marked. */
export function Highlighted({ text, ranges }: { text: string; ranges: readonly TextRange[] }): JSX.Element {
  const pieces: (JSX.Element | string)[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from < at || to <= from) continue;
    pieces.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {pieces}
      {text.slice(at)}
    </>
  );
}
