import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const LINUX_SUPPLIES = '/sys/class/power_supply';

/**
 * Whether this machine runs on its battery: asked of the kernel on Linux and of `pmset` on macOS. Windows tells only
 * through what takes a second to ask, so there, and where nothing is known, the answer is no. `supplies` is where Linux
 * tells.
 */
export async function isOnBattery(
  platform: NodeJS.Platform = process.platform,
  supplies = LINUX_SUPPLIES,
): Promise<boolean> {
  try {
    if (platform === 'linux') return await isDischarging(supplies);
    if (platform !== 'darwin') return false;
    const { stdout } = await promisify(execFile)('/usr/bin/pmset', ['-g', 'batt'], { timeout: 2000 });
    return stdout.includes("'Battery Power'");
  } catch {
    return false;
  }
}

/** Some batteries are those of a mouse or a pen: only those of the system count, and only where no mains are online. */
async function isDischarging(supplies: string): Promise<boolean> {
  const read = async (supply: string, file: string): Promise<string> =>
    (await readFile(path.join(supplies, supply, file), 'utf8').catch(() => '')).trim();
  let isDraining = false;
  for (const supply of await readdir(supplies)) {
    const type = await read(supply, 'type');
    if (type === 'Mains' || type === 'USB') {
      if ((await read(supply, 'online')) === '1') return false;
    } else if (type === 'Battery' && (await read(supply, 'scope')) !== 'Device') {
      isDraining ||= (await read(supply, 'status')) === 'Discharging';
    }
  }
  return isDraining;
}
