import type { SyntaxReader } from '../../../src/edits/syntaxReader.ts';
import type { EditPair } from './corpus.ts';
import { diffDamages, hunkDamages, wrappings } from './damage.ts';
import {
  asAbbreviated,
  asEnvelope,
  asSearchBlocks,
  asUnifiedDiff,
  draftHunks,
  linesOf,
  oldLines,
  rightHeader,
} from './draft.ts';
import { type Random, pick, randomFrom } from './random.ts';

/** What an answer wants to do to a file, and what has to come of it. */
export interface ApplyCase {
  readonly name: string;
  readonly path: string;
  readonly format: 'search/replace' | 'unified diff' | 'envelope' | 'whole file' | 'abbreviated' | 'definition';
  readonly language: string;
  readonly damages: readonly string[];
  readonly file: string;
  readonly answer: string;
  /** The diff alone, without what an answer has around it: for programs that take nothing else. */
  readonly plainDiff: string | null;
  /** The text that is right; null where the only right thing is to change nothing. */
  readonly expected: string | null;
}

const formats = ['search/replace', 'unified diff', 'envelope', 'whole file', 'abbreviated', 'definition'] as const;
const CASES_PER_PAIR = 5;

/** The cases of one real edit, always the same ones in the same round. */
export async function casesOf(
  pair: EditPair,
  others: readonly EditPair[],
  syntax: SyntaxReader,
  round: number,
): Promise<ApplyCase[]> {
  const cases: ApplyCase[] = [];
  for (let number = 0; number < CASES_PER_PAIR; number++) {
    const random = randomFrom(`${pair.name} ${round * CASES_PER_PAIR + number}`);
    const made = number === CASES_PER_PAIR - 1 ? trap(pair, others, random) : await edit(pair, random, syntax);
    if (made !== null)
      cases.push({
        ...made,
        name: `${pair.name} #${round * CASES_PER_PAIR + number} ${made.format}: ${made.damages.join(', ')}`,
      });
  }
  return cases;
}

type Made = Omit<ApplyCase, 'name'>;

async function edit(pair: EditPair, random: Random, syntax: SyntaxReader): Promise<Made | null> {
  const { before, after, language } = pair;
  const format = pick(random, [
    ...formats,
    'search/replace',
    'unified diff',
    'search/replace',
    'unified diff',
  ] as const);
  const path = pathOf(pair);
  const damages: string[] = [];
  const wrap = (block: string, label: string): string => {
    const name = pick(random, Object.keys(wrappings));
    const isCode = format === 'whole file' || format === 'abbreviated' || format === 'definition';
    const used = name === 'bare' && isCode && random() < 0.7 ? 'fenced' : name;
    damages.push(used);
    return wrappings[used]!(block, label, path);
  };
  const common = { path, format, language, damages };
  switch (format) {
    case 'whole file': {
      let code = linesOf(after).join('\n');
      if (random() < 0.25) code = spoilCode(code, random, damages);
      return vary({ ...common, file: before, answer: wrap(code, language), plainDiff: null, expected: after }, random);
    }
    case 'abbreviated': {
      let code = asAbbreviated(before, after, language, 1 + Math.floor(random() * 3), random);
      if (random() < 0.25) code = spoilCode(code, random, damages);
      return vary({ ...common, file: before, answer: wrap(code, language), plainDiff: null, expected: after }, random);
    }
    case 'definition': {
      const code = await changedDefinition(pair, syntax);
      if (code === null) return null;
      return vary({ ...common, file: before, answer: wrap(code, language), plainDiff: null, expected: after }, random);
    }
    case 'search/replace':
    case 'unified diff':
    case 'envelope': {
      const hunks = draftHunks(before, after, 2 + Math.floor(random() * 3));
      const wanted = random() < 0.15 ? 0 : random() < 0.7 ? 1 : 2;
      for (let tries = 0; damages.length < wanted && tries < 20; tries++) {
        const name = pick(random, Object.keys(hunkDamages));
        // Without any indentation little can be right: it is one damage of many, and not one of each case.
        if (damages.includes(name) || (name === 'no indentation' && random() < 0.6)) continue;
        const isGeneral = /indent|tabs|step|trailing|quotes|entities/.test(name);
        const chosen = isGeneral ? hunks : [pick(random, hunks)];
        const spoilt = chosen.map((hunk) => hunkDamages[name]!(hunk, random));
        if (spoilt.includes(true)) damages.push(name);
      }
      if (hunks.length > 1 && random() < 0.15) {
        hunks.reverse();
        damages.push('other order');
      }
      if (hunks.length > 0 && random() < 0.04) {
        hunks.push(hunks[0]!);
        damages.push('a hunk twice');
      }
      if (format === 'search/replace') {
        const block = asSearchBlocks(hunks, random);
        return vary(
          { ...common, file: before, answer: wrap(block, language), plainDiff: null, expected: after },
          random,
        );
      }
      if (format === 'envelope') {
        const block = asEnvelope(hunks, path, before);
        return vary({ ...common, file: before, answer: wrap(block, 'diff'), plainDiff: null, expected: after }, random);
      }
      let diff = asUnifiedDiff(hunks, path, rightHeader);
      if (random() < 0.7) {
        const name = pick(random, Object.keys(diffDamages));
        diff = diffDamages[name]!(diff, random);
        damages.push(name);
      }
      // Outside a code block nobody could tell a line without its mark from prose.
      const answer = damages.some((name) => /unmarked|counts/.test(name)) ? fence(diff, damages) : wrap(diff, 'diff');
      return vary({ ...common, file: before, answer, plainDiff: diff, expected: after }, random);
    }
  }
}

