import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Grammars } from '../../src/index/chunks/grammars.node.ts';
import { syntaxReader } from '../../src/index/chunks/outlineFile.node.ts';
import { projectRoot } from '../harness/project.ts';
import { type ApplyCase, casesOf } from './apply/cases.ts';
import { editPairs } from './apply/corpus.ts';
import { type Verdict, judge } from './apply/judge.ts';
import { type DiffPackage, judgeDiff, loadDiffPackage } from './apply/peer.ts';

interface Judged {
  readonly each: ApplyCase;
  readonly verdict: Verdict;
  readonly why: string;
  readonly timeMs: number;
}

/**
 * Applies real edits of packages, damaged as models damage them, and counts what is right, refused and wrong.
 * The edits of every second file have chosen the constants of `src/edits` (`--chosen` runs these); the others are
 * the score. Prints the figures, keeps them in `results/apply.json`, and returns true when nothing was wrong.
 */
export async function runApplyBenchmark(isChosen: boolean): Promise<boolean> {
  const syntax = syntaxReader(new Grammars(path.join(projectRoot, 'dist')));
  const pairs = editPairs().filter((_, at) => at % 2 === (isChosen ? 0 : 1));
  const cases = (await Promise.all(pairs.map((pair) => casesOf(pair, pairs, syntax, 0)))).flat();
  const judged: Judged[] = [];
  for (const each of cases) {
    const startMs = performance.now();
    const { verdict, why } = await judge(each, syntax);
    judged.push({ each, verdict, why, timeMs: performance.now() - startMs });
    if (verdict === 'wrong') keep(each, why);
    if (verdict !== 'right')
      console.log(`${verdict.padEnd(8)}${each.name}${verdict === 'refused' ? `\n        ${why}` : ''}`);
  }
  const edits = judged.filter(({ each }) => each.expected !== null);
  const traps = judged.filter(({ each }) => each.expected === null);
  const wrong = judged.filter(({ verdict }) => verdict === 'wrong').length;
  const figures = [
    figure('edits to apply', edits.length, 'cases', null, true),
    figure('edits applied right', share(edits, 'right'), '%', 90, true),
    figure('edits refused', share(edits, 'refused'), '%', null, false),
    figure('answers of which nothing must come', traps.length, 'cases', null, true),
    figure('of these nothing came', share(traps, 'right'), '%', 100, true),
    figure('wrong writes', wrong, 'cases', 0, false),
    ...formatFigures(edits),
    ...(await peerFigures(edits)),
    figure('time to apply, p50', quantile(judged, 0.5), 'ms', null, false),
    figure('time to apply, p95', quantile(judged, 0.95), 'ms', null, false),
  ];
  console.table(table(edits, ({ each }) => each.language));
  console.table(
    table(judged, ({ each }) => each.damages.map((name) => (each.expected === null ? `(nothing) ${name}` : name))),
  );
  for (const { metric, value, unit, goal, peers } of figures) {
    const others = Object.entries(peers).map(([name, other]) => `   ${name}: ${other}`);
    console.log(
      `${metric.padEnd(44)}${String(value).padStart(8)} ${unit}${goal === null ? '' : `   goal ${goal}`}${others.join('')}`,
    );
  }
  if (!isChosen) {
    const results = path.join(import.meta.dirname, 'results');
    mkdirSync(results, { recursive: true });
    writeFileSync(path.join(results, 'apply.json'), `${JSON.stringify(figures, null, 2)}\n`);
  }
  return wrong === 0;
}

interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  readonly peers: Readonly<Record<string, number>>;
}

function figure(
  metric: string,
  value: number,
  unit: string,
  goal: number | null,
  higherIsBetter: boolean,
  peers: Figure['peers'] = {},
): Figure {
  return { metric, value: round(value), unit, goal, higherIsBetter, peers };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function share(judged: readonly { readonly verdict: Verdict }[], verdict: Verdict): number {
  return (100 * judged.filter((each) => each.verdict === verdict).length) / judged.length;
}

function formatFigures(edits: readonly Judged[]): Figure[] {
  const formats = [...new Set(edits.map(({ each }) => each.format))].sort();
  return formats.map((format) => {
    const own = edits.filter(({ each }) => each.format === format);
    return figure(`${format}, right of ${own.length}`, share(own, 'right'), '%', null, true);
  });
}

/** The unified diffs, ours beside the npm package `diff` with as much fuzz as it is usually given. */
async function peerFigures(edits: readonly Judged[]): Promise<Figure[]> {
  const diffs = edits.filter(({ each }) => each.plainDiff !== null);
  const peer: DiffPackage | null = await loadDiffPackage();
  const theirs = peer === null ? [] : diffs.map(({ each }) => ({ verdict: judgeDiff(each, peer) }));
  const beside = (verdict: Verdict): Figure['peers'] => {
    return peer === null ? {} : { [`diff ${peer.version}, applyPatch with fuzz 2`]: round(share(theirs, verdict)) };
  };
  return [
    figure('unified diffs, right', share(diffs, 'right'), '%', null, true, beside('right')),
    figure('unified diffs, wrong', share(diffs, 'wrong'), '%', 0, false, beside('wrong')),
  ];
}

function quantile(judged: readonly Judged[], part: number): number {
  const times = judged.map(({ timeMs }) => timeMs).sort((left, right) => left - right);
  return times[Math.floor(times.length * part)] ?? Number.NaN;
}

function table(judged: readonly Judged[], groupsOf: (one: Judged) => string | readonly string[]): object {
  const counts: Record<string, Record<Verdict, number>> = {};
  for (const one of judged) {
    for (const group of [groupsOf(one)].flat()) {
      counts[group] ??= { right: 0, refused: 0, wrong: 0 };
      counts[group][one.verdict]++;
    }
  }
  return counts;
}

/** A wrong case is a bug: what it takes to make a test of it is kept. */
function keep(each: ApplyCase, result: string): void {
  const folder = path.join(
    projectRoot,
    '.cache',
    'bench-apply',
    'wrong',
    each.name.replace(/[^\w.#-]+/g, '_').slice(-150),
  );
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({
    file: each.file,
    answer: each.answer,
    expected: each.expected ?? each.file,
    result,
  })) {
    writeFileSync(path.join(folder, name), text);
  }
  console.log(`wrong, kept in ${path.relative(projectRoot, folder)}`);
}
