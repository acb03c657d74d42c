import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Repeater } from '../../../src/base/repeater.ts';

describe('Repeater', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  afterEach(() => {
    mock.timers.reset();
  });
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };

  it('does it at once, and once more after the pause however often it was asked meanwhile', async () => {
    let done = 0;
    const repeater = new Repeater(100, async () => {
      done++;
    });
    for (let asked = 0; asked < 3; asked++) repeater.soon();
    await turns();
    assert.equal(done, 1);
    mock.timers.tick(100);
    await turns();
    assert.equal(done, 2);
    mock.timers.tick(1000);
    await turns();
    assert.equal(done, 2);
    repeater.soon();
    assert.equal(done, 3);
  });

  it('never does it twice at a time, and goes on after one that failed', async () => {
    let [running, done] = [0, 0];
    const endings: (() => void)[] = [];
    const repeater = new Repeater(100, async () => {
      assert.equal(running++, 0);
      await new Promise<void>((resolve) => endings.push(resolve));
      running--;
      done++;
      throw new Error('no');
    });
    repeater.soon();
    repeater.soon();
    mock.timers.tick(1000);
    await turns();
    assert.equal(endings.length, 1);
    endings[0]?.();
    await turns();
    mock.timers.tick(100);
    await turns();
    endings[1]?.();
    await turns();
    assert.equal(done, 2);
  });

  it('does nothing any more once it is disposed of', async () => {
    let done = 0;
    const repeater = new Repeater(100, async () => {
      done++;
    });
    repeater.soon();
    repeater.soon();
    await turns();
    repeater.dispose();
    repeater.soon();
    mock.timers.tick(1000);
    await turns();
    assert.equal(done, 1);
  });
});
