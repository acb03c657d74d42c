import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { setUpModel } from '../../harness/chatView.ts';
import { freshDirectory, projectRoot } from '../../harness/project.ts';
import { type VscodeServer, installExtension, startServer, typescriptSettings } from '../../harness/vscodeServer.ts';
import { Workbench, openSession } from '../../harness/workbench.ts';
import { packProbe, probeOf } from '../hostProbe.ts';
import { type Measurement, measurement, median } from '../measurement.ts';
import { type, watchKeys } from '../typing.ts';
import type { HostFigures } from '../../integration/hostProbe.ts';
import { writeLargeProject } from '../../fixtures/largeProject.ts';

const TEXT = 'const calm = harbour and berth of a ship in the bay while tides '.repeat(2);

const PATIENCE_MS = 120_000;

interface Typed {
  readonly keysMs: readonly number[];
  readonly host: HostFigures;
  /** How long a definition in a small file took beside the large one. */
  readonly definitionMs: number;
}

/**
 * Types into a TypeScript file of 5 MB, in windows with Sextant and without, whose extension hosts are looked at by an
 * extension of our own. With Sextant completion is on, and a suggestion and an edit have to show.
 */
export async function runLargeFileBenchmark(): Promise<boolean> {
  const directory = await freshDirectory('bench', 'large');
  const project = await writeLargeProject(path.join(directory, 'project'));
  const models = await startModelServer({ kind: 'ollama', completionText: 'berthOf(harbour);\n' });
  const probeFile = path.join(directory, 'probe-port');
  await installExtension(await packProbe(path.join(directory, 'probe')), path.join(directory, 'server'));
  const server = await startServer({
    directory: path.join(directory, 'server'),
    settings: {
      ...typescriptSettings,
      'files.autoSave': 'off',
      'files.hotExit': 'off',
      'editor.quickSuggestions': false,
    },
    environment: { SEXTANT_PROBE_FILE: probeFile },
  });
  const browser = await launchBrowser();
  try {
    await writeMachineSettings(server, models);
    const run = (hasSextant: boolean): Promise<Typed> =>
      typeInWindow({ browser, server, models, project, probeFile }, hasSextant);
    const without = [await run(false)];
    const withSextant = [await run(true), await run(true)];
    without.push(await run(false));
    const figures = [...compare(without, withSextant), ...ownFigures(withSextant)];
    for (const { metric, value, unit } of figures)
      console.log(`${metric.padEnd(72)}${String(value).padStart(9)} ${unit}`);
    const results = path.join(import.meta.dirname, '..', 'results');
    await writeFile(path.join(results, 'largeFile.json'), `${JSON.stringify(figures, null, 2)}\n`);
    return true;
  } finally {
    await browser.close();
    await server.stop();
    await models.close();
  }
}

interface Surroundings {
  readonly browser: Browser;
  readonly server: VscodeServer;
  readonly models: ModelServer;
  readonly project: { readonly folder: string; readonly line: number };
  readonly probeFile: string;
}

async function typeInWindow(surroundings: Surroundings, hasSextant: boolean): Promise<Typed> {
  const { browser, server, models, project, probeFile } = surroundings;
  await writeFile(probeFile, '');
  const session = await openSession(browser);
  const sextant = hasSextant ? { extension: projectRoot } : {};
  const window = await Workbench.open(session, server.url({ folder: project.folder, ...sextant }));
  const { page } = window;
  try {
    const ask = await probeOf(probeFile);
    const definition = ask({ type: 'define', file: path.join(project.folder, 'small.ts'), line: 2, character: 22 });
    await definition;
    await openAt(window, 'large.ts', project.line);
    await watchKeys(page);
    // What VS Code and its server do at the opening of the file is not what is measured.
    await type(page, TEXT);
    await ask({ type: 'start', samples: false });
    const keysMs = await type(page, TEXT);
    const { loop, definitionsAsked } = (await ask({ type: 'stop' })) as HostFigures;
    await ask({ type: 'start', samples: true });
    await type(page, TEXT);
    const { stretchesMs } = (await ask({ type: 'stop' })) as HostFigures;
    const asked = { type: 'define', file: path.join(project.folder, 'small.ts'), line: 2, character: 22 } as const;
    const { ms: definitionMs } = (await ask(asked)) as { readonly ms: number };
    if (hasSextant) await showsSuggestionAndEdit(window, models);
    console.log(hasSextant ? 'with Sextant' : 'without Sextant', { ...loop, definitionsAsked, definitionMs });
    return { keysMs, host: { loop, definitionsAsked, stretchesMs }, definitionMs };
  } catch (error) {
    console.error(await window.screenshot('large-typescript-failed'));
    throw error;
  } finally {
    await session.close();
  }
}

