import { indentationUnit } from './fileLines.ts';
import { indentationOf, lineKey } from './lineKey.ts';

/** A line as the patch has it and as it stands in the file. */
export interface LinePair {
  readonly patch: string;
  readonly file: string;
}

/** Gives a new line the indentation that it has to have in the file; null when that cannot be told. */
export type Reindent = (line: string) => string | null;

/**
 * Learns from lines that the patch and the file both have how the file indents what the patch indents
 * otherwise: by a shift, by tabs for spaces or by another step. `patchLines` are all lines of the patch,
 * `unit` is what the file indents with.
 */
export function learnReindent(
  pairs: readonly LinePair[],
  patchLines: readonly string[],
  unit: string | null,
): Reindent {
  const known = new Map<string, string | null>();
  for (const { patch, file } of pairs) {
    if (lineKey(patch) === '') continue;
    const from = indentationOf(patch);
    const to = indentationOf(file);
    known.set(from, known.has(from) && known.get(from) !== to ? null : to);
  }
  const isSame = [...known].every(([from, to]) => from === to);
  if (!isSame && isFlat(patchLines)) return () => null;
  const withoutEnd = learnTrailing(pairs);
  const rule = learnRule([...known], patchLines, unit);
  return (line) => {
    if (lineKey(line) === '') return '';
    const from = indentationOf(line);
    const to = known.has(from) ? known.get(from) : rule(from);
    return to === null || to === undefined ? null : to + withoutEnd(line.slice(from.length));
  };
}

/** Takes from the end of a line the white space that the patch has there and the file has not. */
function learnTrailing(pairs: readonly LinePair[]): (text: string) => string {
  const full = pairs.filter(({ patch }) => patch.trim() !== '');
  const spaced = full.filter(({ patch }) => patch !== patch.trimEnd());
  if (spaced.length > 0 && spaced.every(({ file }) => file === file.trimEnd())) return (text) => text.trimEnd();
  const extras = new Set(full.map(({ patch, file }) => endOf(patch).slice(endOf(file).length)));
  const [extra = ''] = extras;
  if (extras.size !== 1 || extra === '') return (text) => text;
  return (text) => (text.endsWith(extra) ? text.slice(0, -extra.length) : text);
}

function endOf(line: string): string {
  return line.slice(line.trimEnd().length);
}

/** True when a line that opens something is followed by one that is not indented further: the indentation is lost. */
export function isFlat(lines: readonly string[]): boolean {
  const full = lines.filter((line) => line.trim() !== '');
  if (new Set(full.map(indentationOf)).size > 1) return false;
  return full.some((line, at) => {
    const next = full[at + 1];
    if (next === undefined || !opening.test(line.trim()) || /^\s*[)\]}]/.test(next)) return false;
    // What these hold is often not indented.
    if (/^(?:inline )?(?:namespace|extern)\b/.test(line)) return false;
    return indentationOf(next).length <= indentationOf(line).length;
  });
}

