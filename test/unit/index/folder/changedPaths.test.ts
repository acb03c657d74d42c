import assert from 'node:assert/strict';
import { ChangedPaths } from '../../../../src/index/folder/changedPaths.ts';

describe('ChangedPaths', () => {
  let looks: (readonly string[] | undefined)[];
  let wake: (() => void)[];
  let changed: ChangedPaths;

  beforeEach(() => {
    looks = [];
    wake = [];
    changed = new ChangedPaths((paths) => {
      looks.push(paths);
      return new Promise((resolve) => wake.push(resolve));
    });
  });

  afterEach(() => {
    changed.dispose();
    for (const resolve of wake) resolve();
  });

  it('hands on a swarm at once, each path once', async () => {
    changed.add(['a', 'b']);
    changed.add(['b', 'c']);
    await looked(1);
    assert.deepEqual(looks, [['a', 'b', 'c']]);
  });

  it('collects what comes while it is being looked, however much, for one more look', async () => {
    changed.add(['a']);
    await looked(1);
    for (let i = 0; i < 10_000; i++) changed.add([`file${i}`]);
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(looks.length, 1);
    wake[0]?.();
    await looked(2);
    assert.deepEqual(looks, [['a'], undefined]);
  });

  it('has everything looked at when rules have changed, and nothing for what git does for itself', async () => {
    changed.add(['.git/index', '.git/objects/ab/cd', 'sub/.git/HEAD']);
    changed.add(['src/.gitignore', 'a']);
    await looked(1);
    assert.deepEqual(looks, [undefined]);
  });

  async function looked(times: number): Promise<void> {
    while (looks.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
