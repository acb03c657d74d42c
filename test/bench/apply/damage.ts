import type { DraftHunk } from './draft.ts';
import { type Random, pick } from './random.ts';

/** Spoils a hunk as models do; false when there is nothing in it to spoil in this way. */
export type HunkDamage = (hunk: DraftHunk, random: Random) => boolean;

type Lines = DraftHunk['lines'];

function kept(lines: Lines, test: (text: string) => boolean): number[] {
  return [...lines.keys()].filter((at) => lines[at]!.kind === 'keep' && test(lines[at]!.text));
}

function rewrite(hunk: DraftHunk, change: (text: string) => string): boolean {
  const before = hunk.lines.map(({ text }) => text).join('\n');
  hunk.lines = hunk.lines.map((line) => ({ ...line, text: change(line.text) }));
  return before !== hunk.lines.map(({ text }) => text).join('\n');
}

/** What happens to the lines of a hunk. */
export const hunkDamages: Readonly<Record<string, HunkDamage>> = {
  'renamed context': (hunk, random) => {
    const places = kept(hunk.lines, (text) => /[A-Za-z_]{5,}/.test(text));
    if (places.length === 0) return false;
    const at = pick(random, places);
    const names = [...hunk.lines[at]!.text.matchAll(/[A-Za-z_]{5,}/g)];
    const name = pick(random, names);
    const other = pick(random, [`${name[0]}Value`, `my_${name[0]}`, name[0].slice(0, -2), `${name[0]}2`]);
    const { text } = hunk.lines[at]!;
    hunk.lines[at] = {
      kind: 'keep',
      text: text.slice(0, name.index) + other + text.slice(name.index + name[0].length),
    };
    return true;
  },
  'missing line': (hunk, random) => {
    // Between two changes, or beside one at the end of a hunk, it would be another change.
    const isEnd = (at: number): boolean =>
      hunk.lines.slice(0, at).every(({ kind }) => kind !== 'keep') ||
      hunk.lines.slice(at + 1).every(({ kind }) => kind !== 'keep');
    const changesBeside = (at: number): number =>
      [hunk.lines[at - 1], hunk.lines[at + 1]].filter((line) => (line?.kind ?? 'keep') !== 'keep').length;
    const all = kept(hunk.lines, (text) => text.trim() !== '');
    const places = all.filter((at) => changesBeside(at) === 0 || (changesBeside(at) === 1 && !isEnd(at)));
    if (all.length < 3 || places.length === 0) return false;
    hunk.lines.splice(pick(random, places), 1);
    return true;
  },
  'missing blank line': (hunk, random) => {
    const isBeside = (at: number): boolean => [at - 1, at + 1].some((other) => hunk.lines[other]?.kind === 'add');
    const places = kept(hunk.lines, (text) => text.trim() === '').filter((at) => !isBeside(at));
    if (places.length === 0) return false;
    hunk.lines.splice(pick(random, places), 1);
    return true;
  },
  'invented line': (hunk, random) => {
    const at = random() < 0.5 ? 0 : hunk.lines.length;
    const like = hunk.lines[at === 0 ? 0 : at - 1]!.text;
    const text =
      /^\s*/.exec(like)![0] +
      pick(random, ['// Make sure that the state is valid.', 'validateState(options);', '# see above']);
    hunk.lines.splice(at, 0, { kind: 'keep', text });
    return true;
  },
  dedented: (hunk) => {
    const widths = hunk.lines.filter(({ text }) => text.trim() !== '').map(({ text }) => /^[ \t]*/.exec(text)![0]);
    const least = widths.reduce((least, width) => (width.length < least.length ? width : least), widths[0] ?? '');
    if (least === '' || !widths.every((width) => width.startsWith(least))) return false;
    return rewrite(hunk, (text) => text.slice(least.length));
  },
  'indented further': (hunk) => rewrite(hunk, (text) => (text.trim() === '' ? text : `    ${text}`)),
  'tabs as spaces': (hunk) => rewrite(hunk, (text) => text.replace(/^\t+/, (tabs) => '    '.repeat(tabs.length))),
  'spaces as tabs': (hunk) => {
    const full = hunk.lines.filter(({ text }) => text.trim() !== '');
    const widths = full.map(({ text }) => /^ */.exec(text)![0].length).filter((width) => width > 0);
    const unit = widths.every((width) => width % 4 === 0) ? 4 : 2;
    if (widths.length === 0 || widths.some((width) => width % unit !== 0)) return false;
    return rewrite(hunk, (text) => text.replace(/^ +/, (spaces) => '\t'.repeat(spaces.length / unit)));
  },
  'other step': (hunk) => {
    const widths = hunk.lines.map(({ text }) => /^ */.exec(text)![0].length).filter((width) => width > 0);
    if (widths.length === 0 || hunk.lines.some(({ text }) => text.startsWith('\t'))) return false;
    const from = widths.every((width) => width % 4 === 0) ? 4 : 2;
    if (widths.some((width) => width % from !== 0)) return false;
    return rewrite(hunk, (text) =>
      text.replace(/^ +/, (spaces) => ' '.repeat((spaces.length / from) * (from === 4 ? 2 : 4))),
    );
  },
  'no indentation': (hunk) => rewrite(hunk, (text) => text.trimStart()),
  'trailing spaces': (hunk) => rewrite(hunk, (text) => `${text}  `),
  'spaces in lines': (hunk, random) => {
    const places = kept(hunk.lines, (text) => /\S [=(:{]/.test(text));
    if (places.length === 0) return false;
    const at = pick(random, places);
    hunk.lines[at] = { kind: 'keep', text: hunk.lines[at]!.text.replace(/(\S) ([=(:{])/, '$1  $2').replace(/, /, ',') };
    return true;
  },
  'escaped quotes': (hunk) => rewrite(hunk, (text) => text.replace(/"/g, '\\"')),
  'HTML entities': (hunk) => rewrite(hunk, escapeHtml),
  'typographic quotes': (hunk) =>
    rewrite(hunk, (text) => text.replace(/'([^']*)'/g, '‘$1’').replace(/"([^"]*)"/g, '“$1”')),
  'left-out middle': (hunk) => {
    for (let at = 1; at < hunk.lines.length - 1; at++) {
      let end = at;
      while (end < hunk.lines.length - 1 && hunk.lines[end]!.kind === 'keep') end++;
      if (hunk.lines[at - 1]!.kind === 'keep' && end - at >= 4) {
        hunk.lines.splice(at, end - at - 1, { kind: 'keep', text: '...' });
        return true;
      }
    }
    return false;
  },
};

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** What happens to the numbers and marks of a diff. */
export const diffDamages: Readonly<Record<string, (diff: string, random: Random) => string>> = {
  'wrong line numbers': (diff, random) => {
    const shift = Math.floor(random() * 60) - 25;
    return diff.replace(
      /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@/gm,
      (_all, old: string, a: string, newer: string, b: string) => {
        const moved = (line: string): number => Math.max(1, Number(line) + shift);
        return `@@ -${moved(old)},${a} +${moved(newer)},${b} @@`;
      },
    );
  },
  'wrong counts': (diff, random) =>
    diff.replace(/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@/gm, (_all, old: string, a: string) => {
      const start = Math.max(1, Number(old) + Math.floor(random() * 9) - 4);
      return `@@ -${start},${Number(a) + 1 + Math.floor(random() * 3)} +${start},${Number(a) + 3} @@`;
    }),
  'no numbers': (diff, random) => diff.replace(/^@@ .* @@/gm, pick(random, ['@@ ... @@', '@@', '@@ @@'])),
  'no file header': (diff) => diff.replace(/^--- .*\n\+\+\+ .*\n/, ''),
  'unmarked context': (diff) =>
    diff
      .split('\n')
      .map((line) => (/^ (?![-+@ ]?$)/.test(line) && !/^ [-+@]/.test(line) ? line.slice(1) : line))
      .join('\n'),
  'unmarked blank lines': (diff) => diff.replace(/^ $/gm, ''),
};

/** How an answer wraps a block. */
export const wrappings: Readonly<Record<string, (block: string, language: string, path: string) => string>> = {
  bare: (block) => `${block}\n`,
  fenced: (block, language) => `\`\`\`${language}\n${block}\n\`\`\`\n`,
  'fenced, with prose': (block, language, path) =>
    `Sure! Here is the change to \`${path}\` that you asked for:\n\n\`\`\`${language}\n${block}\n\`\`\`\n\nThis makes the function safer. Let me know if you need anything else!\n`,
  'path above': (block, language, path) => `${path}\n\`\`\`${language}\n${block}\n\`\`\`\n`,
  'path in the fence': (block, language, path) => `I changed this:\n\n\`\`\`${language}:${path}\n${block}\n\`\`\``,
  'long fence': (block, language) => `Here:\n\n\`\`\`\`${language}\n${block}\n\`\`\`\`\n`,
  CRLF: (block, language) => `\`\`\`${language}\n${block}\n\`\`\`\n`.replace(/\n/g, '\r\n'),
};
