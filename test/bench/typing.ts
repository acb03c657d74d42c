import { globSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { freshDirectory } from '../harness/project.ts';
import { installExtension, startServer } from '../harness/vscodeServer.ts';
import { packedExtension } from '../harness/vsix.ts';
import { Workbench, openSession } from '../harness/workbench.ts';
import type { HostFigures } from '../integration/hostProbe.ts';
import { packProbe, probeOf } from './hostProbe.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const FILES = 10_000;
const KEYS = 400;
/** Files that are among the first to be indexed. */
const SEARCHED = [0, 1, 2];
/** Until a large folder is complete. */
const INDEXED_MS = 600_000;
/** A quick typist's. */
const KEY_EVERY_MS = 60;

/**
 * How long a key takes to show in the editor: while nothing else goes on, and while a large folder is indexed for the
 * first time, in the same window; how long a search takes meanwhile, and what all that is for the extension host.
 */
export async function measureTyping(browser: Browser): Promise<Measurement[]> {
  const directory = await freshDirectory('bench', 'typing');
  const folder = await writeLargeFolder(path.join(directory, 'project'));
  const probeFile = path.join(directory, 'probe-port');
  await writeFile(probeFile, '');
  await installExtension(await packedExtension(), directory);
  await installExtension(await packProbe(path.join(directory, 'probe')), directory);
  const server = await startServer({
    directory,
    settings: { 'sextant.index.automatic': false, 'sextant.index.deepModel': 'auto' },
    environment: { SEXTANT_PROBE_FILE: probeFile },
  });
  try {
    const window = await Workbench.open(await openSession(browser), server.url({ folder }));
    const { page } = window;
    const ask = await probeOf(probeFile);
    await page.keyboard.press('Control+p');
    await window.quickInput.fill('notes.txt');
    await window.quickPicks.filter({ hasText: 'notes.txt' }).first().click();
    await window.activeTab.filter({ hasText: 'notes.txt' }).waitFor();
    await page.locator('.monaco-editor .view-lines').click();
    await watchKeys(page);
    await type(page);
    const quiet = await type(page);
    await window.runCommand('Sextant: Index Workspace');
    const state = page.locator('[id="sextant.sextant.index"]');
    await state.filter({ hasText: /Indexing (\d{3}|\d+[,.]\d{3}) of/ }).waitFor();
    await ask({ type: 'start', samples: true });
    const searches = await search(window);
    const { stretchesMs } = (await ask({ type: 'stop' })) as HostFigures;
    await page.locator('.monaco-editor .view-lines').click();
    await ask({ type: 'start', samples: false });
    const busy = await type(page);
    const { loop } = (await ask({ type: 'stop' })) as HostFigures;
    const isStill = /Indexing|Looking/.test(await state.innerText());
    if (!isStill) throw new Error('The index was complete before all was typed: take a larger folder.');
    await state.filter({ hasText: /Indexing|Looking/ }).waitFor({ state: 'hidden', timeout: INDEXED_MS });
    const givenUpMs = performance.now() + INDEXED_MS;
    while (deepProcesses(directory) === 0) {
      if (performance.now() > givenUpMs) throw new Error('The deep model did not begin: is the machine on battery?');
      await page.waitForTimeout(100);
    }
    const deep = await type(page);
    if (deepProcesses(directory) === 0) throw new Error('The deep model was not at work while all was typed.');
    return [
      measurement('from a key to its letter in the editor, median', median(quiet), 'ms', null),
      measurement(`the same while ${FILES.toLocaleString('en')} files are indexed`, median(busy), 'ms', null),
      measurement('longest wait for a letter', Math.max(...quiet), 'ms', null),
      measurement('the same while indexing', Math.max(...busy), 'ms', 100),
      measurement('longest wait for a letter while the deep model works', Math.max(...deep), 'ms', 100),
      measurement('while indexing: from a question to its first hit, median', median(searches), 'ms', null),
      measurement('while indexing: extension host, longest stretch, processor time', loop.longestMs, 'ms', null),
      measurement('while indexing: the same of Sextant alone, searching', Math.max(0, ...stretchesMs), 'ms', 5),
    ];
  } finally {
    await server.stop();
  }
}

/** How many processes compute with the deep model of an extension that is installed below a folder, as Linux tells them. */
function deepProcesses(directory: string): number {
  return globSync('/proc/[0-9]*/cmdline').filter((file) => {
    try {
      const command = readFileSync(file, 'utf8');
      return command.includes(directory) && command.includes('deepProcess.js');
    } catch {
      return false;
    }
  }).length;
}

/** Asks for functions that only one file has; gives for each how long its hit took to show in the palette. */
async function search(window: Workbench): Promise<number[]> {
  const times: number[] = [];
  for (const file of SEARCHED) {
    const name = `berth${file}Of7`;
    await window.runCommand('Sextant: Semantic Search');
    const startedMs = performance.now();
    await window.page.getByPlaceholder('Describe the code you look for').fill(name);
    await window.quickPicks.filter({ hasText: name }).first().waitFor();
    times.push(performance.now() - startedMs);
    await window.page.keyboard.press('Escape');
    await window.quickInput.waitFor({ state: 'hidden' });
    // The hit's file was shown for a moment.
    await window.activeTab.filter({ hasText: 'notes.txt' }).waitFor();
  }
  return times;
}

const words = 'the quick brown fox jumps over the lazy dog and '.repeat(Math.ceil(KEYS / 48)).slice(0, KEYS);

/** Types a text as a quick typist does; gives for each key how long it took to show. Call {@link watchKeys} before. */
export async function type(page: Page, text = words): Promise<number[]> {
  // Keys that were for something else count for nothing.
  await takeTimes(page);
  await page.keyboard.type(text, { delay: KEY_EVERY_MS });
  await page.keyboard.press('Enter');
  // What the last keys have changed is painted by then.
  await page.waitForTimeout(500);
  return await takeTimes(page);
}

function takeTimes(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as { takeTimes(): number[] }).takeTimes());
}

