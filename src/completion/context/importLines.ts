import type { Cut, Lines } from './cutSnippet.ts';

/** How far down the imports of a file are looked for, and how many lines of them are taken. */
const LINES_READ = 200;
const MOST_LINES = 60;

const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import\b|(?:pub(?:\([^)]*\))?\s+)?(?:use\s|extern crate\s|mod\s+\w+;)|using\s|#\s*include\b|#\s*import\b|require(?:_relative)?\b|(?:const|let|var)\s.*=\s*require\(|package\s|namespace\s[\w.\\]+;|@import\b|local\s.*=\s*require\b|export\s.*\sfrom\s)/;

/** The lines at the head of a file that say what it imports, also those that spread over several; null without any. */
export function importLines(lines: Lines): Cut | null {
  const taken: string[] = [];
  let start: number | null = null;
  let open = 0;
  for (let at = 0; at < Math.min(lines.count, LINES_READ) && taken.length < MOST_LINES; at++) {
    const line = lines.at(at).slice(0, 500);
    if (open <= 0 && !IMPORT.test(line)) continue;
    start ??= at;
    taken.push(line);
    open = Math.max(0, open + count(line, /[({]/g) - count(line, /[)}]/g));
  }
  return start === null ? null : { start, text: taken.join('\n') };
}

function count(line: string, pattern: RegExp): number {
  return line.match(pattern)?.length ?? 0;
}
