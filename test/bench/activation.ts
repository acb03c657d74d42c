import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { freshDirectory, projectRoot } from '../harness/project.ts';
import { writeSampleProject } from '../harness/sampleProject.ts';
import { startServer } from '../harness/vscodeServer.ts';
import { openSession } from '../harness/workbench.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const HOST_STARTS = 7;

/** Runs in the extension host: keeps what VS Code itself has measured of the extensions' starts. */
const probe = `
const vscode = require('vscode');
const { writeFileSync } = require('node:fs');
const wait = (timeMs) => new Promise((resolve) => setTimeout(resolve, timeMs));
exports.run = async () => {
  while (!vscode.extensions.getExtension('sextant.sextant').isActive) await wait(50);
  await vscode.commands.executeCommand('perfview.show');
  for (;;) {
    const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText() ?? '';
    if (report.includes('sextant.sextant')) return writeFileSync(process.env.SEXTANT_PERF_FILE, report);
    await wait(100);
  }
};
`;

/**
 * How long Sextant keeps an extension host that starts: what *Developer: Startup Performance* says, the
 * median of several hosts. Loading the code of the activation path counts, and so does activate().
 */
export async function measureActivation(browser: Browser): Promise<Measurement[]> {
  const directory = await freshDirectory('bench', 'activation');
  const folder = await writeSampleProject(path.join(directory, 'project'));
  const perfFile = path.join(directory, 'perf.txt');
  const tests = path.join(directory, 'probe.cjs');
  await writeFile(tests, probe);
  const server = await startServer({ directory, settings: {}, environment: { SEXTANT_PERF_FILE: perfFile } });
  const loads: number[] = [];
  const activations: number[] = [];
  try {
    for (let start = 0; start < HOST_STARTS; start++) {
      const session = await openSession(browser);
      const page = await session.newPage();
      const ended = new Promise<void>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.goto(server.url({ folder, extension: projectRoot, extensionTests: tests }));
      await ended;
      await session.close();
      const [load, activate, finish] = startTimes(await readFile(perfFile, 'utf8'));
      loads.push(load);
      activations.push(activate + finish);
    }
  } finally {
    await server.stop();
  }
  return [
    measurement('activate(), as VS Code measures it', median(activations), 'ms', 30),
    measurement('loading the code of activate()', median(loads), 'ms', null),
  ];
}

/** Of the row `| sextant.sextant | eager | load code | call activate | finish activate | …`, in milliseconds. */
function startTimes(report: string): [load: number, activate: number, finish: number] {
  const row = /^\| sextant\.sextant\s*\|[^|]*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|/m.exec(report);
  if (row === null) throw new Error('VS Code’s report on its start does not name Sextant.');
  return [Number(row[1]), Number(row[2]), Number(row[3])];
}