async function showsSuggestionAndEdit(window: Workbench, models: ModelServer): Promise<void> {
  const { page } = window;
  await page.keyboard.press('Enter');
  await page.keyboard.type('const last = ');
  const ghost = page.locator('.ghost-text-decoration, .ghost-text').first();
  await ghost.waitFor({ timeout: PATIENCE_MS });
  await window.screenshot('large-typescript-ghost');
  await page.keyboard.press('Tab');
  const written = /const\slast\s=\sberthOf\(harbour\)/;
  await page.locator('.view-line', { hasText: written }).first().waitFor();
  await setUpModel(window, 'Ollama');
  await page.locator('.view-line', { hasText: written }).first().click();
  await page.keyboard.press('Alt+k');
  const box = page.locator('.review-widget .monaco-editor.focused');
  await box.waitFor();
  models.enqueue({ type: 'answer', text: '```ts\nconst last = berthOf(otherHarbour);\n```\n' });
  await page.keyboard.type('Another harbour');
  await page.keyboard.press('Control+Enter');
  await page.locator('.codelens-decoration a', { hasText: 'Accept' }).first().waitFor({ timeout: PATIENCE_MS });
  await window.screenshot('large-typescript-edit');
}

function compare(without: readonly Typed[], withSextant: readonly Typed[]): Measurement[] {
  const both = (metric: string, of: (typed: Typed) => number): Measurement[] => [
    measurement(`${metric}, without Sextant`, median(without.map(of)), 'ms', null),
    measurement(`${metric}, with Sextant`, median(withSextant.map(of)), 'ms', null),
  ];
  return [
    ...both('from a key to its letter, median', ({ keysMs }) => median(keysMs)),
    ...both('from a key to its letter, p95', ({ keysMs }) => quantile(keysMs, 0.95)),
    ...both('extension host: processor time for a key', ({ keysMs, host }) => host.loop.busyMs / keysMs.length),
    ...both('extension host: longest stretch, processor time', ({ host }) => host.loop.longestMs),
    ...both('extension host: delay of the event loop, p99 by the clock', ({ host }) => host.loop.p99DelayByClockMs),
    ...both('a definition in a small file beside it', ({ definitionMs }) => definitionMs),
  ];
}

function ownFigures(withSextant: readonly Typed[]): Measurement[] {
  const stretches = withSextant.flatMap(({ host }) => host.stretchesMs);
  const keys = withSextant.reduce((sum, { keysMs }) => sum + keysMs.length, 0);
  const total = stretches.reduce((sum, each) => sum + each, 0);
  return [
    measurement('Sextant’s own functions: time for a key', total / keys, 'ms', null),
    measurement('Sextant’s own functions: longest stretch but one in a hundred', quantile(stretches, 0.99), 'ms', 5),
    measurement('Sextant’s own functions: longest stretch', Math.max(...stretches), 'ms', 5),
  ];
}

function quantile(values: readonly number[], part: number): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length * part)] ?? Number.NaN;
}

async function openAt(window: Workbench, name: string, line: number): Promise<void> {
  await window.page.keyboard.press('Control+p');
  await window.quickInput.fill(name);
  await window.quickPicks.filter({ hasText: name }).first().click();
  await window.activeTab.filter({ hasText: name }).waitFor();
  await window.page.keyboard.press('Control+g');
  await window.quickInput.fill(`:${line}:3`);
  await window.quickPicks
    .filter({ hasText: String(line) })
    .first()
    .click();
  await window.quickInput.waitFor({ state: 'hidden' });
}

async function writeMachineSettings(server: VscodeServer, models: ModelServer): Promise<void> {
  const folder = path.join(server.directory, 'data', 'Machine');
  await mkdir(folder, { recursive: true });
  const settings = { 'sextant.endpoints': { ollama: models.address }, 'sextant.completion.model': 'ollama/coder:1b' };
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
}