const opening = /[{([]$|^(?:async )?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b.*:$/;

/** The indentation in the file for one of the patch. */
type Rule = (from: string) => string | null;

const unknown: Rule = () => null;

function learnRule(
  pairs: readonly (readonly [string, string | null])[],
  patchLines: readonly string[],
  unit: string | null,
): Rule {
  if (pairs.length === 0 || pairs.some(([, to]) => to === null)) return unknown;
  if (pairs.every(([from]) => from === '') && pairs.every(([, to]) => to === '')) return styleRule(patchLines, unit);
  if (pairs.every(([from, to]) => from === to)) return (from) => (isLike(from, pairs) ? from : null);
  const froms = pairs.map(([from]) => from);
  const tos = pairs.map(([, to]) => to ?? '');
  const patchUnit = unitOf(patchLines) ?? unitOf(froms);
  const local = unitOf(tos);
  const fileUnit = unit === null || (local !== null && isSpaces(local) !== isSpaces(unit)) ? local : unit;
  const mayBeAll = new Set(froms).size > 1 || patchUnit === fileUnit;
  const shift = mayBeAll
    ? commonShift(
        pairs.map(([from, to]) => ({ patch: from, file: to ?? '' })),
        1,
      )
    : null;
  if (shift !== null) return shift;
  if (tos.every((to) => isSpaces(to)) && [...froms, ...patchLines].every((from) => isSpaces(indentationOf(from)))) {
    const isOneWidth = new Set(froms).size === 1;
    // One width alone does not tell a shift from another step.
    const mayBeStep = isOneWidth && patchUnit !== null && fileUnit !== null && patchUnit !== fileUnit;
    if (!mayBeStep) return linearRule(froms.map((from, at) => [from.length, tos[at]?.length ?? 0]));
  }
  if (patchUnit === null || fileUnit === null) return unknown;
  const steps = pairs.map(([from, to]) => {
    const [own, other] = [levelOf(from, patchUnit), levelOf(to ?? '', fileUnit)];
    if (own === null || other === null) return null;
    return own.rest === other.rest ? other.level - own.level : null;
  });
  const step = steps[0] ?? null;
  if (step === null || steps.some((each) => each !== step)) return unknown;
  return levelRule(patchUnit, fileUnit, step);
}

/**
 * The one piece of white space that the patch has before the indentation of the file, or the file before that of the
 * patch, in at least such a share of the lines; null where there is none.
 */
export function commonShift(pairs: readonly LinePair[], share: number): Rule | null {
  const counts = new Map<string, number>();
  for (const { patch, file } of pairs) {
    const [from, to] = [indentationOf(patch), indentationOf(file)];
    if (from.endsWith(to)) count(counts, `-${from.slice(0, from.length - to.length)}`);
    else if (to.endsWith(from)) count(counts, `+${to.slice(0, to.length - from.length)}`);
  }
  const [most] = [...counts].sort((left, right) => right[1] - left[1]);
  if (most === undefined || most[1] < share * pairs.length) return null;
  const extra = most[0].slice(1);
  if (most[0].startsWith('+')) return (from) => extra + from;
  return (from) => (from.startsWith(extra) ? from.slice(extra.length) : null);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The same level, `shift` more, in the unit of the file; spaces beyond the last whole step stay. */
function levelRule(patchUnit: string, fileUnit: string, shift: number): Rule {
  return (from) => {
    const own = levelOf(from, patchUnit);
    return own === null || own.level + shift < 0 ? null : fileUnit.repeat(own.level + shift) + own.rest;
  };
}

/** What to do where nothing shows how the patch and the file indent the same line: tabs and spaces as the file has them. */
function styleRule(patchLines: readonly string[], unit: string | null): Rule {
  const patchUnit = unitOf(patchLines);
  if (unit === null || patchUnit === unit) return (from) => from;
  if (patchUnit === null) return unknown;
  if (isSpaces(patchUnit) && isSpaces(unit)) {
    // Four spaces where the file has two can be its own step or the indentation of a continued line.
    const steps = stepsOf(patchLines);
    const isStep = steps.length > 1 && steps.every((step) => step !== unit.length && step % patchUnit.length === 0);
    if (!isStep) return unknown;
  }
  // A line that only continues another one need not be indented by one step of the file.
  if (isSpaces(unit) && patchLines.some((line, at) => isContinued(patchLines[at - 1] ?? '', line))) return unknown;
  return levelRule(patchUnit, unit, 0);
}

/** True when a line is indented further than the one above it, which opens nothing. */
function isContinued(above: string, line: string): boolean {
  const isFull = above.trim() !== '' && line.trim() !== '';
  return isFull && indentationOf(line).length > indentationOf(above).length && !opening.test(above.trim());
}

/** By how much lines are indented further than the line before. */
function stepsOf(lines: readonly string[]): number[] {
  const widths = lines.filter((line) => line.trim() !== '').map((line) => indentationOf(line).length);
  return widths.map((width, at) => width - (widths[at - 1] ?? 0)).filter((step) => step > 0);
}

/** Spaces on both sides: width in the file = factor × width in the patch + shift. */
function linearRule(widths: readonly (readonly [number, number])[]): Rule {
  const [first] = widths;
  if (first === undefined) return unknown;
  const other = widths.find(([from]) => from !== first[0]);
  const factor = other === undefined ? 1 : (other[1] - first[1]) / (other[0] - first[0]);
  const shift = first[1] - factor * first[0];
  const fits = widths.every(([from, to]) => Math.abs(factor * from + shift - to) < 1e-9);
  if (factor <= 0 || !fits) return unknown;
  return (from) => {
    const width = factor * from.length + shift;
    return isSpaces(from) && Number.isInteger(width) && width >= 0 ? ' '.repeat(width) : null;
  };
}

/** Nothing is known of spaces where the patch and the file have only shown tabs. */
function isLike(from: string, pairs: readonly (readonly [string, string | null])[]): boolean {
  const tabs = pairs.some(([known]) => known.includes('\t'));
  const spaces = pairs.some(([known]) => known.includes(' '));
  return tabs === spaces || !(tabs ? from.startsWith(' ') : from.includes('\t'));
}

function isSpaces(text: string): boolean {
  return !text.includes('\t');
}

/** A tab, or as many spaces as all indentations are multiples of; null when they show none. */
export function unitOf(lines: readonly string[]): string | null {
  const indentations = lines.map(indentationOf).filter((indentation) => indentation !== '');
  if (indentations.length === 0) return null;
  if (indentations.every((indentation) => indentation.startsWith('\t'))) return '\t';
  if (indentations.some((indentation) => indentation.includes('\t'))) return null;
  // How far the first line is indented need not be one step.
  return indentationUnit(lines, indentations[0]) ?? indentationUnit(lines);
}

/** Whole steps of an indentation and the single spaces after them, as before the stars of a comment. */
function levelOf(indentation: string, unit: string): { readonly level: number; readonly rest: string } | null {
  let level = 0;
  while (indentation.startsWith(unit, level * unit.length)) level++;
  const rest = indentation.slice(level * unit.length);
  return rest.includes('\t') || rest.length > 1 ? null : { level, rest };
}
