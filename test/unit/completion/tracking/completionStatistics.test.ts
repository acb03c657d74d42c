import assert from 'node:assert/strict';
import type { StageTimes } from '../../../../src/completion/completionEvents.ts';
import { CompletionStatistics } from '../../../../src/completion/tracking/completionStatistics.ts';
import { statisticsReport } from '../../../../src/completion/tracking/statisticsReport.ts';

const request = { path: 'a.ts', languageId: 'typescript', prefix: '', suffix: '', snippets: [], maxOutputTokens: 1 };
const input = { ...request, uri: 'file:///a.ts', offset: 0, trigger: 'automatic' } as const;

describe('The statistics of completion', () => {
  let statistics: CompletionStatistics;

  beforeEach(() => {
    statistics = new CompletionStatistics();
  });

  function ask(
    suggestionId: number,
    outcome: 'complete' | 'cancelled' | 'failed',
    stages: Partial<StageTimes> = {},
  ): void {
    const ref = { provider: 'ollama', model: 'coder' };
    statistics.addEvent({ type: 'requested', suggestionId, ref, request, isPrefetch: suggestionId > 100 });
    const all = { engineMs: 1, firstTextMs: 2, totalMs: 3, ...stages };
    statistics.addEvent({ type: 'answered', suggestionId, outcome, stages: all });
  }

  it('count requests by their ends, and time those that came to theirs', () => {
    ask(1, 'complete', { totalMs: 100 });
    ask(2, 'cancelled', { totalMs: 9_000 });
    ask(3, 'failed', { totalMs: 9_000, firstTextMs: null });
    ask(101, 'complete', { totalMs: 300 });
    const { requests, prefetches, cancelled, failed, times } = statistics.snapshot();
    assert.deepEqual([requests, prefetches, cancelled, failed], [4, 1, 1, 1]);
    assert.deepEqual(times.answer, { count: 2, p50Ms: 100, p95Ms: 300 });
    assert.equal(times.engine.count, 4);
  });

  it('tell what was served by a request from what was served without', () => {
    for (let at = 1; at <= 100; at++) {
      const suggestion = { id: at, text: 'x' };
      statistics.addEvent({
        type: 'offered',
        suggestion,
        input,
        from: at % 2 === 0 ? 'cache' : 'request',
        elapsedMs: at,
      });
    }
    const { cache, request: asked } = statistics.snapshot().times;
    assert.deepEqual(cache, { count: 50, p50Ms: 50, p95Ms: 96 });
    assert.deepEqual(asked, { count: 50, p50Ms: 49, p95Ms: 95 });
  });

  it('count a suggestion that is taken in parts as one', () => {
    statistics.addOutcome({ type: 'shown', id: 1, text: 'one two\n' });
    statistics.addOutcome({ type: 'accepted', id: 1, how: 'word', text: 'one' });
    statistics.addOutcome({ type: 'accepted', id: 1, how: 'line', text: ' two\n' });
    statistics.addOutcome({ type: 'shown', id: 2, text: 'three' });
    statistics.addOutcome({ type: 'rejected', id: 2, shownMs: 5 });
    statistics.addKept({ id: 1, afterSeconds: 30, share: 1 });
    statistics.addKept({ id: 1, afterSeconds: 30, share: 0.5 });
    const { shown, accepted, acceptedBy, acceptedCharacters, rejected, kept } = statistics.snapshot();
    assert.deepEqual([shown, accepted, acceptedCharacters, rejected], [2, 1, 8, 1]);
    assert.deepEqual(acceptedBy, { whole: 0, line: 1, word: 1 });
    assert.deepEqual(kept, [
      { afterSeconds: 30, count: 2, share: 0.75 },
      { afterSeconds: 300, count: 0, share: null },
    ]);
  });

  it('read as a document in which every line of a table is as long as the others', () => {
    ask(1, 'complete', { engineMs: 0.25, firstTextMs: 420, totalMs: 1_234 });
    const report = statisticsReport(statistics.snapshot(), false);
    assert.match(report, /\| Request to the end of the answer +\| +1\.2 s \| +1\.2 s \| +1 \|/);
    assert.match(report, /0\.3 ms/);
    assert.match(report, /nothing of this is written down/);
    for (const table of report.split('\n\n').filter((part) => part.startsWith('|'))) {
      assert.equal(new Set(table.split('\n').map((line) => line.length)).size, 1, table);
    }
  });
});
