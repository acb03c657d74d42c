import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { SextantError } from '../base/errors.ts';
import { ruledSecretFiles } from '../privacy/policyFiles.node.ts';
import type { IndexFolder } from '../protocol/contextIndex.ts';

/** The folder that a user named. Throws a sentence when it is none or cannot be read. */
export function openFolder(typed: string): IndexFolder {
  const folder = path.resolve(typed);
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (error) {
    throw new SextantError('not-found', reason(folder, error), { cause: error });
  }
  if (!isFolder) throw new SextantError('invalid', `${folder} is a file. Name the folder that it is in.`);
  // One folder has one index, whatever way led to it.
  const real = realpathSync(folder);
  return { path: real, name: path.basename(real), secret: ruledSecretFiles() };
}

function reason(folder: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no folder ${folder}.`;
    case 'EACCES':
    case 'EPERM':
      return `The folder ${folder} may not be read by you.`;
    default:
      return `The folder ${folder} cannot be opened (${String(code)}).`;
  }
}
