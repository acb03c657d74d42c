import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { type IndexPhase, type IndexStatus, noIndex } from '../../../src/protocol/contextIndex.ts';
import { SteadyStatus } from '../../../src/vscode/steadyStatus.ts';

describe('SteadyStatus', () => {
  let shown: string[];
  let steady: SteadyStatus;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    shown = [];
    steady = new SteadyStatus(at('ready', 5), ({ phase, filesDone }) => shown.push(`${phase} ${filesDone}`));
  });
  afterEach(() => {
    steady.dispose();
    mock.timers.reset();
  });

  it('does not show what is over in a moment', () => {
    steady.take(at('scanning', 5));
    steady.take(at('indexing', 5));
    mock.timers.tick(500);
    steady.take(at('ready', 6));
    mock.timers.tick(5000);
    assert.deepEqual(shown, ['ready 5', 'ready 6']);
  });

  it('shows work that lasts, in steps of a second, and its end at once', () => {
    for (let done = 0; done < 30; done++) {
      steady.take(at('indexing', done));
      mock.timers.tick(100);
    }
    steady.take(at('paused', 30));
    mock.timers.tick(5000);
    assert.deepEqual(shown, ['ready 5', 'indexing 7', 'indexing 17', 'indexing 27', 'paused 30']);
  });

  it('shows a failure at once', () => {
    steady.take(at('indexing', 1));
    steady.take(at('failed', 1));
    assert.deepEqual(shown, ['ready 5', 'failed 1']);
  });
});

function at(phase: IndexPhase, filesDone: number): IndexStatus {
  return { ...noIndex, phase, filesDone };
}
