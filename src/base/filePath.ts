const LONGEST = 300;

/** The path that a line before a block, or a header of one, names; undefined when it names none. */
export function pathInLine(line: string): string | undefined {
  if (line.length > LONGEST) return undefined;
  const text = line.trim();
  const quoted = /`([^`\s]+)`|\*\*([^*\s]+)\*\*/.exec(text);
  const named =
    /^(?:#+\s*)?(?:[-*>]\s+)?(?:\d+[.)]\s+)?(?:in|file(?:name)?|path|update|edit|create)?\s*:?\s*([^\s:]+)\s*:?$/i.exec(
      text,
    );
  return [quoted?.[1], quoted?.[2], named?.[1]].map((found) => found?.replace(/^[`*"']+|[`*"':,]+$/g, '')).find(isPath);
}

/** The path in the info string of a fence, such as `ts src/a.ts`, `ts:src/a.ts` or `js title="a.js"`. */
export function pathInInfo(info: string): string | undefined {
  const attribute = /(?:title|file(?:name)?|path)\s*[=:]\s*["']?([^"'\s}]+)/i.exec(info)?.[1];
  return [attribute, ...info.split(/[\s:,{}]+/).slice(/^\S*[/.]/.test(info) ? 0 : 1)].find(isPath);
}

/** The path in the comment that is a code block’s first line, such as `// src/a.ts` or `# file: a.py`. */
export function pathInComment(line: string): string | undefined {
  if (line.length > LONGEST) return undefined;
  const said = /^\s*(?:\/\/|#|--|\/\*|<!--|;)\s*(?:file(?:name)?\s*:|path\s*:)?\s*(\S+?)\s*(?:\*\/|-->)?\s*$/i.exec(
    line,
  );
  return [said?.[1]].find(isPath);
}

/** The path of a `---` or `+++` line; null for /dev/null. */
export function pathInHeader(text: string): string | null {
  const path = (text.split('\t', 1)[0] ?? '').trim().replace(/^"(.*)"$/, '$1');
  return path === '/dev/null' || path === '' ? null : path.replace(/^[abciow]\//, '');
}

/** True for what looks like a file and not like a word, a sentence or an address. */
function isPath(text: string | undefined): text is string {
  if (text === undefined || /^\w+:\/\//.test(text) || /[<>|*?"()]/.test(text)) return false;
  return (
    /^[\w@.~$[\]\\/+-]*[\w\])-]\.[A-Za-z]\w{0,11}$/.test(text) ||
    /^(?:[\w.@-]+\/)+[\w.@-]+$/.test(text) ||
    /^(Makefile|Dockerfile|\.\w+)$/.test(text)
  );
}