/**
 * Notes in the page when each key goes down, and the first picture after an editor's lines have changed. An editor that
 * shows another file for a moment, as a search does, draws its lines anew: so all are watched.
 */
export async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    interface Change {
      readonly target: { closest?(selector: string): unknown; readonly parentElement: Change['target'] | null };
    }
    interface View {
      takeTimes(): number[];
      addEventListener(name: string, listener: () => void, capture: boolean): void;
      requestAnimationFrame(callback: () => void): void;
      document: { querySelector(selector: string): unknown };
      MutationObserver: new (callback: (changes: readonly Change[]) => void) => {
        observe(target: unknown, options: object): void;
      };
    }
    const view = globalThis as unknown as View;
    let pressed: number[] = [];
    let times: number[] = [];
    view.addEventListener('keydown', () => void pressed.push(performance.now()), true);
    const isOfLines = ({ target }: Change): boolean =>
      ((target.closest === undefined ? target.parentElement : target)?.closest?.('.view-lines') ?? null) !== null;
    new view.MutationObserver((changes) => {
      if (!changes.some(isOfLines)) return;
      const shown = pressed;
      pressed = [];
      if (shown.length === 0) return;
      view.requestAnimationFrame(() => {
        const now = performance.now();
        for (const time of shown) times.push(now - time);
      });
    }).observe(view.document.querySelector('.part.editor'), {
      subtree: true,
      childList: true,
      characterData: true,
    });
    view.takeTimes = () => {
      const taken = times;
      times = [];
      pressed = [];
      return taken;
    };
  });
}

/** Modules of some thirty functions each, no two alike. */
async function writeLargeFolder(folder: string): Promise<string> {
  for (let at = 0; at < FILES; at++) {
    const directory = path.join(folder, `harbour${Math.floor(at / 100)}`);
    if (at % 100 === 0) await mkdir(directory, { recursive: true });
    const functions = Array.from({ length: 30 }, (_, each) => functionText(at, each));
    await writeFile(path.join(directory, `berths${at}.ts`), functions.join('\n'));
  }
  await writeFile(path.join(folder, 'notes.txt'), '\n');
  return folder;
}

function functionText(file: number, each: number): string {
  const name = `berth${file}Of${each}`;
  return [
    `/** How many ships lie at berth ${each} of harbour ${file} when the tide is ${(file * each) % 17} feet. */`,
    `export function ${name}(ships: readonly number[], tide${each}: number): number {`,
    `  let total = ${file};`,
    `  for (const ship of ships) if (ship > tide${each}) total += ship * ${each};`,
    `  return total % ${file + each + 1};`,
    '}',
    '',
  ].join('\n');
}
