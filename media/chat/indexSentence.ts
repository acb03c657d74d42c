import type { IndexStatus } from '../../src/protocol/contextIndex.ts';

/** One sentence on the state of the index, numbers as the reader writes them; null when there is nothing to say. */
export function indexSentence(status: IndexStatus, language: string): string | null {
  const number = (count: number): string => count.toLocaleString(language);
  const files = (count: number): string => (count === 1 ? '1 file' : `${number(count)} files`);
  const { phase, filesDone, filesTotal, message } = status;
  switch (phase) {
    case 'none':
      return null;
    case 'opening':
      return 'Opening the index…';
    case 'scanning':
      return filesTotal === 0 ? 'Looking for files…' : `Looking for files… ${number(filesTotal)} so far`;
    case 'indexing':
      return `Indexing ${number(filesDone)} of ${files(filesTotal)}`;
    case 'paused':
      return `Indexing paused at ${number(filesDone)} of ${files(filesTotal)}`;
    case 'ready':
      return `Index ready · ${files(filesDone)}`;
    case 'failed':
      return message ?? 'The index could not be built.';
  }
}

/** What was left out of the index, for a tooltip: `12 files left out: 9 binary, 3 too large`; empty when nothing was. */
export function skippedSentence(status: IndexStatus, language: string): string {
  const reasons = Object.entries(status.skipped).filter(([, count]) => count > 0);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '';
  const parts = reasons.map(([reason, count]) => `${count.toLocaleString(language)} ${reason.replaceAll('-', ' ')}`);
  return `${total === 1 ? '1 file' : `${total.toLocaleString(language)} files`} left out: ${parts.join(', ')}`;
}
