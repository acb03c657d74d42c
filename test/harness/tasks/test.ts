// `npm test`: every part, then the sum of all. `npm test -- [PART…] [--grep TEXT] [--oldest | --desktop] [--campaign]`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from '../browser.ts';
import { ensureBuild } from '../build.ts';
import { ensureEditor, newestEditor, oldestEditor } from '../editorDownload.ts';
import { npmCommand } from '../npmCommand.ts';
import { TaskError, freshDirectory, nodeBinary, projectRoot } from '../project.ts';
import { type PartReport, failedPart, printSummary, sumReports } from '../report.ts';
import { runTask } from '../runTask.ts';

/**
 * What `npm test` runs, with the longest time one test of it may take. The lanes run side by side, for what
 * drives an editor waits much of its time; the parts of one lane run one after the other. The files of the part
 * without a lane are for whichever lane has nothing else left.
 */
const parts = {
  check: { lane: 'core', needs: 'nothing' },
  unit: { lane: 'core', needs: 'build', timeoutMs: 20_000 },
  contract: { lane: 'core', needs: 'build', timeoutMs: 30_000 },
  integration: { lane: 'editor', needs: 'editor' },
  e2e: { lane: null, needs: 'editor', timeoutMs: 60_000 },
} as const;
type PartName = keyof typeof parts;
type EditorOrMochaPart = Exclude<PartName, 'check'>;

/** A part that has not ended by then hangs. */
const PART_TIMEOUT_MS = 30 * 60_000;

/** As many suites of a part are run once more when they fail. Of more than that, no race is the cause. */
const MAX_SECOND_RUNS = 3;

/** Scripts of package.json that each are one more test: they pass or they do not. */
const checks = ['typecheck', 'lint', 'format:check', 'knip'] as const;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    grep: { type: 'string', short: 'g', default: '' },
    oldest: { type: 'boolean', default: false },
    desktop: { type: 'boolean', default: false },
    campaign: { type: 'boolean', default: false },
  },
});
const editor = options.oldest ? oldestEditor : newestEditor;
const reportDirectory = await freshDirectory('reports', 'run');
const running = new Set<ChildProcess>();
let runs = 0;

runTask(async (signal) => {
  signal.addEventListener('abort', () => {
    for (const child of running) child.kill('SIGTERM');
  });
  const names = chosenParts();
  const prepared = await prepare(names);
  const isBuilt = prepared.failures.length === 0;
  const shared = names.includes('e2e') ? new SharedPart('e2e', signal) : undefined;
  const runLane = async (lane: 'core' | 'editor'): Promise<PartReport[]> => {
    const own = names.filter((name) => parts[name].lane === lane);
    const reports = await runParts(own, isBuilt, names.length > own.length, signal);
    if (isBuilt) await shared?.takePart();
    return reports;
  };
  const reports = (await Promise.all([runLane('core'), runLane('editor')])).flat();
  if (shared !== undefined) reports.push(isBuilt ? await shared.end() : unbuilt('e2e'));
  const sum = sumReports([prepared, ...reports]);
  if (options.grep !== '' && sum.passed + sum.failures.length === 0)
    throw new TaskError(`No test matches “${options.grep}”.`);
  console.log('');
  return printSummary(sum) && !signal.aborted;
});

function chosenParts(): PartName[] {
  const all = Object.keys(parts) as PartName[];
  const unknown = positionals.find((name) => !all.some((part) => part === name));
  if (unknown !== undefined) throw new TaskError(`There is no part “${unknown}”. There are: ${all.join(', ')}.`);
  return positionals.length > 0 ? (positionals as PartName[]) : all;
}

/** Gets what the parts need. A build that fails is a failure; what needs no build still runs. */
async function prepare(names: readonly PartName[]): Promise<PartReport> {
  if (!options.desktop && names.some((name) => parts[name].needs === 'editor')) {
    await ensureEditor(editor);
    await ensureBrowser();
  }
  if (names.every((name) => parts[name].needs === 'nothing')) return sumReports([]);
  try {
    await ensureBuild();
    return sumReports([]);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return failedPart(error.message);
  }
}

/** Runs parts one after the other. Each line says its part where another lane prints at the same time. */
async function runParts(
  names: readonly PartName[],
  isBuilt: boolean,
  isShared: boolean,
  signal: AbortSignal,
): Promise<PartReport[]> {
  const reports: PartReport[] = [];
  for (const name of names) {
    if (signal.aborted || (name === 'check' && options.grep !== '')) continue;
    const startedMs = performance.now();
    console.log(`\n== ${name} ==`);
    reports.push(await (name === 'check' ? runChecks() : runPart(name, isBuilt, isShared)));
    console.log(`== ${name}: ${Math.round((performance.now() - startedMs) / 1000)} s ==`);
  }
  return reports;
}

async function runPart(name: EditorOrMochaPart, isBuilt: boolean, isShared: boolean): Promise<PartReport> {
  if (parts[name].needs === 'editor' && !isBuilt) return unbuilt(name);
  return await runFailedOnceMore(name, await runOnce(name, options.grep, isShared), isShared);
}

