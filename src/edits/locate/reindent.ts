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
  const loosesEnds = losesTrailingSpace(pairs);
  const rule = learnRule([...known], patchLines, unit);
  return (line) => {
    if (lineKey(line) === '') return '';
    const from = indentationOf(line);
    const to = known.has(from) ? known.get(from) : rule(from);
    if (to === null || to === undefined) return null;
    const text = line.slice(from.length);
    return to + (loosesEnds ? text.trimEnd() : text);
  };
}

/** True when the patch has white space at ends of lines where the file has none. */
function losesTrailingSpace(pairs: readonly LinePair[]): boolean {
  const trailing = pairs.filter(({ patch }) => patch.trim() !== '' && patch !== patch.trimEnd());
  return trailing.length > 0 && trailing.every(({ file }) => file === file.trimEnd());
}

type Rule = (from: string) => string | null;

const unknown: Rule = () => null;

function learnRule(
  pairs: readonly (readonly [string, string | null])[],
  patchLines: readonly string[],
  unit: string | null,
): Rule {
  if (pairs.length === 0 || pairs.some(([, to]) => to === null)) return unknown;
  if (pairs.every(([from, to]) => from === to)) return (from) => (isLike(from, pairs) ? from : null);
  const froms = pairs.map(([from]) => from);
  const tos = pairs.map(([, to]) => to ?? '');
  const patchUnit = unitOf(patchLines) ?? unitOf(froms);
  const fileUnit = unitOf(tos) ?? unit;
  if (tos.every((to) => isSpaces(to)) && [...froms, ...patchLines].every((from) => isSpaces(indentationOf(from)))) {
    return linearRule(froms.map((from, at) => [from.length, tos[at]?.length ?? 0]));
  }
  if (patchUnit === null || fileUnit === null) return unknown;
  const levels = pairs.map(([from, to]) => [levelOf(from, patchUnit), levelOf(to ?? '', fileUnit)] as const);
  const [first] = levels;
  if (first === undefined || levels.some(([from, to]) => from === null || to === null)) return unknown;
  const shift = (first[1] ?? 0) - (first[0] ?? 0);
  if (levels.some(([from, to]) => (to ?? 0) - (from ?? 0) !== shift)) return unknown;
  return (from) => {
    const level = levelOf(from, patchUnit);
    return level === null || level + shift < 0 ? null : fileUnit.repeat(level + shift);
  };
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
function unitOf(lines: readonly string[]): string | null {
  const indentations = lines.map(indentationOf).filter((indentation) => indentation !== '');
  if (indentations.length === 0) return null;
  if (indentations.every((indentation) => indentation.startsWith('\t'))) return '\t';
  if (indentations.some((indentation) => indentation.includes('\t'))) return null;
  return indentationUnit(lines) ?? null;
}

function levelOf(indentation: string, unit: string): number | null {
  const level = indentation.length / unit.length;
  return Number.isInteger(level) && unit.repeat(level) === indentation ? level : null;
}
