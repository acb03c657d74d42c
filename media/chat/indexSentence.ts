import { figure, plural, t } from '../../src/base/texts.ts';
import { leftOutReason } from '../../src/protocol/leftOutReason.ts';
import type { IndexStatus } from '../../src/protocol/contextIndex.ts';

/** One sentence on the state of the index, numbers as the reader writes them; null when there is nothing to say. */
export function indexSentence(status: IndexStatus): string | null {
  const { phase, filesDone, filesTotal, message } = status;
  switch (phase) {
    case 'none':
      return null;
    case 'opening':
      return t('Opening the index…');
    case 'scanning':
      return filesTotal === 0 ? t('Looking for files…') : t('Looking for files… {0} so far', figure(filesTotal));
    case 'indexing':
      return plural(filesTotal, 'Indexing {1} of {0} file', 'Indexing {1} of {0} files', figure(filesDone));
    case 'paused':
      return plural(
        filesTotal,
        'Indexing paused at {1} of {0} file',
        'Indexing paused at {1} of {0} files',
        figure(filesDone),
      );
    case 'ready':
      return plural(filesDone, 'Index ready · {0} file', 'Index ready · {0} files');
    case 'failed':
      return message ?? t('The index could not be built.');
  }
}

/** What was left out of the index, for a tooltip: `12 files left out: 9 binary, 3 too large`; empty when nothing was. */
export function skippedSentence(status: IndexStatus): string {
  const reasons = Object.entries(status.skipped).filter(([, count]) => count > 0);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '';
  const parts = reasons.map(([reason, count]) => `${figure(count)} ${leftOutReason(reason.replaceAll('-', ' '))}`);
  return plural(total, '{0} file left out: {1}', '{0} files left out: {1}', parts.join(', '));
}
