import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../../harness/project.ts';

/** Kept out of the training of the built-in embedding model: the evaluation that came with it asked about them. */
const packages = ['eslint', 'mongoose', 'rxjs', 'three', 'webpack'];

/** Where packages of npm are installed whose code is searched; installs what is missing. */
export function npmFolder(): string {
  const home = path.join(cacheDirectory, 'retrieval', 'npm');
  const folder = path.join(home, 'node_modules');
  const missing = packages.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length > 0) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: home });
  }
  return folder;
}
