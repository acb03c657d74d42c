import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { TaskError, nodeBinary, projectRoot } from './project.ts';

/** Builds Sextant as it ships into `dist/`, unless the build there is newer than all its sources. */
export async function ensureBuild(): Promise<void> {
  if (isCurrent()) return;
  console.log('Building …');
  const build = spawn(nodeBinary, ['esbuild.mjs', '--production'], { cwd: projectRoot, stdio: 'inherit' });
  const [code] = (await once(build, 'exit')) as [number | null];
  if (code !== 0) throw new TaskError('The build failed; see above.');
}

function isCurrent(): boolean {
  const metaFile = path.join(projectRoot, 'dist', 'meta.json');
  try {
    const meta = JSON.parse(readFileSync(metaFile, 'utf8')) as { production?: boolean };
    const builtMs = statSync(metaFile).mtimeMs;
    const sources = globSync(['src/**/*', 'media/**/*', 'esbuild.mjs', 'package.json', 'package-lock.json'], {
      cwd: projectRoot,
    });
    return (
      meta.production === true && sources.every((file) => statSync(path.join(projectRoot, file)).mtimeMs <= builtMs)
    );
  } catch {
    return false;
  }
}
