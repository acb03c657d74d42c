// How long what surrounds inline completion keeps the extension host busy at a stretch, in a 5 MB file and with a
// line of 20,000 characters: `node test/bench/completionSlices.ts`. Goal: 5 ms each.
import { type ContextSource, makeCandidate } from '../../src/completion/context/candidate.ts';
import { type Lines, cutAround, cutDefinition } from '../../src/completion/context/cutSnippet.ts';
import { GatheredContext } from '../../src/completion/context/gatheredContext.ts';
import { importLines } from '../../src/completion/context/importLines.ts';
import { nearbySymbols } from '../../src/completion/context/nearbySymbols.ts';
import { RecentRanges } from '../../src/completion/context/recentRanges.ts';
import { keptShare } from '../../src/completion/tracking/keptShare.ts';
import { SuggestionTracker } from '../../src/completion/tracking/suggestionTracker.ts';
import { systemClock } from '../../src/completion/clock.ts';
import { fitSuggestion } from '../../src/completion/postProcess.ts';
import { StreamFilter } from '../../src/completion/streamFilter.ts';

const RUNS = 200;

const body = Array.from({ length: 40 }, (_, at) => `  const value${at} = compute(first.second${at}, 'text ${at}');`);
const all = Array.from({ length: 2_700 }, (_, at) => [
  `export function name${at}(first: Row) {`,
  ...body,
  '}',
  '',
]).flat();
const longLine = `const data = [${'"item", '.repeat(2_500)}];`;
all[50_000] = longLine;
const lines: Lines = { count: all.length, at: (line) => all[line] ?? '' };
const cursor = { line: 50_004, character: 10 };

const sources: readonly ContextSource[] = ['definition', 'imports', 'edited', 'viewed', 'similar'];
const context = new GatheredContext(() => ({ sources: new Set(sources), budgetTokens: 1_024 }));
const input = {
  uri: 'file:///a.ts',
  path: 'a.ts',
  languageId: 'typescript',
  prefix: all.slice(49_800, 50_004).join('\n').slice(-10_000),
  suffix: all.slice(50_004, 50_300).join('\n').slice(0, 10_000),
  offset: 2_500_000,
  trigger: 'automatic',
} as const;
for (const source of sources) {
  const candidates = Array.from({ length: 16 }, (_, at) =>
    makeCandidate(source, { path: `${at}.ts`, startLine: at }, all.slice(at * 40, at * 40 + 30).join('\n')),
  ).filter((candidate) => candidate !== null);
  context.put(input.uri, source, { candidates, omissions: [] });
}

const tracker = new SuggestionTracker(systemClock);
tracker.show({ id: 1, text: body.join('\n') }, input.uri, input.offset);
const changes = Array.from({ length: 1_000 }, (_, at) => ({ offset: at, removed: 0, text: 'x' }));
const places = new RecentRanges(16);
for (let at = 0; at < 16; at++) places.add({ path: 'a', start: at * 100, end: at * 100 + 20 });
const hostile = `const password = "${'a'.repeat(300)}";\n`.repeat(13);
const kept = body.join('\n');

const brackets = '[('.repeat(2_500);
/** An answer that comes in pieces of four characters. */
function stream(answer: string): string {
  const filter = new StreamFilter(input, { languageId: input.languageId, maxLines: 40 });
  for (let at = 0; at < answer.length && !filter.isDone; at += 4) filter.push(answer.slice(at, at + 4));
  return filter.finish();
}

const slices: Readonly<Record<string, () => unknown>> = {
  'choosing the snippets of a request': () => context.ready(input),
  'making a snippet of 4,000 characters': () => makeCandidate('viewed', { path: 'a.ts', startLine: 1 }, kept.repeat(3)),
  'making a snippet full of keys': () => makeCandidate('viewed', { path: 'a.ts', startLine: 1 }, hostile),
  'making a snippet of a line of 20,000 characters': () =>
    makeCandidate('viewed', { path: 'a.ts', startLine: 1 }, longLine),
  'finding the names around the cursor': () => nearbySymbols(lines, cursor, 12),
  'finding the imports': () => importLines(lines),
  'cutting a snippet': () => cutAround(lines, 50_000, 50_010, 24),
  'cutting a definition of 400 lines': () => cutDefinition(lines, 0, 400, 30),
  'following a change with 1,000 cursors': () => {
    tracker.change(input.uri, changes);
  },
  'moving the places of late for 1,000 cursors': () => {
    for (const { offset } of changes) places.shift('a', offset, offset, 1);
  },
  'taking a whole answer': () => stream(kept),
  'taking an answer of brackets without an end': () => stream(brackets),
  'taking lines of brackets without an end': () => stream(`${'}])'.repeat(300)}\n`.repeat(40)),
  'fitting brackets where brackets follow': () => fitSuggestion(brackets, { prefix: '', suffix: brackets }),
  'comparing what is left of a suggestion': () => keptShare(kept, kept.toUpperCase()),
};

console.log(`${RUNS} runs of each; milliseconds, the last column of this thread's CPU\n`);
for (const [name, slice] of Object.entries(slices)) {
  const before = process.threadCpuUsage();
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    slice();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const { user, system } = process.threadCpuUsage(before);
  const at = (share: number): string => (times[Math.floor((RUNS - 1) * share)] ?? 0).toFixed(3).padStart(8);
  // On a busy machine the longest times are those in which another process ran; the CPU's mean is ours alone.
  const mean = ((user + system) / 1000 / RUNS).toFixed(3);
  console.log(`${name.padEnd(52)} p50 ${at(0.5)}   p95 ${at(0.95)}   mean ${mean}`);
}
tracker.dispose();
