import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { cacheDirectory } from './project.ts';

const LOAD_TIMEOUT_MS = 60_000;

/** The user's session: its windows share the secrets and the global state of VS Code, as on one machine. */
export async function openSession(
  browser: Browser,
  { size = { width: 1280, height: 800 }, language = 'en' } = {},
): Promise<BrowserContext> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const context = await browser.newContext({ viewport: size, permissions });
  // As a language pack says it. VS Code's own texts stay English without one.
  if (language !== 'en') await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)};`);
  // VS Code seals the secrets with a key from its server; this one answers none, and secrets would end with the page.
  await context.route('**/mint-key', (route) =>
    route.fulfill({ status: 200, contentType: 'application/octet-stream', body: Buffer.alloc(32, 7) }),
  );
  return context;
}

/** A VS Code window, by what a user sees and does. */
export class Workbench {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens a window at an address from {@link VscodeServer.url} and waits until it can be used. */
  static async open(context: BrowserContext, url: string): Promise<Workbench> {
    const workbench = new Workbench(await context.newPage());
    await workbench.page.goto(url, { timeout: LOAD_TIMEOUT_MS });
    await workbench.#loaded();
    return workbench;
  }

  /** Reloads the window, as *Developer: Reload Window* does. */
  async reload(): Promise<void> {
    await this.page.reload({ timeout: LOAD_TIMEOUT_MS });
    await this.#loaded();
  }

  async #loaded(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: LOAD_TIMEOUT_MS });
  }

  /**
   * Waits until VS Code's own explorer lists the folders of a workspace file. In a session that has had
   * another window, this VS Code now and then starts as if the file named none; a reload mends that.
   */
  async foldersShown(): Promise<void> {
    const folder = this.page.locator('.explorer-folders-view .monaco-list-row').first();
    for (let attempt = 0; attempt < 6; attempt++) {
      const isShown = await folder.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (isShown) return;
      await this.reload();
    }
    throw new Error('VS Code shows no folder of the workspace file.');
  }

  /** Runs a command by its title, from the palette. It waits until the extension that brings it is known. */
  async runCommand(title: string): Promise<void> {
    const row = this.quickPicks.filter({ hasText: title }).first();
    for (let attempt = 0; attempt < 30; attempt++) {
      // Whatever takes the focus, a view that opens, closes the palette: also between two of these steps.
      if (!(await this.quickInput.isVisible())) await this.page.keyboard.press('F1');
      const isChosen = await this.quickInput
        .fill(`>${title}`, { timeout: 1000 })
        .then(() => row.click({ timeout: 1500 }))
        .then(
          () => true,
          () => false,
        );
      if (isChosen) {
        // What the command asks next must not be mistaken for the palette.
        await row.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
        return;
      }
      // Its list stands still while it is open, and does not take in an extension that comes late.
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`The palette shows no command “${title}”.`);
  }

  /** Changes the colour theme, by its name in VS Code's list, and waits until it shows. */
  async chooseTheme(name: string): Promise<void> {
    const workbench = this.page.locator('.monaco-workbench');
    const before = (await workbench.getAttribute('class')) ?? '';
    const row = this.quickPicks.filter({ hasText: name }).first();
    for (let attempt = 0; ; attempt++) {
      await this.runCommand('Preferences: Color Theme');
      await this.quickInput.fill(name);
      const isListed = await row.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (isListed) break;
      if (attempt === 9) throw new Error(`There is no theme “${name}”.`);
      // The list was made before the themes were known.
      await this.page.keyboard.press('Escape');
    }
    await row.click();
    await this.page.waitForFunction(
      (known) => document.querySelector('.monaco-workbench')?.className !== known,
      before,
    );
  }

  /** The box that a command asks in. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input').first();
  }

  /** The rows that a command offers. Those of the list before stay in the page, out of sight. */
  get quickPicks(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ visible: true });
  }

  /** What the notification centre holds, newest first. */
  async notifications(): Promise<string[]> {
    const centre = this.page.locator('.notifications-center');
    if (!(await centre.isVisible())) await this.page.locator('.statusbar-item[id="status.notifications"]').click();
    await centre.waitFor();
    const messages = await centre.locator('.notification-list-item-message').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return messages;
  }

  /** Waits until the notification centre holds a message that fits; returns it, and empties the centre. */
  async said(text: RegExp): Promise<string> {
    const said = await (await this.#message(text)).innerText();
    await this.#centre.locator('.codicon-notifications-clear-all').click();
    await this.#centre.waitFor({ state: 'hidden' });
    return said;
  }

  /** Presses a button that only this message of the notification centre has; returns what it says. */
  async answer(text: RegExp, button: string): Promise<string> {
    const message = await this.#message(text);
    const said = await message.innerText();
    await this.#centre.getByRole('button', { name: button }).click();
    await message.waitFor({ state: 'detached' });
    return said;
  }

  get #centre(): Locator {
    return this.page.locator('.notifications-center');
  }

  /** A message of the centre, which closes by itself when all that it held was the progress of what says it. */
  async #message(text: RegExp): Promise<Locator> {
    const message = this.#centre.locator('.notification-list-item-message').filter({ hasText: text }).first();
    for (let isThere = false; !isThere;) {
      if (!(await this.#centre.isVisible()))
        await this.page.locator('.statusbar-item[id="status.notifications"]').click();
      isThere = await message.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    }
    return message;
  }

  /**
   * Answers VS Code's dialog for files, which as a server it shows in its box for commands, with a path. A folder
   * must lie beside the file: that the dialog lists it tells that it has taken the path in.
   */
  async chooseFile(file: string): Promise<void> {
    const ok = this.page.locator('.quick-input-action .monaco-button').first();
    await ok.waitFor();
    const entries = await readdir(path.dirname(file), { withFileTypes: true });
    const folder = entries.find((entry) => entry.isDirectory())?.name ?? '';
    const listed = this.quickPicks.filter({ hasText: folder }).first();
    while (!(await listed.isVisible())) {
      // What is typed before the dialog has put in its own path is lost.
      await this.quickInput.fill('');
      await this.quickInput.fill(`${path.dirname(file)}/`);
      await listed.waitFor({ timeout: 1500 }).catch(() => undefined);
    }
    await this.quickInput.fill(file);
    while (await ok.isVisible()) {
      // While it looks at the disk it takes no answer.
      await this.page.keyboard.press('Enter');
      await ok.waitFor({ state: 'hidden', timeout: 1500 }).catch(() => undefined);
    }
  }

  /** The document of the chat view, once it is open. */
  get chat(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** The page of a webview, by the title of its document, once it is there and shows what is asked for. */
  async webview(title: string, shown: (frame: Frame) => Locator = (frame) => frame.locator('#app')): Promise<Frame> {
    for (let attempt = 0; attempt < 400; attempt++) {
      for (const frame of this.page.frames()) {
        // One that goes has no title any more; of a hidden one VS Code keeps the frame for a moment.
        const isIt = await frame.title().then(
          (text) => text === title,
          () => false,
        );
        const isShown = (): Promise<boolean> => shown(frame).isVisible();
        if (isIt && (await isShown().catch(() => false))) return frame;
      }
      await this.page.waitForTimeout(50);
    }
    throw new Error(`No webview shows “${title}”.`);
  }

  /** The tab of the editor that has the focus. */
  get activeTab(): Locator {
    return this.page.locator('.editor-group-container.active .tab.active');
  }

  /** Drags the border of the sidebar until it is `width` pixels wide, or as near as VS Code lets it. */
  async resizeSidebar(width: number): Promise<void> {
    const sidebar = await this.page.locator('.part.sidebar').boundingBox();
    if (sidebar === null) throw new Error('There is no sidebar.');
    const y = sidebar.y + sidebar.height / 2;
    await this.page.mouse.move(sidebar.x + sidebar.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(sidebar.x + width, y, { steps: 8 });
    await this.page.mouse.up();
    await this.page.mouse.move(sidebar.x + width + 200, y);
  }

  /** Saves what the window shows to `.cache/screenshots/NAME.png`; returns the file's path. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(cacheDirectory, 'screenshots', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    // What fades in or moves is shown as it ends.
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