function fence(diff: string, damages: string[]): string {
  damages.push('fenced');
  return wrappings['fenced']!(diff, 'diff', '');
}

function pathOf(pair: EditPair): string {
  return pair.name.split('/').slice(-3).join('/');
}

function spoilCode(code: string, random: Random, damages: string[]): string {
  const hunk = { lines: code.split('\n').map((text) => ({ kind: 'keep' as const, text })), oldStart: 1, newStart: 1 };
  const name = pick(random, ['trailing spaces', 'tabs as spaces', 'spaces as tabs', 'indented further']);
  if (hunkDamages[name]!(hunk, random)) damages.push(name);
  return hunk.lines.map(({ text }) => text).join('\n');
}

/** The file itself may be of another kind, or have been changed elsewhere since. */
function vary(made: Made, random: Random): Made {
  const { expected } = made;
  const both = (name: string, change: (text: string) => string): Made => ({
    ...made,
    damages: [...made.damages, name],
    file: change(made.file),
    expected: expected === null ? null : change(expected),
  });
  const kind = random();
  if (kind < 0.07) return both('file with CRLF', (text) => text.replace(/\n/g, '\r\n'));
  if (kind < 0.11) return both('file with BOM', (text) => `\uFEFF${text}`);
  // Where only one of the two ends with a blank line, nothing would say that the line end is to go.
  const endsAlike = made.file.endsWith('\n\n') === (expected ?? made.file).endsWith('\n\n');
  if (kind < 0.15 && endsAlike) return both('file without final line end', (text) => text.replace(/(?<!\n)\n$/, ''));
  if (kind >= 0.15 && kind < 0.22 && !/whole|bbrev/.test(made.format)) {
    const lines = Array.from(
      { length: 3 + Math.floor(random() * 20) },
      (_, at) => `// Another line that came in between: ${at}.`,
    );
    return both('file has more at its top', (text) => `${lines.join('\n')}\n${text}`);
  }
  return made;
}

