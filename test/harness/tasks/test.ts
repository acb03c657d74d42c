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
import { type PartReport, printSummary, sumReports } from '../report.ts';
import { runTask } from '../runTask.ts';

/**
 * What `npm test` runs, with the longest time one test of it may take. The lanes run side by side, for what
 * drives an editor waits much of its time; the parts of one lane run one after the other.
 */
const parts = {
  check: { lane: 'core', needs: 'nothing' },
  unit: { lane: 'core', needs: 'build', timeoutMs: 20_000 },
  contract: { lane: 'core', needs: 'build', timeoutMs: 30_000 },
  integration: { lane: 'editor', needs: 'editor' },
  e2e: { lane: 'editor', needs: 'editor', timeoutMs: 60_000 },
} as const;
type PartName = keyof typeof parts;

/** A part that has not ended by then hangs. */
const PART_TIMEOUT_MS = 15 * 60_000;

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

runTask(async (signal) => {
  signal.addEventListener('abort', () => {
    for (const child of running) child.kill('SIGTERM');
  });
  const names = chosenParts();
  const prepared = await prepare(names);
  const lanes = [...new Set(names.map((name) => parts[name].lane))].map((lane) =>
    names.filter((name) => parts[name].lane === lane),
  );
  const reports = await Promise.all(
    lanes.map((lane) => runLane(lane, prepared.failed === 0, lanes.length > 1, signal)),
  );
  const sum = sumReports([prepared, ...reports.flat()]);
  if (options.grep !== '' && sum.passed + sum.failed === 0) throw new TaskError(`No test matches “${options.grep}”.`);
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
  const report: PartReport = { passed: 0, failed: 0, skipped: [] };
  if (names.every((name) => parts[name].needs === 'nothing')) return report;
  try {
    await ensureBuild();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    console.error(error.message);
    report.failed += 1;
  }
  return report;
}

/** Runs parts one after the other. Each line says its part where another lane prints at the same time. */
async function runLane(
  lane: readonly PartName[],
  isBuilt: boolean,
  isShared: boolean,
  signal: AbortSignal,
): Promise<PartReport[]> {
  const reports: PartReport[] = [];
  for (const name of lane) {
    if (signal.aborted || (name === 'check' && options.grep !== '')) continue;
    const startedMs = performance.now();
    console.log(`\n== ${name} ==`);
    reports.push(await (name === 'check' ? runChecks() : runPart(name, isBuilt, isShared)));
    console.log(`== ${name}: ${Math.round((performance.now() - startedMs) / 1000)} s ==`);
  }
  return reports;
}

async function runPart(name: Exclude<PartName, 'check'>, isBuilt: boolean, isShared: boolean): Promise<PartReport> {
  const part = parts[name];
  if (part.needs === 'editor' && !isBuilt) return failure('It needs the build.');
  const reportFile = path.join(reportDirectory, `${name}.json`);
  const integration = options.desktop ? 'desktopPart.ts' : 'integrationPart.ts';
  const script = 'timeoutMs' in part ? 'mochaPart.ts' : integration;
  const parameters =
    'timeoutMs' in part ? [String(part.timeoutMs), options.grep, ...testFiles(name)] : [options.grep, editor];
  const command = [nodeBinary, path.join('test', 'harness', script), reportFile, ...parameters];
  const code = isShared ? await runMarked(name, command) : await run(command);
  const report = await readFile(reportFile, 'utf8').then(
    (text) => JSON.parse(text) as PartReport,
    () => undefined,
  );
  if (report === undefined)
    return failure(`The part did not come to its end (exit code ${code}). Logs: ${reportDirectory}`);
  if (code !== 0 && report.failed === 0) report.failed += 1;
  if (options.grep === '' && report.passed + report.failed === 0) return failure('The part ran no test.');
  return report;
}

function testFiles(name: PartName): string[] {
  return globSync(`test/${name}/**/*.test.ts`, { cwd: projectRoot })
    .sort()
    .map((file) => path.join(projectRoot, file));
}

async function runChecks(): Promise<PartReport> {
  const report: PartReport = { passed: 0, failed: 0, skipped: [] };
  for (const check of checks) {
    let output = '';
    const code = await run(npmCommand('run', '--silent', check), (text) => (output += text));
    console.log(`  ${code === 0 ? '✔' : '✖'} ${check}${code === 0 ? '' : `\n${output}`}`);
    report[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return report;
}

function failure(sentence: string): PartReport {
  console.error(sentence);
  return { passed: 0, failed: 1, skipped: [] };
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