/** A part whose files are run by all lanes that have come to their end, one file at a time. */
class SharedPart {
  readonly #name: 'e2e';
  readonly #signal: AbortSignal;
  readonly #reports: PartReport[] = [];
  /** Null: all files together, of which few have what is asked for. */
  readonly #groups: (readonly string[] | null)[];
  readonly #startedMs = performance.now();

  constructor(name: 'e2e', signal: AbortSignal) {
    [this.#name, this.#signal] = [name, signal];
    this.#groups = options.grep === '' ? testFiles(name).map((file) => [file]) : [null];
  }

  async takePart(): Promise<void> {
    for (let files = this.#groups.shift(); files !== undefined; files = this.#groups.shift()) {
      if (this.#signal.aborted) return;
      this.#reports.push(await runOnce(this.#name, options.grep, true, files ?? undefined));
    }
  }

  async end(): Promise<PartReport> {
    const report = await runFailedOnceMore(this.#name, sumReports(this.#reports), true);
    console.log(`== ${this.#name}: ${Math.round((performance.now() - this.#startedMs) / 1000)} s ==`);
    return report;
  }
}

function unbuilt(name: PartName): PartReport {
  return failedPart(`The part “${name}” needs the build.`);
}

/**
 * Runs the suites that failed once more, each by itself. What passes then was a race: it is no reason to stop what
 * others wrote, but it is named at the end of the run, to be mended.
 */
async function runFailedOnceMore(name: EditorOrMochaPart, first: PartReport, isShared: boolean): Promise<PartReport> {
  const suites = [...new Set(first.failures.map(({ suite }) => suite))];
  const mayBeRaces = suites.length <= MAX_SECOND_RUNS && options.grep === '' && !options.campaign;
  if (suites.length === 0 || !mayBeRaces) return first;
  for (const suite of suites) {
    if (suite === null) return first;
    console.log(`\n== ${name}: “${suite}” once more ==`);
    const second = await runOnce(name, suite, isShared);
    if (second.failures.length > 0) return first;
  }
  return { ...first, passed: first.passed + first.failures.length, failures: [], flaky: first.failures };
}

async function runOnce(
  name: EditorOrMochaPart,
  grep: string,
  isShared: boolean,
  files: readonly string[] = testFiles(name),
): Promise<PartReport> {
  const part = parts[name];
  const reportFile = path.join(reportDirectory, `${name}-${++runs}.json`);
  const integration = options.desktop ? 'desktopPart.ts' : 'integrationPart.ts';
  const script = 'timeoutMs' in part ? 'mochaPart.ts' : integration;
  const parameters = 'timeoutMs' in part ? [String(part.timeoutMs), grep, ...files] : [grep, editor];
  const command = [nodeBinary, path.join('test', 'harness', script), reportFile, ...parameters];
  const code = isShared ? await runMarked(name, command) : await run(command);
  const report = await readFile(reportFile, 'utf8').then(
    (text) => JSON.parse(text) as PartReport,
    () => undefined,
  );
  const ending = `of the part “${name}” (exit code ${code})`;
  if (report === undefined) return failedPart(`No report ${ending}. Logs: ${reportDirectory}`);
  if (code !== 0 && report.failures.length === 0) return sumReports([report, failedPart(`The end ${ending}.`)]);
  const hasRun = report.passed + report.failures.length + report.skipped.length > 0;
  if (grep === '' && !hasRun) return failedPart(`The part “${name}” ran no test.`);
  return report;
}

function testFiles(name: PartName): string[] {
  return globSync(`test/${name}/**/*.test.ts`, { cwd: projectRoot })
    .sort()
    .map((file) => path.join(projectRoot, file));
}

async function runChecks(): Promise<PartReport> {
  const report = sumReports([]);
  for (const check of checks) {
    let output = '';
    const code = await run(npmCommand('run', '--silent', check), (text) => (output += text));
    console.log(`  ${code === 0 ? '✔' : '✖'} ${check}${code === 0 ? '' : `\n${output}`}`);
    if (code === 0) report.passed += 1;
    else report.failures.push(...failedPart(`The check “${check}” failed.`).failures);
  }
  return report;
}

/** Runs a command, and begins each line of its output with the name of the part. */
async function runMarked(name: PartName, command: readonly string[]): Promise<number> {
  const mark = `${name.padEnd('integration'.length)} │ `;
  let unfinished = '';
  const code = await run(command, (text) => {
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) console.log(mark + line);
  });
  if (unfinished !== '') console.log(mark + unfinished);
  return code;
}

/** Runs a command; its output goes to the terminal, or to `onOutput`. */
async function run(
  [command = '', ...parameters]: readonly string[],
  onOutput?: (text: string) => void,
): Promise<number> {
  const target = onOutput === undefined ? 'inherit' : 'pipe';
  const child = spawn(command, parameters, {
    cwd: projectRoot,
    stdio: ['pipe', target, target],
    env: { ...process.env, SEXTANT_EDITOR: editor, ...(options.campaign ? { SEXTANT_CAMPAIGN: '1' } : {}) },
    ...(options.campaign ? {} : { timeout: PART_TIMEOUT_MS }),
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', onOutput ?? (() => undefined));
  running.add(child);
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return code ?? 1;
}
