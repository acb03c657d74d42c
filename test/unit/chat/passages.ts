import type { IndexStatus, SearchHit } from '../../../src/protocol/contextIndex.ts';

/** A passage for tests; `change` says what matters. */
export function passage(change: Partial<SearchHit> = {}): SearchHit {
  return {
    folder: '/work',
    path: 'src/session.ts',
    startLine: 10,
    endLine: 12,
    symbol: 'Session.expire',
    kind: 'method',
    language: 'typescript',
    score: 1,
    text: 'expire() {\n  this.sessions.clear();\n}',
    ...change,
  };
}

/** An index that is up to date, with `change`. */
export function indexStatus(change: Partial<IndexStatus> = {}): IndexStatus {
  return { phase: 'ready', filesDone: 12, filesTotal: 12, chunks: 40, skipped: {}, ...change };
}
