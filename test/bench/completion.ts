import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CompletionTuning } from '../../src/completion/completionEngine.ts';
import { Grammars } from '../../src/index/chunks/grammars.node.ts';
import { projectRoot } from '../harness/project.ts';
import { type Outcome, replayOracle } from './completion/oracleReplay.ts';
import { positionsIn } from './completion/positions.ts';
import { type SourceFile, sourceFiles } from './completion/sources.ts';
import { type TypingFigures, replayTyping } from './completion/typingReplay.ts';
import { typingOf } from './completion/typist.ts';

/**
 * Asks for completions at positions in real files of a model that knows the truth and misbehaves, and types real files
 * key by key. Every second file has chosen the constants of `src/completion` (`--develop` runs these, at more
 * positions, and keeps what was not exact); the others are the score. Prints the figures, and keeps those of the score in
 * `results/completion.json`.
 */
export async function runCompletionBenchmark(isDevelopment: boolean): Promise<boolean> {
  const files = sourceFiles().filter((_, at) => at % 2 === (isDevelopment ? 0 : 1));
  const figures = [...(await oracleFigures(files, isDevelopment)), ...(await typingFigures(files))];
  for (const { metric, value, unit, goal } of figures) {
    console.log(`${metric.padEnd(72)}${String(value).padStart(8)} ${unit}${goal === null ? '' : `   goal ${goal}`}`);
  }
  if (!isDevelopment) {
    const results = path.join(import.meta.dirname, 'results');
    mkdirSync(results, { recursive: true });
    writeFileSync(path.join(results, 'completion.json'), `${JSON.stringify(figures, null, 2)}\n`);
  }
  return true;
}

interface Figure {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  readonly higherIsBetter: boolean;
  readonly peers: Readonly<Record<string, number>>;
}

function figure(metric: string, value: number, unit: string, goal: number | null, higherIsBetter: boolean): Figure {
  return { metric, value: Math.round(value * 100) / 100, unit, goal, higherIsBetter, peers: {} };
}

async function oracleFigures(files: readonly SourceFile[], isDevelopment: boolean): Promise<Figure[]> {
  const grammars = new Grammars(path.join(projectRoot, 'dist'));
  const positions = (await Promise.all(files.map((file) => positionsIn(file, grammars, isDevelopment ? 8 : 2)))).flat();
  const outcomes = await replayOracle(positions);
  for (const groupOf of [
    ({ position }: Outcome) => position.kind,
    ({ position }: Outcome) => position.file.languageId,
    ({ style }: Outcome) => style,
  ]) {
    console.table(table(outcomes, groupOf));
  }
  if (isDevelopment) keep(outcomes.filter(({ verdict }) => verdict !== 'exact'));
  const several = positions.filter(({ middle }) => middle.includes('\n')).length;
  return [
    figure('positions', positions.length, 'positions', 500, true),
    figure('positions whose true text has several lines', (100 * several) / positions.length, '%', 40, true),
    figure('suggestions equal to the true text', share(outcomes, 'exact'), '%', 95, true),
    figure('suggestions with anything that does not belong', share(outcomes, 'wrong'), '%', 1, false),
    figure('suggestions that end too early', share(outcomes, 'shorter'), '%', null, false),
    figure('no suggestion', share(outcomes, 'nothing'), '%', null, false),
  ];
}

const usual: CompletionTuning = { cached: 200, asksAhead: true, wait: 'adaptive' };

const conditions: readonly { readonly name: string; readonly tuning: CompletionTuning; readonly wrongLines: number }[] =
  [
    { name: 'all on', tuning: usual, wrongLines: 0 },
    { name: 'without the cache', tuning: { ...usual, cached: 0 }, wrongLines: 0 },
    { name: 'without asking ahead', tuning: { ...usual, asksAhead: false }, wrongLines: 0 },
    { name: 'waiting always 120 ms', tuning: { ...usual, wait: 120 }, wrongLines: 0 },
    { name: 'all on, half the lines unknown to the model', tuning: usual, wrongLines: 0.5 },
    { name: 'without asking ahead, half unknown', tuning: { ...usual, asksAhead: false }, wrongLines: 0.5 },
    { name: 'waiting always 120 ms, half unknown', tuning: { ...usual, wait: 120 }, wrongLines: 0.5 },
  ];

async function typingFigures(files: readonly SourceFile[]): Promise<Figure[]> {
  const typings = files.flatMap((file) => typingOf(file) ?? []).filter((_, at) => at % 3 === 0);
  // The first run warms the engine up: what is measured of it in real time is that of a session, not of its first second.
  await replayTyping(typings.slice(0, 3), { tuning: usual, wrongLines: 0 });
  const figures: Figure[] = [];
  for (const { name, tuning, wrongLines } of conditions) {
    const typed = await replayTyping(typings, { tuning, wrongLines });
    const isUsual = tuning === usual;
    figures.push(
      figure(`typing, ${name}: requests for 1,000 keys`, (1000 * typed.requests) / typed.keys, 'requests', null, false),
      figure(
        `typing, ${name}: a right suggestion within 50 ms`,
        (100 * typed.served) / typed.keys,
        '% of keys',
        isUsual && wrongLines === 0 ? 50 : null,
        true,
      ),
      figure(`typing, ${name}: a wrong one`, (100 * typed.misled) / typed.keys, '% of keys', null, false),
    );
    if (isUsual && wrongLines === 0) figures.push(...timeFigures(typed));
  }
  return figures;
}

function timeFigures({ keys, requestMs, cacheMs }: TypingFigures): Figure[] {
  return [
    figure('typing: keys', keys, 'keys', null, true),
    figure('engine time from key to request, p95', quantile(requestMs, 0.95), 'ms', 5, false),
    figure('a known suggestion from key to answer, p95', quantile(cacheMs, 0.95), 'ms', 1, false),
  ];
}

function quantile(values: readonly number[], part: number): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length * part)] ?? Number.NaN;
}

function share(outcomes: readonly Outcome[], verdict: Outcome['verdict']): number {
  return (100 * outcomes.filter((each) => each.verdict === verdict).length) / outcomes.length;
}

function table(outcomes: readonly Outcome[], groupOf: (one: Outcome) => string): object {
  const groups = [...new Set(outcomes.map(groupOf))];
  const rows = groups.map((group): [string, object] => {
    const own = outcomes.filter((one) => groupOf(one) === group);
    const verdicts = (['exact', 'shorter', 'nothing', 'wrong'] as const).map((verdict) => [
      verdict,
      Math.round(10 * share(own, verdict)) / 10,
    ]);
    return [group, { all: own.length, ...(Object.fromEntries(verdicts) as object) }];
  });
  return Object.fromEntries(rows);
}

/** What was not exact, for whoever works on it. */
function keep(outcomes: readonly Outcome[]): void {
  const text = outcomes.map(({ position, style, suggestion, verdict }) => {
    const { file, kind, prefix, middle, suffix } = position;
    const above = prefix.split('\n').slice(-6).join('\n');
    const below = suffix.split('\n', 5).join('\n');
    return `===== ${verdict} | ${style} | ${kind} | ${file.name}\n${above}⟦${middle}⟧${below}\n----- suggested:\n${suggestion}\n`;
  });
  const file = path.join(projectRoot, '.cache', 'bench-completion', 'not-exact.txt');
  writeFileSync(file, text.join('\n'));
  console.log(`${outcomes.length} that were not exact are in ${path.relative(projectRoot, file)}`);
}