/** A change that is inside one definition of the file, given as that definition alone. */
async function changedDefinition({ name, before, after }: EditPair, syntax: SyntaxReader): Promise<string | null> {
  const [older, newer] = await Promise.all([syntax.read(name, before), syntax.read(name, after)]);
  if (older === null || newer === null) return null;
  const oldText = linesOf(before);
  const newText = linesOf(after);
  for (const definition of newer.definitions) {
    const same = older.definitions.filter(({ symbol }) => symbol === definition.symbol);
    const length = definition.endRow - definition.startRow;
    if (same.length !== 1 || length < 2 || length > 80) continue;
    const { leadingRow, endRow } = same[0]!;
    const code = newText.slice(definition.leadingRow, definition.endRow + 1);
    const made = [...oldText.slice(0, leadingRow), ...code, ...oldText.slice(endRow + 1)];
    if (made.join('\n') === newText.join('\n')) return code.join('\n');
  }
  return null;
}

/** An answer of which nothing must come: cut off, for another file, made already, or with a part left out. */
function trap(pair: EditPair, others: readonly EditPair[], random: Random): Made | null {
  const { before, after, language } = pair;
  const path = pathOf(pair);
  const common = { path, language, plainDiff: null, expected: null };
  const hunks = draftHunks(before, after, 3);
  const cut = (text: string): string => text.slice(0, Math.floor(text.length * (0.3 + random() * 0.6)));
  switch (pick(random, ['cut off', 'cut off', 'another file', 'made already', 'left out', 'repeated'] as const)) {
    case 'cut off': {
      const format = pick(random, ['search/replace', 'whole file', 'unified diff'] as const);
      const blocks = {
        'search/replace': () => asSearchBlocks(hunks.slice(0, 1), random),
        'whole file': () => linesOf(after).join('\n'),
      };
      const block = format === 'unified diff' ? asUnifiedDiff(hunks.slice(0, 1), path, rightHeader) : blocks[format]();
      return { ...common, format, damages: ['cut off'], file: before, answer: `\`\`\`${language}\n${cut(block)}` };
    }
    case 'another file': {
      const same = others.filter((other) => other.language === language && other.name !== pair.name);
      const other = pick(random, same.length > 0 ? same : others);
      const drafts = draftHunks(other.before, other.after, 3);
      // Files of one project begin alike: what fits by its lines is no trap.
      if (drafts.some((hunk) => before.includes(oldLines(hunk).join('\n')))) return null;
      const format = pick(random, ['search/replace', 'unified diff', 'whole file', 'abbreviated'] as const);
      const code =
        format === 'whole file' ? other.after : asAbbreviated(other.before, other.after, language, 2, random);
      const fenced = `\`\`\`${language}\n${code}\n\`\`\`\n`;
      const diff =
        format === 'unified diff' ? asUnifiedDiff(drafts, path, rightHeader) : asSearchBlocks(drafts, random);
      const answer = format === 'whole file' || format === 'abbreviated' ? fenced : diff;
      return { ...common, format, damages: ['for another file'], file: before, answer };
    }
    case 'made already': {
      const format = pick(random, ['search/replace', 'unified diff'] as const);
      const block = format === 'unified diff' ? asUnifiedDiff(hunks, path, rightHeader) : asSearchBlocks(hunks, random);
      return { ...common, format, damages: ['made already'], file: after, answer: block };
    }
    case 'left out': {
      // A whole file in which twenty lines of the middle are left out without a word.
      const lines = linesOf(after);
      if (lines.length < 80) return null;
      const from = 20 + Math.floor(random() * (lines.length - 60));
      if (!before.includes(lines.slice(from, from + 20).join('\n'))) return null;
      lines.splice(from, 20);
      const answer = `\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\n`;
      return { ...common, format: 'whole file', damages: ['lines left out'], file: before, answer };
    }
    case 'repeated': {
      // The file has the lines a second time.
      const drafts = draftHunks(before, after, 2).slice(0, 1);
      const block = asSearchBlocks(drafts, random);
      return {
        ...common,
        format: 'search/replace',
        damages: ['place there twice'],
        file: `${before}\n${before}`,
        answer: block,
      };
    }
  }
}
