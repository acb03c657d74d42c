// How long an answer of 500 lines that streams into a file of 5,000 keeps the extension host busy at a stretch:
// `node test/bench/editSlices.ts`. Goal: 5 ms each.
import { partWhileComing, readEditAnswer } from '../../src/edits/instruct/editAnswer.ts';
import { EditReview } from '../../src/edits/review/editReview.ts';

/** On a busy machine all but the shortest also count what other processes have done. */
const RUNS = 5;

const row = (at: number): string =>
  at % 10 === 9 ? '' : `${'  '.repeat(1 + (at % 3))}const value${at} = compute(first.second${at % 37}, 'text ${at}');`;
const file = Array.from({ length: 5_000 }, (_, at) => row(at));
const [start, end] = [2_000, 2_500];
const part = {
  path: 'a.ts',
  lines: file.slice(start, end),
  above: file.slice(start - 100, start),
  below: file.slice(end, end + 100),
};

const answers: Readonly<Record<string, readonly string[]>> = {
  'every seventh line changed': part.lines.map((line, at) => (at % 7 === 0 ? line.replace('compute', 'derive') : line)),
  'all lines changed': part.lines.map((line, at) => line.replace('value', `other${at}`)),
  'indented by another step': part.lines.map((line) => line.replace(/^ +/, (spaces) => spaces.repeat(2))),
  'the lines in another order': part.lines.map((_, at) => part.lines[(at * 271) % 500] ?? ''),
  'the same two lines again and again': part.lines.map((_, at) => (at % 2 === 0 ? '}' : '{')),
  'one line of 60,000 characters': [part.lines.join('').padEnd(60_000, ' x')],
};

console.log(`milliseconds at a stretch while the answer comes line by line, the least of ${RUNS} runs of each\n`);
for (const [name, lines] of Object.entries(answers)) {
  const times = { 'until the edit': [] as number[], 'after it': [] as number[] };
  const timed = <T>(step: keyof typeof times, run: () => T): T => {
    const firstMs = performance.now();
    const result = run();
    let least = performance.now() - firstMs;
    for (let again = 1; again < RUNS; again++) {
      const startMs = performance.now();
      run();
      least = Math.min(least, performance.now() - startMs);
    }
    times[step].push(least);
    return result;
  };
  const review = new EditReview(start, part.lines);
  let current: readonly string[] = part.lines;
  for (let count = 1; count <= lines.length; count++) {
    const answer = `\`\`\`ts\n${lines.slice(0, count).join('\n')}\n`;
    const proposal = timed('until the edit', () => {
      const read = readEditAnswer(answer, part, false);
      return read.kind === 'lines' ? review.propose(current, partWhileComing(part.lines, read.lines)) : undefined;
    });
    if (proposal === undefined) continue;
    timed('after it', () => {
      review.adopt(proposal);
    });
    current = proposal.target;
  }
  for (const [step, all] of Object.entries(times)) {
    const sorted = all.sort((left, right) => left - right);
    const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2).padStart(6);
    console.log(`${name.padEnd(36)}${step.padEnd(16)} p50 ${at(0.5)}   p95 ${at(0.95)}   most ${at(1)}`);
  }
}
