import { SextantError } from '../../base/errors.ts';
import { figure, t } from '../../base/texts.ts';

/** What the user is told when a folder has vanished. */
export function folderIsGone(root: string): SextantError {
  return new SextantError('not-found', t('The folder {0} is not there any more.', root));
}

/** What the user is told when a folder has more files than are indexed. */
export function limitMessage(root: string, indexed: number, overLimit: number): string | undefined {
  if (overLimit === 0) return undefined;
  const name = root.split(/[/\\]/).findLast((part) => part !== '') ?? root;
  return t(
    'The folder {0} has more than is indexed: {1} files are, the open, recent and imported ones first, and {2} are not. List folders to leave out in a .sextantignore file.',
    name,
    figure(indexed),
    figure(overLimit),
  );
}
