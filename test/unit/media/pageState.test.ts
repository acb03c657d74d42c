import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { PageState } from '../../../media/usagePage/pageState.ts';
import { RpcPeer, channelPair } from '../../../src/base/rpc.ts';
import { totalOf } from '../../../src/protocol/usage.ts';
import type { UsagePageContract, UsagePageHostContract, UsagePageState } from '../../../src/protocol/usagePage.ts';

const state: UsagePageState = {
  from: '2026-11-22',
  to: '2026-11-22',
  by: { day: [totalOf([], '2026-11-22')], model: [], provider: [], workspace: [], persona: [], purpose: [] },
  completions: null,
  budgets: { day: 0, month: 0, stops: true },
  spent: { day: 0, month: 0 },
  pricesDate: '2026-09-23',
};

describe('What a page asks its host', () => {
  it('is not asked anew by each look while the answer takes long', async () => {
    const [near, far] = channelPair();
    const asked: number[] = [];
    let answer = (_: UsagePageState): void => undefined;
    const host = new RpcPeer<UsagePageHostContract, UsagePageContract>(far, {
      handlers: {
        state: ({ days }) => {
          asked.push(days);
          return asked.length > 1 ? state : new Promise((resolve) => (answer = resolve));
        },
        runCommand: () => undefined,
      },
    });
    const page = new PageState(near);
    const loaded = page.load();
    for (let look = 0; look < 3; look++) {
      await setImmediate();
      host.emit('changed', null);
    }
    await setImmediate();
    assert.deepEqual(asked, [30]);
    answer(state);
    await loaded;
    assert.deepEqual(page.page.value, state);
    host.emit('changed', null);
    await setImmediate();
    assert.deepEqual(asked, [30, 30]);
    // Another period is another question.
    page.want({ days: 7 });
    await setImmediate();
    assert.deepEqual(asked, [30, 30, 7]);
    host.dispose();
  });
});
