import assert from 'node:assert/strict';
import { FileQueue } from '../../../../src/index/folder/fileQueue.ts';

describe('FileQueue', () => {
  const filled = (): FileQueue => {
    const queue = new FileQueue();
    for (const path of ['a', 'b', 'c', 'd']) queue.add(path, { urgent: false, isNew: true });
    return queue;
  };

  it('gives what was opened before what waits, and what waits in order', () => {
    const queue = filled();
    queue.hasten(['c', 'not there']);
    assert.deepEqual(queue.take(3), ['c', 'a', 'b']);
    assert.deepEqual([queue.size, queue.newCount], [4, 4]);
  });

  it('gives no path to two at once', () => {
    const queue = filled();
    assert.deepEqual(queue.take(4), ['a', 'b', 'c', 'd']);
    queue.add('a', { urgent: true, isNew: false });
    assert.deepEqual(queue.take(4), []);
    queue.done(['a', 'b', 'c', 'd']);
    assert.deepEqual(queue.take(4), ['a']);
    queue.done(['a']);
    assert.deepEqual([queue.size, queue.newCount], [0, 0]);
  });
});
