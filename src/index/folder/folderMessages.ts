import { SextantError } from '../../base/errors.ts';

/** What the user is told when a folder has vanished. */
export function folderIsGone(root: string): SextantError {
  return new SextantError('not-found', `The folder ${root} is not there any more.`);
}

/** What the user is told when a folder has more files than are indexed. */
export function limitMessage(root: string, indexed: number, overLimit: number): string | undefined {
  if (overLimit === 0) return undefined;
  const name = root.split(/[/\\]/).findLast((part) => part !== '') ?? root;
  return (
    `The folder ${name} has more than is indexed: ${indexed.toLocaleString('en')} files are, the open, recent and ` +
    `imported ones first, and ${overLimit.toLocaleString('en')} are not. List folders to leave out in a .sextantignore file.`
  );
}
