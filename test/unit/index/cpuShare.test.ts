import assert from 'node:assert/strict';
import os from 'node:os';
import { CpuShare } from '../../../src/index/cpuShare.node.ts';

describe('CpuShare', () => {
  /** Cores in use over a while, by what the process has worked in that time. */
  async function coresInUse(share: CpuShare, isUrgent = () => false): Promise<number> {
    const startMs = performance.now();
    const before = process.cpuUsage();
    while (performance.now() - startMs < 400) {
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      await share.pace(isUrgent);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / (performance.now() - startMs);
  }

  it('keeps to its share of all cores, and to a quarter of that while somebody types', async () => {
    const share = new CpuShare();
    share.percent = 40 / os.availableParallelism();
    const used = await coresInUse(share);
    share.userActive();
    const whileTyping = await coresInUse(share);
    // On a machine that is busy it gets less; it never takes more.
    assert.ok(used < 0.55, `used ${used} cores of 0.4`);
    assert.ok(whileTyping < 0.25, `used ${whileTyping} cores of 0.1`);
  });

  it('never holds up what is urgent, nor anything where there is no limit', async () => {
    const share = new CpuShare();
    await share.pace(() => false);
    share.percent = 1;
    await share.pace(() => false);
    const untilMs = performance.now() + 50;
    while (performance.now() < untilMs);
    const patience = setTimeout(() => assert.fail('it waits'), 5000);
    await share.pace(() => true);
    share.percent = 1000;
    await share.pace(() => false);
    clearTimeout(patience);
  });
});
