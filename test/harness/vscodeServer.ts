import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type EditorVersion, editorDirectory, editorNode, newestEditor } from './editorDownload.ts';
import { startGuarded } from './guardedProcess.ts';
import { type ProcessInformation, descendants } from './processTree.ts';
import { TaskError, projectRoot } from './project.ts';

/** Settings that keep VS Code from showing or asking what no test and no first start needs. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  // A process that embeds would slow down all the others, and change what is found while a test looks.
  'sextant.index.deepModel': 'off',
};

/**
 * Settings with which VS Code has a language server for TypeScript. The one that it brings along is not in the npm
 * package; without these it does without, which spares most windows a process and its memory.
 */
export const typescriptSettings: Readonly<Record<string, unknown>> = {
  'js/ts.tsdk.path': path.join(projectRoot, 'node_modules', 'typescript', 'lib'),
  'typescript.tsdk': path.join(projectRoot, 'node_modules', 'typescript', 'lib'),
};

export interface ServerOptions {
  /** Holds all that the server keeps: settings, storage, extensions. Nothing is written elsewhere. */
  readonly directory: string;
  readonly version?: EditorVersion;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /**
   * Set for a person's server: only who has the token in this file gets in. It then takes no payload, and
   * shows what tests do not want to see.
   */
  readonly tokenFile?: string;
  /** Asks whether a folder is trusted, as VS Code does for a user; otherwise all are. */
  readonly asksForTrust?: boolean;
  /** Added to the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to this process's environment for the server and its extension hosts. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface WorkbenchAddress {
  /** An absolute path; without one the window is empty. */
  readonly folder?: string;
  /** A `.code-workspace` file, instead of a folder. */
  readonly workspace?: string;
  /** An extension to run from its folder. */
  readonly extension?: string;
  /** A module whose `run()` the extension host calls; the window then is a test run. */
  readonly extensionTests?: string;
}

/** A VS Code server that runs on loopback until it is stopped or this process ends. */
export interface VscodeServer {
  readonly port: number;
  /** All that it starts descends from this one. */
  readonly processId: number;
  readonly directory: string;
  /** The address of a window. */
  url(address?: WorkbenchAddress): string;
  /** Replaces the user's settings; a window reads them when it loads. */
  writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Where extensions keep their files: `globalStorageUri` is a folder in it named after the extension. */
  readonly globalStorage: string;
  /** The extension hosts that run now, one a window. */
  extensionHosts(): Promise<ProcessInformation[]>;
  /** What the server has printed. */
  output(): string;
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts a downloaded VS Code server. Throws a {@link TaskError} when it does not come up, or its port is taken. */
export async function startServer(options: ServerOptions): Promise<VscodeServer> {
  const { directory, version = newestEditor, tokenFile } = options;
  const userDirectory = path.join(directory, 'data', 'User');
  await mkdir(path.join(directory, 'extensions'), { recursive: true });
  const writeSettings = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    await mkdir(userDirectory, { recursive: true });
    await writeFile(
      path.join(userDirectory, 'settings.json'),
      JSON.stringify({ ...quietSettings, ...settings }, null, 2),
    );
  };
  if (options.settings !== undefined) await writeSettings(options.settings);
  const server = startGuarded(
    editorNode(version),
    [
      path.join('out', 'server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
      '--accept-server-license-terms',
      ...(tokenFile === undefined
        ? ['--without-connection-token', '--enable-smoke-test-driver']
        : ['--connection-token-file', tokenFile]),
      ...(options.asksForTrust === true ? [] : ['--disable-workspace-trust']),
      '--disable-telemetry',
      ...(version === newestEditor ? ['--reconnection-grace-time', '2'] : []),
      ...directories(directory),
    ],
    {
      cwd: editorDirectory(version),
      env: { ...process.env, XDG_CACHE_HOME: path.join(directory, 'cache'), ...options.environment },
    },
  );
  const port = await listeningPort(server, START_TIMEOUT_MS);
  return {
    port,
    processId: server.processId,
    directory,
    url: (address = {}) => workbenchUrl(port, address),
    writeSettings,
    globalStorage: path.join(userDirectory, 'globalStorage'),
    extensionHosts: async () =>
      (await descendants(server.processId)).filter(({ commandLine }) => commandLine.includes('--type=extensionHost')),
    output: server.output,
    ended: server.ended,
    stop: server.stop,
  };
}

/** Installs a packed extension, as a user does, into the folder that a server will use. */
export async function installExtension(
  vsix: string,
  directory: string,
  version: EditorVersion = newestEditor,
): Promise<void> {
  const installation = startGuarded(
    editorNode(version),
    [path.join('out', 'server-main.js'), '--install-extension', vsix, '--force', ...directories(directory)],
    { cwd: editorDirectory(version) },
  );
  const code = await installation.ended;
  if (code !== 0 || !installation.output().includes('successfully installed')) {
    throw new TaskError(`VS Code did not install ${path.basename(vsix)}.\n${installation.output()}`);
  }
}

function directories(directory: string): string[] {
  return ['--server-data-dir', directory, '--extensions-dir', path.join(directory, 'extensions')];
}

function workbenchUrl(port: number, address: WorkbenchAddress): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (address.extension !== undefined) payload.push(['extensionDevelopmentPath', remote(address.extension)]);
  if (address.extensionTests !== undefined) payload.push(['extensionTestsPath', remote(address.extensionTests)]);
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (address.folder !== undefined) url.searchParams.set('folder', address.folder);
  if (address.workspace !== undefined) url.searchParams.set('workspace', address.workspace);
  if (address.folder === undefined && address.workspace === undefined) url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

async function listeningPort(server: ReturnType<typeof startGuarded>, timeoutMs: number): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  let code: number | undefined;
  void server.ended.then((value) => (code = value));
  while (performance.now() < deadline) {
    const port = /Extension host agent listening on (\d+)/.exec(server.output())?.[1];
    if (port !== undefined) return Number(port);
    if (server.output().includes('EADDRINUSE')) break;
    if (code !== undefined) throw new TaskError(`The VS Code server ended at once:\n${server.output().slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const taken = server.output().includes('EADDRINUSE');
  const problem = taken ? 'Its port is taken by another program.' : 'It did not come up in 30 seconds.';
  await server.stop();
  throw new TaskError(`The VS Code server could not be started. ${problem}`);
}
