import type { IndexFolder } from '../../protocol/contextIndex.ts';
import { HiddenFiles } from './hiddenFiles.ts';
import { listFiles } from './listFiles.node.ts';
import type { TrackedFiles } from './trackedFiles.node.ts';

/**
 * Whether a walk through a folder would list this file, a relative path: false for what is secret,
 * ignored, hidden, no text, too large or not there.
 */
export async function mayRead(folder: IndexFolder, relative: string, tracked: TrackedFiles): Promise<boolean> {
  const { files } = await listFiles(folder.path, {
    limits: { files: 1, bytes: Infinity },
    environment: process.env,
    hidden: new HiddenFiles(folder.hidden ?? []),
    secret: folder.secret ?? [],
    tracked,
    only: [relative],
  });
  return files.some((file) => file.path === relative);
}
