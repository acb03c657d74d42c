import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureBuild } from './build.ts';
import { writeNotices } from './notices.ts';
import { TaskError, cacheDirectory, projectRoot } from './project.ts';

/** Builds Sextant and packs it into one VSIX for every platform. Throws a {@link TaskError}. */
export async function packExtension(file: string): Promise<void> {
  await ensureBuild();
  await writeNotices();
  await packDirectory(projectRoot, file);
}

/** Packs the extension in `directory` into `file`. Throws a {@link TaskError}. */
export async function packDirectory(directory: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true });
  const vsce = path.join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce');
  const packing = spawn(
    process.execPath,
    [vsce, 'package', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', file],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [packing.stdout, packing.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(packing, 'exit')) as [number | null];
  if (code !== 0) throw new TaskError(`The VSIX could not be packed.\n${output}`);
}

let packed: Promise<string> | undefined;

/** The packed extension for tests: packed once, whichever suite needs it first. Returns the file. */
export function packedExtension(): Promise<string> {
  const file = path.join(cacheDirectory, 'package', 'sextant.vsix');
  packed ??= packExtension(file).then(() => file);
  return packed;
}
