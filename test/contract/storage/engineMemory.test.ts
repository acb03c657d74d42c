import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Bytes; the last six are what is in use beyond an empty store. */
export interface MemoryFigures {
  readonly fileBytes: number;
  /** After it was written, opened, and changed from end to end in one transaction. */
  readonly filled: number;
  readonly opened: number;
  readonly changed: number;
  /** The most while it was opened, compacted, and freed of unused pages. */
  readonly opening: number;
  readonly compacting: number;
  readonly vacuuming: number;
}

const MEGABYTES = 30;

describe('The memory of a store', () => {
  let directory: string;
  let figures: MemoryFigures;

  before(function () {
    this.timeout(120_000);
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-store-'));
    const script = path.join(import.meta.dirname, 'memoryProcess.ts');
    const child = spawnSync(process.execPath, ['--expose-gc', script, directory, String(MEGABYTES)], {
      encoding: 'utf8',
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    assert.equal(child.stderr, '');
    figures = JSON.parse(child.stdout) as MemoryFigures;
    assert.ok(figures.fileBytes > MEGABYTES * 1_000_000);
  });

  after(() => {
    rmSync(directory, { recursive: true });
  });

  for (const [when, figure, times] of [
    ['after it was filled', 'filled', 1.3],
    ['after it was opened', 'opened', 1.3],
    ['after a transaction that changed every row', 'changed', 1.3],
    ['while it is opened', 'opening', 2.5],
    ['while it is compacted', 'compacting', 2.5],
    ['while unused pages are given back', 'vacuuming', 2.5],
  ] as const) {
    it(`stays within ${times} times its file ${when}`, () => {
      const ratio = figures[figure] / figures.fileBytes;
      assert.ok(ratio > 0.9 && ratio < times, `${ratio.toFixed(2)} times`);
    });
  }
});
