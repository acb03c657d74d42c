import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A package of npm, by `name@version`, or of Debian, of the release that `aptOptions` choose. */
export type PackageSource = { readonly npm: string } | { readonly debian: string };

/**
 * Unpacks a package into a folder, which is there only when it is complete, with npm or apt. Null, with a word about
 * it, when it cannot be had here.
 */
export function fetchPackage(
  source: PackageSource,
  folder: string,
  aptOptions: () => readonly string[] = () => [],
): string | null {
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const run = (command: string, ...values: string[]): void => {
    execFileSync(command, values, { cwd: unfinished, stdio: 'pipe' });
  };
  try {
    if ('npm' in source) run('npm', 'pack', source.npm, '--silent');
    else run('apt-get', ...aptOptions(), 'download', '-q', source.debian);
    const [archive = ''] = readdirSync(unfinished);
    if ('npm' in source) run('tar', 'xzf', archive, '--strip-components=1');
    else run('dpkg-deb', '-x', archive, '.');
    rmSync(path.join(unfinished, archive));
  } catch (error) {
    console.log(`Not to be had here: ${path.basename(folder)} (${error instanceof Error ? error.name : 'error'})`);
    rmSync(unfinished, { recursive: true, force: true });
    return null;
  }
  renameSync(unfinished, folder);
  return folder;
}
