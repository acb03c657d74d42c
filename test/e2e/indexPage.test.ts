import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Frame, Locator } from 'playwright-core';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { useEditor } from '../harness/editorFixture.ts';
import { projectRoot } from '../harness/project.ts';
import type { Workbench } from '../harness/workbench.ts';

const run = promisify(execFile);
const FILES = 1_000;

describe('The index in sight, in the editor', () => {
  const editor = useEditor({
    name: 'index-page',
    settings: { 'sextant.index.cpuPercent': 10, 'sextant.index.deepModel': 'auto' },
  });
  let window: Workbench;
  let state: Locator;
  let page: Frame;

  const git = async (...command: string[]): Promise<void> => {
    const who = ['-c', 'user.name=Keeper', '-c', 'user.email=keeper@example.org', '-c', 'commit.gpgsign=false'];
    await run('git', [...who, ...command], { cwd: editor.project });
  };
  let models: ModelServer;
  const figure = (name: string, shown = page): Locator => shown.locator('.fact', { hasText: name }).locator('dd');

  before(async () => {
    const folder = path.join(editor.project, 'harbours');
    await mkdir(folder);
    for (let at = 0; at < FILES; at++) {
      const text = `export function harbour${at}(): number {\n  // Berths in harbour number ${at}.\n  return ${at};\n}\n`;
      await writeFile(path.join(folder, `harbour${at}.ts`), text.repeat(8));
    }
    await writeFile(path.join(editor.project, 'chart.png'), 'a picture');
    await writeFile(path.join(editor.project, '.env'), 'KEY=1\n');
    await git('init', '-q', '-b', 'main');
    await git('add', '-f', '.');
    await git('commit', '-q', '-m', 'All');
    models = await startModelServer({ kind: 'ollama' });
    // What is the machine's is the server's, not the window's.
    const machine = path.join(editor.directory, 'server', 'data', 'Machine');
    await mkdir(machine, { recursive: true });
    const settings = JSON.stringify({ 'sextant.endpoints': { ollama: models.address } });
    await writeFile(path.join(machine, 'settings.json'), settings);
    window = await editor.open({ folder: editor.project, extension: projectRoot });
    state = window.page.locator('[id="sextant.sextant.index"]');
  });

  it('tells in the status bar how far it is, and opens its page at a click', async () => {
    await state.filter({ hasText: /Indexing [\d,]+ of 1,\d+/ }).waitFor();
    await state.click();
    page = await window.webview('Sextant Index');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/Indexing paused at/).waitFor();
    await state.filter({ hasText: 'paused' }).waitFor();
    await window.screenshot('index-page-paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Index ready').waitFor();
    await state.filter({ hasText: /^\s*1,00\d\s*$/ }).waitFor();
  });

  it('shows figures, and what was left out and why', async () => {
    await figure('Files').filter({ hasText: '1,005' }).waitFor();
    assert.match(await page.locator('.bar-row').first().innerText(), /typescript[^]*1,003 files/);
    assert.match(await page.locator('.details').innerText(), /This window\./);
    await page.locator('.details dd', { hasText: /Works through the passages|Knows every passage/ }).waitFor();
    const rows = page.getByRole('listbox', { name: 'Files left out' }).getByRole('option');
    assert.deepEqual(
      (await rows.allInnerTexts()).map((row) => row.split(/\s+/).filter((word) => word !== '')),
      [
        ['.env', 'secret'],
        ['chart.png', 'binary'],
      ],
    );
    await page.getByRole('button', { name: /^binary/ }).click();
    await rows.filter({ hasText: '.env' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^binary/ }).click();
    await rows.filter({ hasText: '.env' }).click();
    await window.activeTab.filter({ hasText: '.env' }).waitFor();
    await window.page.locator('.tab', { hasText: 'Sextant Index' }).click();
  });

  it('writes the limit of the processor time as a setting', async () => {
    page = await window.webview('Sextant Index');
    await page.getByRole('combobox', { name: 'CPU limit of indexing' }).selectOption('75%');
    await window.runCommand('Preferences: Open User Settings (JSON)');
    await window.page.locator('.view-lines', { hasText: '"sextant.index.cpuPercent": 75' }).waitFor();
    await window.page.locator('.tab', { hasText: 'Sextant Index' }).click();
  });

  it('follows a switch of branches, and what is new is found', async () => {
    await git('switch', '-q', '-c', 'storm');
    await rm(path.join(editor.project, 'harbours'), { recursive: true });
    const text =
      '/** Warns all ships of a storm by its wind force. */\nexport function warnOfStorm(beaufort: number): boolean {\n  return beaufort > 9;\n}\n';
    await writeFile(path.join(editor.project, 'src', 'stormWarning.ts'), text);
    await git('add', '-A');
    await git('commit', '-q', '-m', 'Storm');
    page = await window.webview('Sextant Index', (shown) => figure('Files', shown).filter({ hasText: /^6$/ }));
    await window.runCommand('Sextant: Semantic Search');
    await window.page.getByPlaceholder('Describe the code you look for').fill('tell vessels about heavy wind');
    await window.quickPicks.filter({ hasText: 'warnOfStorm' }).first().waitFor();
    await window.page.keyboard.press('Escape');
    await git('switch', '-q', 'main');
    page = await window.webview('Sextant Index', (shown) => figure('Files', shown).filter({ hasText: '1,005' }));
  });

  it('is built anew from its page, and is there again after a reload', async () => {
    await page.getByRole('button', { name: 'Rebuild' }).click();
    await page.getByText(/Indexing [\d,]+ of/).waitFor();
    await page.getByText('Index ready').waitFor();
    await window.reload();
    page = await window.webview('Sextant Index');
    await page.getByText('Index ready').waitFor();
    await figure('Files').filter({ hasText: '1,005' }).waitFor();
  });

  it('is helped by an embedding model that the user chooses, and says when that does not answer', async () => {
    const answer =
      '/** Zzz. */\nexport function cormorant(count: number): number {\n  return count * 2 + 17 - count / 3;\n}\n';
    await writeFile(path.join(editor.project, 'src', 'bird.ts'), answer);
    await figure('Files').filter({ hasText: '1,006' }).waitFor();
    await page.getByRole('button', { name: 'Change…' }).click();
    await window.quickPicks.filter({ hasText: 'ollama/nomic-embed-text' }).first().click();
    await page.getByText(/With ollama\/nomic-embed-text:latest, 60 dimensions, for every passage/).waitFor();
    await window.screenshot('index-page-model');
    const search = window.page.getByPlaceholder('Describe the code you look for');
    await window.runCommand('Sextant: Semantic Search');
    // A word that only this model understands.
    await search.fill('κορμοράνος');
    await window.quickPicks.first().filter({ hasText: 'cormorant' }).waitFor();
    await window.page.keyboard.press('Escape');
    await models.close();
    await writeFile(path.join(editor.project, 'src', 'gull.ts'), answer.replace('cormorant', 'albatross'));
    // The page comes back from behind the preview of what was found, which went with the search.
    page = await window.webview('Sextant Index', (shown) =>
      shown.getByText(/It does not answer, so search goes on without it/),
    );
    await window.screenshot('index-page-model-gone');
    await window.runCommand('Sextant: Semantic Search');
    await search.fill('albatross');
    await window.quickPicks.first().filter({ hasText: 'albatross' }).waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('is read by a second window, which goes on when the first is killed', async () => {
    const second = await editor.open({ folder: editor.project, extension: projectRoot });
    await second.runCommand('Sextant: Show Index');
    const theirs = await second.webview('Sextant Index');
    await theirs.getByText('Another window does, and this one reads along.').waitFor();
    await second.screenshot('index-page-second-window');
    const [folder = ''] = await readdir(path.join(editor.server.globalStorage, 'sextant.sextant', 'index'));
    const owner = await readFile(
      path.join(editor.server.globalStorage, 'sextant.sextant', 'index', folder, 'owner'),
      'utf8',
    );
    const index = Number(owner.split(' ')[0]);
    const stat = await readFile(`/proc/${index}/stat`, 'utf8');
    const host = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    for (const id of [host, index]) process.kill(id, 'SIGKILL');
    const startedMs = performance.now();
    await theirs.getByText('This window.').waitFor();
    console.log(`      took over ${Math.round(performance.now() - startedMs)} ms after the kill`);
    const text = '/** Counts the puffins of an island. */\nexport function countPuffins(): number {\n  return 7;\n}\n';
    await writeFile(path.join(editor.project, 'src', 'puffin.ts'), text);
    await second.runCommand('Sextant: Semantic Search');
    await second.page.getByPlaceholder('Describe the code you look for').fill('countPuffins');
    await second.quickPicks.filter({ hasText: 'countPuffins' }).first().waitFor();
  });
});

describe('An index that fails, in the editor', () => {
  const editor = useEditor({ name: 'index-fails', settings: { 'workbench.colorTheme': 'Default Dark Modern' } });

  it('says so in the status bar, and why on its page', async () => {
    const storage = path.join(editor.server.globalStorage, 'sextant.sextant');
    await mkdir(storage, { recursive: true });
    await writeFile(path.join(storage, 'index'), 'a file where the index has its folder');
    const window = await editor.open({ folder: editor.project, extension: projectRoot });
    await window.page.locator('[id="sextant.sextant.index"]', { hasText: 'Index failed' }).click();
    const page = await window.webview('Sextant Index');
    await page.getByText(/The index cannot be kept in/).waitFor();
    await page.getByRole('button', { name: 'Try Again' }).waitFor();
    await window.screenshot('index-page-failed');
  });
});

describe('The index page without a folder, in the editor', () => {
  const editor = useEditor({ name: 'index-page-empty' });

  it('says so, and the status bar says nothing', async () => {
    const window = await editor.open({ extension: projectRoot });
    await window.runCommand('Sextant: Show Index');
    const page = await window.webview('Sextant Index');
    await page.getByText('No folder is open').waitFor();
    await page.getByRole('button', { name: 'Open Folder' }).waitFor();
    assert.equal(await window.page.locator('[id="sextant.sextant.index"]').count(), 0);
    await window.screenshot('index-page-no-folder');
  });
});
