import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../src/base/disposable.ts';
import { Emitter } from '../../../src/base/emitter.ts';

describe('toDisposable', () => {
  it('releases once, however often it is disposed of', () => {
    let released = 0;
    const item = toDisposable(() => released++);
    item.dispose();
    item.dispose();
    assert.equal(released, 1);
  });
});

describe('DisposableStore', () => {
  it('disposes of what it owns, last come first', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.add(toDisposable(() => order.push(name)));
    store.dispose();
    store.dispose();
    assert.deepEqual(order, ['c', 'b', 'a']);
  });

  it('disposes at once of what comes after its end', () => {
    const store = new DisposableStore();
    store.dispose();
    let released = false;
    store.add(toDisposable(() => (released = true)));
    assert.equal(released, true);
  });

  it('disposes of the others when one throws, and then reports it', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    store.add(toDisposable(() => order.push('first')));
    store.add({
      dispose() {
        throw new Error('stuck');
      },
    });
    store.add(toDisposable(() => order.push('last')));
    assert.throws(() => {
      store.dispose();
    }, /stuck/);
    assert.deepEqual(order, ['last', 'first']);
  });
});

describe('Emitter', () => {
  it('tells each listener until it is disposed of', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const a = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    a.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  });

  it('counts one function that subscribed twice as two listeners', () => {
    const emitter = new Emitter<null>();
    let calls = 0;
    const listener = (): unknown => calls++;
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire(null);
    first.dispose();
    emitter.fire(null);
    assert.equal(calls, 3);
  });

  it('lets a listener end subscriptions, its own too, while it is told', () => {
    const emitter = new Emitter<null>();
    let calls = 0;
    const own = emitter.event(() => {
      calls++;
      own.dispose();
    });
    emitter.fire(null);
    emitter.fire(null);
    assert.equal(calls, 1);
  });

  it('tells the others when a listener throws, and reports the error outside of fire', async () => {
    const emitter = new Emitter<null>();
    let told = false;
    emitter.event(() => {
      throw new Error('listener broke');
    });
    emitter.event(() => (told = true));
    const reported = await nextUncaughtException(() => {
      emitter.fire(null);
    });
    assert.equal(told, true);
    assert.match(String(reported), /listener broke/);
  });
});

/** What reaches the process as uncaught, with mocha's own handling of it set aside meanwhile. */
async function nextUncaughtException(cause: () => void): Promise<unknown> {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    return await new Promise((resolve) => {
      process.once('uncaughtException', resolve);
      cause();
    });
  } finally {
    for (const other of others) process.on('uncaughtException', other);
  }
}
