// `npm run pictures`: takes the pictures of the README and of the walkthrough anew, in a real VS Code.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { launchBrowser } from '../browser.ts';
import { ensureBuild } from '../build.ts';
import { ChatView } from '../chatView.ts';
import { ensureEditor } from '../editorDownload.ts';
import { freshDirectory, projectRoot } from '../project.ts';
import { runTask } from '../runTask.ts';
import { writeSampleProject } from '../sampleProject.ts';
import { startServer } from '../vscodeServer.ts';
import { Workbench, openSession } from '../workbench.ts';

/** VS Code's own themes, by the names that a walkthrough has for them. */
const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  hc: 'Dark High Contrast',
  'hc-light': 'Light High Contrast',
} as const;
/** So wide that what is in the sidebar can be read beside the steps of a walkthrough. */
const SIDEBAR_WIDTH = 480;
const QUESTION = 'How long do we wait before a buoy that did not answer is called again?';

runTask(async (signal) => {
  await ensureBuild();
  await ensureEditor();
  const directory = await freshDirectory('pictures', 'run');
  const project = await writeSampleProject(path.join(directory, 'lighthouse'));
  const server = await startServer({ directory: path.join(directory, 'server'), settings: {} });
  signal.addEventListener('abort', () => void server.stop());
  const browser = await launchBrowser();
  try {
    const session = await openSession(browser, { size: { width: 1180, height: 620 } });
    const window = await Workbench.open(session, server.url({ folder: project, extension: projectRoot }));
    await window.runCommand('Sextant: Open Chat');
    const chat = new ChatView(window.chat);
    await chat.input.waitFor();
    await window.resizeSidebar(SIDEBAR_WIDTH);
    const answer = await chat.ask(QUESTION);
    for (const [name, theme] of Object.entries(themes)) {
      await window.chooseTheme(theme);
      await takeWalkthrough(window, chat, name);
    }
    await window.chooseTheme(themes.dark);
    await showChat(window);
    await answer
      .getByRole('link', { name: /retryPolicy/ })
      .first()
      .click();
    await window.activeTab.filter({ hasText: 'retryPolicy.ts' }).waitFor();
    await chat.frame.locator('.attachment-ready .attachment-tokens').waitFor();
    await take(window, 'screenshots/chat-dark');
    await window.runCommand('View: Close All Editors');
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.runCommand('Sextant: Semantic Search');
    await window.page.getByPlaceholder('Describe the code you look for').pressSequentially('how high the water is');
    await window.activeTab.filter({ hasText: 'tide_table.py' }).waitFor();
    await take(window, 'screenshots/search-dark');
  } finally {
    await browser.close();
    await server.stop();
  }
  return true;
});

/** What each step of the walkthrough is about, in the theme that is on. */
async function takeWalkthrough(window: Workbench, chat: ChatView, theme: string): Promise<void> {
  const { page } = window;
  const sidebar = page.locator('.part.sidebar');
  await showChat(window);
  await chat.frame.getByRole('region', { name: 'Conversation' }).press('Home');
  await chat.message(1).waitFor();
  await chat.input.focus();
  await take(window, `walkthrough/ask-${theme}`, sidebar);
  await window.runCommand('Sextant: Show Index');
  const index = await window.webview('Sextant Index');
  await index.getByText('Index ready').waitFor();
  // Further down stands where on this machine the index is kept.
  await take(window, `walkthrough/index-${theme}`, page.locator('.part.editor'), 410);
  await window.runCommand('View: Close All Editors');
  const box = page.locator('.quick-input-widget');
  await window.runCommand('Sextant: Set Up a Model Provider');
  await window.quickPicks.filter({ hasText: 'Ollama' }).waitFor();
  await take(window, `walkthrough/model-${theme}`, box);
  await page.keyboard.press('Escape');
  await window.runCommand('Sextant: Store an API Key');
  await page.locator('.quick-input-widget input[type="password"]').waitFor();
  await window.quickInput.fill(`sk-ant-api03-${'x'.repeat(24)}`);
  await page.locator('.quick-input-message', { hasText: 'Anthropic' }).waitFor();
  await take(window, `walkthrough/keys-${theme}`, box);
  await page.keyboard.press('Escape');
}

async function showChat(window: Workbench): Promise<void> {
  await window.runCommand('View: Show Sextant');
  await window.page.locator('iframe.webview.ready').first().waitFor();
}

/** Saves what the window shows, or the top of a part of it, below `media`. */
async function take(
  { page }: Workbench,
  name: string,
  part: Locator = page.locator('.monaco-workbench'),
  greatestHeight = Infinity,
): Promise<void> {
  const file = path.join(projectRoot, 'media', `${name}.png`);
  await mkdir(path.dirname(file), { recursive: true });
  // Off everything that would show that it is pointed at.
  await page.mouse.move(0, 0);
  const box = await part.boundingBox();
  if (box === null) throw new Error(`Nothing is there to be taken for ${name}.`);
  const clip = { ...box, height: Math.min(box.height, greatestHeight) };
  await page.screenshot({ path: file, clip, animations: 'disabled', caret: 'hide' });
  console.log(path.relative(projectRoot, file));
}
