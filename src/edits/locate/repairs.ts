import type { Hunk, HunkLine } from '../proposedChange.ts';

/** One reading of a hunk; `damage` is what was mended in it. */
export interface HunkForm {
  readonly lines: readonly HunkLine[];
  readonly damage: Damage | null;
}

/** The hunk as it can be read, and what it may have been before something on its way spoilt it; likeliest first. */
export function repairs(hunk: Hunk): { readonly asWritten: readonly HunkForm[]; readonly mended: readonly HunkForm[] } {
  const asWritten = [hunk.lines];
  // Lines that stay were written without the space that marks them.
  if (hunk.form === 'diff') {
    asWritten.push(hunk.lines.map((line) => (line.kind === 'keep' ? { ...line, text: unmark(line.text) } : line)));
  }
  const all = hunk.lines.map(({ text }) => text).join('\n');
  const mended = damages
    .filter(({ spoilt }) => spoilt.test(all))
    .flatMap((damage) =>
      asWritten.map((lines) => ({ damage, lines: lines.map((line) => ({ ...line, text: damage.mend(line.text) })) })),
    );
  return { asWritten: asWritten.map((lines) => ({ damage: null, lines })), mended };
}

/** The hunk with every line mended. */
export function mendHunk(hunk: Hunk, { spoilt, mend }: Damage): Hunk {
  if (!spoilt.test(hunk.lines.map(({ text }) => text).join('\n'))) return hunk;
  return { ...hunk, lines: hunk.lines.map((line) => ({ ...line, text: mend(line.text) })) };
}

/**
 * What seems to have spoilt new lines that have characters such as typographic quotes or `&lt;` of which the file
 * has only the sound ones; null where nothing does.
 */
export function whollySpoilt(added: readonly string[], file: string): Damage | null {
  const text = added.join('\n');
  const found = kinds.find(({ bad, good, isSure }) => {
    if (!bad.test(text) || bad.test(file)) return false;
    return isSure ? !good.test(text.replace(allOf(bad), '')) : good.test(file);
  });
  return found === undefined ? null : (damages.find(({ spoilt }) => spoilt.test(text)) ?? null);
}

/** `isSure` is what no code has of itself. */
const kinds: readonly { readonly bad: RegExp; readonly good: RegExp; readonly isSure: boolean }[] = [
  { bad: /[\u2018\u2019\u201C\u201D]/, good: /["']/, isSure: false },
  { bad: /\\"/, good: /"/, isSure: true },
  { bad: /&(?:lt|gt|amp|quot);/, good: /[<>&]/, isSure: false },
];

function allOf({ source }: RegExp): RegExp {
  return new RegExp(source, 'g');
}

/** True when text has signs of something that spoils it on its way, so that it may not be what was meant. */
export function looksSpoilt(lines: readonly string[]): boolean {
  const all = lines.join('\n');
  return damages.some(({ spoilt }) => spoilt.test(all));
}

/** A line as it was before its first space was taken for a mark. */
export function unmark(text: string): string {
  return text.startsWith(' ') ? ` ${text}` : text;
}

/** Something that spoils characters on their way from the model. */
export interface Damage {
  readonly spoilt: RegExp;
  readonly mend: (text: string) => string;
}

const damages: readonly Damage[] = [
  { spoilt: /&(lt|gt|amp|quot|#39|#x27|apos);/, mend: unescapeHtml },
  { spoilt: /\\["'`$]/, mend: (text) => text.replace(/\\(["'`$])/g, '$1') },
  { spoilt: /\\["\\/]/, mend: (text) => text.replace(/\\(["\\/])/g, '$1').replace(/\\t/g, '\t') },
  { spoilt: /\\[_*[\]()#<>{}.!~|+-]/, mend: (text) => text.replace(/\\([_*[\]()#<>{}.!~|+-])/g, '$1') },
  { spoilt: /[\u2018\u2019\u201C\u201D\u2013\u2014\u00A0]/, mend: plainCharacters },
  { spoilt: /^[ \t]*\d+[ \t]*[|:\t│]/m, mend: (text) => text.replace(/^\s*\d+\s*[|:\t│] ?/, '') },
  { spoilt: /^> ?/m, mend: (text) => text.replace(/^> ?/, '') },
];

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#x27': "'",
};

function unescapeHtml(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|#39|#x27|apos);/g, (_all, name: string) => entities[name] ?? '');
}

function plainCharacters(text: string): string {
  return text
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201C\u201D]/g, '"')
    .replace(/[\u2013\u2014]/g, '-')
    .replace(/\u00A0/g, ' ');
}
