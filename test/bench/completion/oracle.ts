import { pick, randomFrom } from '../apply/random.ts';
import type { Position } from './positions.ts';

/** What a model does besides answering right. */
export const styles = ['runs on', 'loops', 'invents', 'fences', 'echoes', 'ragged'] as const;
export type Style = (typeof styles)[number];

const LONGEST_RUN = 1500;

/** What a model that knows the true text says in one of the styles. `others` are positions in other files of the language. */
export function answerOf(position: Position, style: Style, others: readonly Position[]): string {
  const { prefix, middle, suffix } = position;
  const on = suffix.slice(0, LONGEST_RUN);
  switch (style) {
    case 'runs on':
      return middle + on;
    case 'loops':
      return middle + repeated(middle, indentOf(prefix));
    case 'invents':
      return middle + restOfBlock(position) + invented(position, others);
    case 'fences':
      return `\`\`\`${position.file.languageId}\n${middle}\n\`\`\`\n\nThis completes the code by adding the missing part. Let me know if you need more!`;
    case 'echoes':
      return lastLines(prefix, 1 + (middle.length % 4)) + middle + on;
    case 'ragged':
      return ragged(middle + on, prefix.slice(-4000) + suffix);
  }
}

/** The last line, or the last two where there are some, again and again. */
function repeated(middle: string, indent: string): string {
  const lines = middle.split('\n');
  const count = lines.length > 4 ? 2 : 1;
  const last = lines.slice(-count);
  if (lines.length === 1) last[0] = indent + (last[0] ?? '');
  return `\n${last.join('\n')}`.repeat(30);
}

/** What follows the gap up to the next blank line: the closing lines, if there are any. */
function restOfBlock({ suffix }: Position): string {
  const [rest = '', ...below] = suffix.split('\n');
  const end = below.findIndex((line) => line.trim() === '');
  const closing = below.slice(0, end === -1 ? 3 : Math.min(end, 3)).filter((line) => /^\s*[)\]}]/.test(line));
  return [rest, ...closing].join('\n');
}

/** Code of another file, at the indentation of the cursor's line, behind a blank line. */
function invented(position: Position, others: readonly Position[]): string {
  const random = randomFrom(`${position.file.name} ${position.prefix.length}`);
  const other = pick(random, others);
  const indent = indentOf(position.prefix);
  const lines = (lastLines(other.prefix, 1) + other.middle).split('\n');
  const own = indentOf(`\n${lines[0] ?? ''}x`);
  return `\n\n${lines.map((line) => (line.startsWith(own) ? indent + line.slice(own.length) : line)).join('\n')}\n`;
}

/** CRLF, white space at the ends of lines, and tabs for spaces or the other way round. */
function ragged(text: string, file: string): string {
  const hasTabs = /^\t/m.test(file);
  // The step from a line that opens a block to the next.
  const steps = [...file.matchAll(/^( *)\S.*[:{]\n\1( +)\S/gm)].map((match) => match[2] ?? '');
  const step = steps.sort((a, b) => a.length - b.length)[Math.floor(steps.length / 2)];
  return text
    .split('\n')
    .map((line, at) => {
      const [indent = ''] = /^[ \t]*/.exec(line) ?? [];
      if (at === 0) return line;
      const spaces = step === undefined ? indent : indent.replaceAll(step, '\t');
      const swapped = hasTabs ? indent.replaceAll('\t', '    ') : spaces;
      return `${swapped}${line.slice(indent.length)}${at % 3 === 0 ? '  ' : ''}`;
    })
    .join('\r\n');
}

function indentOf(prefix: string): string {
  return /^[ \t]*/.exec(prefix.slice(prefix.lastIndexOf('\n') + 1))?.[0] ?? '';
}

/** The end of a text from the start of one of its last lines. */
function lastLines(text: string, count: number): string {
  return text.split('\n').slice(-count).join('\n');
}
