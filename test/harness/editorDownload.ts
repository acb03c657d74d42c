import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npmCommand } from './npmCommand.ts';
import { TaskError, cacheDirectory, nodeBinary, removeLeftovers } from './project.ts';

/** The VS Code releases that tests run in, as `code-server` carries them: the newest, and the oldest supported. */
export type EditorVersion = '4.139.1' | '4.103.2';

export const newestEditor: EditorVersion = '4.139.1';
export const oldestEditor: EditorVersion = '4.103.2';

interface Release {
  /** What the registry must deliver, so that a test never runs on something else. */
  readonly integrity: string;
  /** Set where the release does not run on the Node of this project: its hooks hang in another one's loader. */
  readonly node?: string;
}

const releases: Record<EditorVersion, Release> = {
  '4.139.1': {
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
  '4.103.2': {
    integrity: 'sha512-dbYFASiePozmAfA2e3BYE7r83CdZ7LMDEAzKhLVRJwFbnd4zAaFlsxvBNrLAkunDJUaEqbtawsBfbtDZu6SXnQ==',
    node: '22.23.3',
  },
};

const downloads = path.join(cacheDirectory, 'vscode-server');

/** The folder of a downloaded VS Code server: the one with `out/server-main.js`. */
export function editorDirectory(version: EditorVersion): string {
  return path.join(downloads, version, 'package', 'lib', 'vscode');
}

/** The Node that runs a downloaded VS Code server and its extension hosts. */
export function editorNode(version: EditorVersion): string {
  const ownNode = path.join(downloads, version, 'node_modules', 'node', 'bin', 'node');
  return releases[version].node === undefined ? nodeBinary : ownNode;
}

/**
 * Downloads the VS Code server unless it is there already. It takes its final name in one step when it is
 * whole, so a broken download is never taken for one; it starts anew. Throws a {@link TaskError}.
 */
export async function ensureEditor(version: EditorVersion = newestEditor): Promise<void> {
  const directory = path.join(downloads, version);
  if (existsSync(directory)) return;
  console.log(`Downloading the VS Code server (code-server ${version}) …`);
  await removeLeftovers(downloads);
  const work = `${directory}.partial-${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    await download(version, work);
    await rename(work, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(version: EditorVersion, work: string): Promise<void> {
  const { integrity, node } = releases[version];
  const archive = path.join(work, `code-server-${version}.tgz`);
  const again = 'Check the network and the free space on the disk, then run this again.';
  const pack = npmCommand('pack', `code-server@${version}`, '--silent');
  await run(pack, work, `The VS Code server could not be downloaded. ${again}`);
  const hash = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (`sha512-${hash}` !== integrity) {
    throw new TaskError(`The downloaded VS Code server is not the expected file. ${again}`);
  }
  // Copilot is a quarter of what would be unpacked, and it is switched off here.
  const contents = ['--exclude=package/lib/vscode/extensions/copilot', 'package/lib/vscode'];
  const unpack = ['tar', '-xzf', archive, '--no-same-owner', ...contents];
  await run(unpack, work, `The VS Code server could not be unpacked. ${again}`);
  await rm(archive);
  const server = path.join(work, 'package', 'lib', 'vscode');
  const install = npmCommand('install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent');
  await run(install, server, `The packages of the VS Code server could not be installed. ${again}`);
  await replaceWatchdog(server);
  if (node === undefined) return;
  await writeFile(path.join(work, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const installNode = npmCommand('install', '--no-audit', '--no-fund', '--silent', `node@${node}`);
  await run(installNode, work, `Node ${node} could not be installed. ${again}`);
}

/** Older releases do not start without this native module, which needs a compiler; the guard does its work here. */
async function replaceWatchdog(server: string): Promise<void> {
  const watchdog = path.join(server, 'node_modules', 'native-watchdog');
  if (existsSync(watchdog)) await writeFile(path.join(watchdog, 'index.js'), 'exports.start = () => undefined;\n');
}

async function run([command = '', ...parameters]: readonly string[], cwd: string, sentence: string): Promise<void> {
  const child = spawn(command, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2000)));
  }
  const code = await once(child, 'exit').then(
    ([status]) => status as number | null,
    (error: unknown) => String(error),
  );
  if (code !== 0) throw new TaskError(`${sentence}\n${output}`.trim());
}
