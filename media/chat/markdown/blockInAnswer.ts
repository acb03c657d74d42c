/** So many lines above a code block may say which file it is for. */
const LINES_ABOVE = 4;

/**
 * The Markdown of a code block with its fences and what stands right above it, for that may name the file that the
 * code is for. `nth` counts the blocks of the same code in the answer, from 0.
 */
export function blockInAnswer(answer: string, code: string, language: string, nth: number): string {
  const text = answer.replaceAll(/\r\n?/g, '\n');
  let start = -1;
  for (let count = 0; count <= nth; count++) {
    start = text.indexOf(`\n${code}`, start + 1);
    if (start < 0) return fenced(code, language);
  }
  const lines = text.slice(0, start).split('\n');
  const open = lines.at(-1) ?? '';
  const mark = /^[ \t]*(`{3,}|~{3,})/.exec(open)?.[1];
  if (mark === undefined) return fenced(code, language);
  // What belongs to the block before is not about this one.
  const above = lines.slice(-1 - LINES_ABOVE, -1);
  const own = above.slice(above.findLastIndex((line) => /^[ \t]*(?:`{3,}|~{3,})/.test(line)) + 1);
  return [...own, open.trimStart(), code, mark].join('\n');
}

function fenced(code: string, language: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}
