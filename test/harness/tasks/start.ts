// `npm start [FOLDER]`: opens a folder in a VS Code with Sextant installed, the chat open.
import { existsSync, statSync } from 'node:fs';
import { mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { ensureBuild } from '../build.ts';
import { findDesktopEditor, openInBrowser } from '../desktop.ts';
import { ensureEditor } from '../editorDownload.ts';
import { startGuarded } from '../guardedProcess.ts';
import { TaskError, cacheDirectory, projectRoot } from '../project.ts';
import { runTask } from '../runTask.ts';
import { readOrMake, startSecretFront } from '../secretFront.ts';
import { installExtension, quietSettings, startServer } from '../vscodeServer.ts';
import { packExtension } from '../vsix.ts';

/** The port is part of what VS Code calls a workspace: another one is another memory of it. */
const PREFERRED_PORT = 8719;
const PORTS_TRIED = 20;

const directory = path.join(cacheDirectory, 'start');

runTask(async (signal) => {
  const folder = chosenFolder();
  await mkdir(directory, { recursive: true });
  const editor = await findDesktopEditor();
  return editor === undefined ? runServer(folder, signal) : runDesktop(editor, folder, signal);
});

function chosenFolder(): string {
  const [name, ...others] = process.argv.slice(2);
  if (others.length > 0) throw new TaskError('npm start opens one folder: give one path, in quotes if it has spaces.');
  // npm runs scripts in the project's folder; the user means the folder that they are in.
  const folder = path.resolve(process.env['INIT_CWD'] ?? process.cwd(), name ?? projectRoot);
  if (!existsSync(folder)) throw new TaskError(`There is no folder ${folder}.`);
  if (!statSync(folder).isDirectory()) throw new TaskError(`${folder} is a file. Give the folder that it lies in.`);
  return folder;
}

async function runDesktop(editor: string, folder: string, signal: AbortSignal): Promise<boolean> {
  await ensureBuild();
  const userDirectory = path.join(directory, 'desktop');
  await writeFirstSettings(path.join(userDirectory, 'User'));
  const places = ['--user-data-dir', userDirectory, '--extensions-dir', path.join(userDirectory, 'extensions')];
  const parameters = [
    ...places,
    `--extensionDevelopmentPath=${projectRoot}`,
    '--disable-workspace-trust',
    '--new-window',
    '--wait',
  ];
  const window = startGuarded(editor, [...parameters, folder], { env: { ...process.env, SEXTANT_OPEN_CHAT: '1' } });
  console.log(`${folder} is open in VS Code with Sextant. Close the window or press Ctrl-C to end.`);
  onAbort(signal, () => void window.stop());
  const code = await window.ended;
  if (code !== 0 && !signal.aborted)
    throw new TaskError(`VS Code ended with an error.\n${window.output().slice(-2000)}`);
  return true;
}

async function runServer(folder: string, signal: AbortSignal): Promise<boolean> {
  await ensureEditor();
  await installSextant();
  await writeFirstSettings(path.join(directory, 'data', 'User'));
  const tokenFile = path.join(directory, 'token');
  const token = await readOrMake(tokenFile, 16);
  const port = await freePort();
  if (port !== PREFERRED_PORT) console.log(`Port ${PREFERRED_PORT} is taken by another program, so this is ${port}.`);
  const server = await startServer({ directory, tokenFile, environment: { SEXTANT_OPEN_CHAT: '1' } });
  const keyFile = path.join(directory, 'key');
  const front = await startSecretFront({ port, serverPort: server.port, token, keyFile });
  const address = `http://127.0.0.1:${port}/?tkn=${token}&folder=${encodeURIComponent(folder)}`;
  console.log(`\n${folder} is open in VS Code with Sextant:\n\n  ${address}\n\nPress Ctrl-C to end.`);
  onAbort(signal, () => void server.stop());
  await openInBrowser(address);
  await server.ended;
  front.close();
  if (!signal.aborted) throw new TaskError(`The VS Code server ended unexpectedly.\n${server.output().slice(-2000)}`);
  return true;
}

/** Runs on Ctrl-C, also when that came before. */
function onAbort(signal: AbortSignal, stop: () => void): void {
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
}

/** Packs and installs Sextant as a user would, unless the build that is installed is the present one. */
async function installSextant(): Promise<void> {
  await ensureBuild();
  const vsix = path.join(directory, 'sextant.vsix');
  const installed = await stat(vsix).catch(() => undefined);
  const { mtimeMs } = await stat(path.join(projectRoot, 'dist', 'meta.json'));
  if (installed?.mtimeMs === mtimeMs) return;
  console.log('Installing Sextant …');
  const fresh = path.join(directory, 'fresh.vsix');
  await packExtension(fresh);
  await rm(path.join(directory, 'extensions'), { recursive: true, force: true });
  await installExtension(fresh, directory);
  await utimes(fresh, mtimeMs / 1000, mtimeMs / 1000);
  await rename(fresh, vsix);
}

async function writeFirstSettings(userDirectory: string): Promise<void> {
  await mkdir(userDirectory, { recursive: true });
  const file = path.join(userDirectory, 'settings.json');
  if (!existsSync(file)) await writeFile(file, JSON.stringify(quietSettings, null, 2));
}

async function freePort(): Promise<number> {
  for (let port = PREFERRED_PORT; port < PREFERRED_PORT + PORTS_TRIED; port++) {
    if (await isFree(port)) return port;
  }
  throw new TaskError(
    `The ports from ${PREFERRED_PORT} to ${PREFERRED_PORT + PORTS_TRIED - 1} are all taken. End one of their programs.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
