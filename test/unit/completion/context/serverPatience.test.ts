import assert from 'node:assert/strict';
import { ServerPatience } from '../../../../src/completion/context/serverPatience.ts';

describe('The patience with a language server', () => {
  let nowMs = 0;
  let patience: ServerPatience;

  beforeEach(() => {
    nowMs = 0;
    patience = new ServerPatience({ nowMs: () => nowMs });
  });

  /** How often a server is asked in a time in which it answers nothing. */
  function askedWithin(durationMs: number): number {
    let asked = 0;
    for (const endMs = nowMs + durationMs; nowMs < endMs; nowMs += 500) {
      if (!patience.mayAsk('typescript')) continue;
      asked++;
      patience.isLate('typescript', nowMs);
    }
    return asked;
  }

  it('lets one that answers in time be asked again and again', () => {
    for (let question = 0; question < 100; question++) {
      assert.ok(patience.mayAsk('typescript'));
      patience.answeredInTime('typescript');
    }
  });

  it('asks one that does not answer nothing more, and less and less often whether it is there again', () => {
    assert.equal(askedWithin(29_000), 1);
    assert.equal(askedWithin(60_000), 1);
    assert.equal(askedWithin(3_600_000), 8);
  });

  it('asks at once when one that has just started answers late', () => {
    const hasAnswered = patience.isLate('typescript', 0);
    nowMs = 8_000;
    hasAnswered();
    assert.ok(patience.mayAsk('typescript'));
  });

  it('takes a small part of the time of one that is slow again and again', () => {
    patience.isLate('typescript', 0)();
    const hasAnswered = patience.isLate('typescript', 0);
    nowMs = 2_000;
    hasAnswered();
    assert.equal(patience.mayAsk('typescript'), false);
    nowMs = 9_999;
    assert.equal(patience.mayAsk('typescript'), false);
    nowMs = 10_000;
    assert.ok(patience.mayAsk('typescript'));
  });

  it('forgets that one was slow as soon as it is not', () => {
    for (let late = 0; late < 5; late++) patience.isLate('typescript', nowMs)();
    patience.answeredInTime('typescript');
    patience.isLate('typescript', nowMs)();
    assert.ok(patience.mayAsk('typescript'));
  });

  it('takes no notice of an answer to a question that it has given up', () => {
    const firstHasAnswered = patience.isLate('typescript', 0);
    nowMs = 40_000;
    patience.isLate('typescript', nowMs);
    firstHasAnswered();
    assert.equal(patience.mayAsk('typescript'), false);
  });

  it('waits for each server on its own', () => {
    patience.isLate('typescript', 0);
    assert.ok(patience.mayAsk('python'));
  });
});
