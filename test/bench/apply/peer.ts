import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../harness/project.ts';
import type { ApplyCase } from './cases.ts';
import type { Verdict } from './judge.ts';

/** The npm package `diff`: what most programs in JavaScript apply a patch with. */
export interface DiffPackage {
  readonly version: string;
  applyPatch(text: string, patch: string, options: { readonly fuzzFactor: number }): string | false;
}

const VERSION = '8.0.2';

/** The package, installed into the cache for this; null, with a word about it, where it cannot be had. */
export async function loadDiffPackage(): Promise<DiffPackage | null> {
  const folder = path.join(projectRoot, '.cache', 'bench-apply', 'peer');
  const installed = path.join(folder, 'node_modules', 'diff');
  try {
    if (!existsSync(installed)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
      execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `diff@${VERSION}`], { cwd: folder });
    }
    const module = (await import(path.join(installed, 'libesm', 'index.js'))) as Pick<DiffPackage, 'applyPatch'>;
    return { version: VERSION, applyPatch: module.applyPatch };
  } catch {
    console.log('The npm package “diff” cannot be had here: no figures beside ours.');
    return null;
  }
}

/** Gives it the bare diff, which spares it fences and prose. What it throws at is refused. */
export function judgeDiff({ file, plainDiff, expected }: ApplyCase, peer: DiffPackage): Verdict {
  let result: string | false;
  try {
    result = peer.applyPatch(file, `${plainDiff ?? ''}\n`, { fuzzFactor: 2 });
  } catch {
    result = false;
  }
  return result === false ? 'refused' : result === expected ? 'right' : 'wrong';
}
