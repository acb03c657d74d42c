import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { assertNothingElseWent, installRecorder } from './outgoing.ts';
import { type EditorVersion, newestEditor, oldestEditor } from './editorDownload.ts';
import { freshDirectory } from './project.ts';
import { writeSampleProject } from './sampleProject.ts';
import { type VscodeServer, type WorkbenchAddress, installExtension, startServer } from './vscodeServer.ts';
import { Workbench, openSession } from './workbench.ts';

/** A VS Code with its browser, for the tests of one suite. */
export interface EditorFixture {
  /** A folder of this suite's own, empty when the suite starts. */
  readonly directory: string;
  /** The sample project in it. */
  readonly project: string;
  readonly server: VscodeServer;
  readonly session: BrowserContext;
  /** Opens a window, the project's by default. What the tests open is closed with the suite. */
  open(address?: WorkbenchAddress): Promise<Workbench>;
  /** The same in a session of its own, whose VS Code has another language; it is closed with the browser. */
  openIn(language: string, address?: WorkbenchAddress): Promise<Workbench>;
}

export interface FixtureOptions {
  /** Tells the suite's folder from those of the others. */
  readonly name: string;
  /** Installs this packed extension; otherwise windows run what their address names. */
  readonly vsix?: () => Promise<string>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Folders are not trusted until somebody says so. */
  readonly asksForTrust?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Why the ledger loses entries: once the tests of a suite are over, all that went out is held to what the ledgers of
   * their stores have, and where this says why not, only what left the machine.
   */
  readonly losesLedger?: string;
}

const SET_UP_TIMEOUT_MS = 120_000;

/**
 * Gives the suite that calls it a VS Code server, a browser and the sample project, and ends them after
 * it. A test that fails leaves a screenshot of each window in `.cache/screenshots`.
 */
export function useEditor(options: FixtureOptions): EditorFixture {
  const windows: Workbench[] = [];
  let browser: Browser | undefined;
  let server: VscodeServer | undefined;
  let session: BrowserContext | undefined;
  let directory = '';
  const sent = (): string => path.join(directory, 'sent.jsonl');
  const project = (): string => path.join(directory, 'project');

  before(async function () {
    this.timeout(SET_UP_TIMEOUT_MS);
    directory = await freshDirectory('e2e', options.name);
    await writeSampleProject(project());
    const serverDirectory = path.join(directory, 'server');
    const version = editorVersion();
    await installRecorder(path.join(serverDirectory, 'extensions'));
    if (options.vsix !== undefined) await installExtension(await options.vsix(), serverDirectory, version);
    const { settings = {}, asksForTrust = false } = options;
    const environment = { ...options.environment, SEXTANT_RECORDED_REQUESTS: sent() };
    server = await startServer({ directory: serverDirectory, version, settings, environment, asksForTrust });
    browser = await launchBrowser();
    session = await openSession(browser);
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.isFailed() !== true) return;
    for (const [at, window] of windows.entries()) {
      if (window.page.isClosed()) continue;
      console.log(await window.screenshot(`failed-${test.fullTitle().replaceAll(/\W+/g, '-')}-${at}`));
    }
  });
  after(async function () {
    this.timeout(SET_UP_TIMEOUT_MS);
    try {
      const isWhole = options.losesLedger === undefined;
      if (windows.length > 0) await assertNothingElseWent(directory, sent(), isWhole);
    } finally {
      await browser?.close();
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  return {
    get directory() {
      return directory;
    },
    get project() {
      return project();
    },
    get server() {
      return started(server);
    },
    get session() {
      return started(session);
    },
    async openIn(language, address = { folder: project() }) {
      const other = await openSession(started(browser), { language });
      const window = await Workbench.open(other, started(server).url(address));
      windows.push(window);
      return window;
    },
    async open(address = { folder: project() }) {
      const window = await Workbench.open(started(session), started(server).url(address));
      windows.push(window);
      if (address.workspace !== undefined) await window.foldersShown();
      return window;
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The editor is there only while the tests of its suite run.');
  return part;
}

/** The oldest release answers an extension's modal question for the user while it is tested. */
export function refusesDialogs(): boolean {
  return editorVersion() === oldestEditor;
}

/** The release that `npm run test:oldest` or `npm test` has downloaded. */
function editorVersion(): EditorVersion {
  return (process.env['SEXTANT_EDITOR'] as EditorVersion | undefined) ?? newestEditor;
}
