import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isOnBattery } from '../../../../src/index/deep/battery.node.ts';

describe('The battery, as Linux tells of it', () => {
  let supplies: string;
  const supply = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(path.join(supplies, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(supplies, name, file), `${text}\n`);
  };
  const asked = (): Promise<boolean> => isOnBattery('linux', supplies);

  beforeEach(() => {
    supplies = mkdtempSync(path.join(os.tmpdir(), 'sextant-battery-'));
  });

  afterEach(() => {
    rmSync(supplies, { recursive: true, force: true });
  });

  it('is used where one is discharging and no mains are online', async () => {
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    assert.equal(await asked(), true);
    supply('AC', { type: 'Mains', online: '0' });
    assert.equal(await asked(), true);
    writeFileSync(path.join(supplies, 'AC', 'online'), '1\n');
    assert.equal(await asked(), false);
  });

  it('is not used where it charges, where there is none, or where it is that of a mouse', async () => {
    assert.equal(await asked(), false);
    supply('BAT0', { type: 'Battery', status: 'Charging' });
    supply('hidpp', { type: 'Battery', status: 'Discharging', scope: 'Device' });
    assert.equal(await asked(), false);
    assert.equal(await isOnBattery('linux', path.join(supplies, 'nowhere')), false);
    assert.equal(await isOnBattery('win32', supplies), false);
  });
});
