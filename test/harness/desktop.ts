import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const [OLDEST_MAJOR, OLDEST_MINOR] = [1, 103];

/** The path of a program, or undefined where PATH has none of that name. */
function findProgram(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => suffixes.map((suffix) => path.join(folder, name + suffix))).find(isExecutable);
}

/** True where a window can be shown: on Linux only with a display. */
function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** The desktop VS Code, when there is one that can show a window and is new enough for Sextant. */
export async function findDesktopEditor(): Promise<string | undefined> {
  const program = hasDisplay() ? findProgram('code') : undefined;
  if (program === undefined) return undefined;
  const shell = process.platform === 'win32';
  const version = await promisify(execFile)(program, ['--version'], { shell }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR) ? program : undefined;
}

/** Shows an address in the machine's browser if it has one; never fails. */
export async function openInBrowser(address: string): Promise<void> {
  if (!hasDisplay()) return;
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const program = findProgram(opener);
  if (program !== undefined) await promisify(execFile)(program, [address]).catch(() => undefined);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
