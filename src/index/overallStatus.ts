import type { IndexPhase, IndexStatus } from '../protocol/contextIndex.ts';

/** How the index of one folder is. */
export interface FolderStatus extends Omit<IndexStatus, 'phase'> {
  readonly phase: Exclude<IndexPhase, 'none'>;
}

/** What is told of several folders is what the user has to know first. */
const byImportance: readonly FolderStatus['phase'][] = ['failed', 'opening', 'paused', 'scanning', 'indexing', 'ready'];

/** The state of all folders as one. */
export function overallStatus(folders: readonly FolderStatus[]): IndexStatus {
  const phase = byImportance.find((candidate) => folders.some((folder) => folder.phase === candidate)) ?? 'none';
  const skipped: Record<string, number> = {};
  for (const folder of folders) {
    for (const [reason, count] of Object.entries(folder.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count;
  }
  const sum = (count: (folder: FolderStatus) => number): number =>
    folders.reduce((total, folder) => total + count(folder), 0);
  const messages = folders.flatMap(({ message }) => (message === undefined ? [] : [message]));
  return {
    phase,
    filesDone: sum(({ filesDone }) => filesDone),
    filesTotal: sum(({ filesTotal }) => filesTotal),
    chunks: sum(({ chunks }) => chunks),
    skipped,
    ...(messages.length === 0 ? {} : { message: messages.join(' ') }),
  };
}
