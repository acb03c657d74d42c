import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A small project to open in tests: what it does can be asked, and the answer stands in one place. */
const files: Readonly<Record<string, string>> = {
  'README.md': `# Lighthouse

Keeps a fleet of buoys in touch with the harbour. Buoys report by radio; what they send is checked, stored
and shown on the harbour's map.
`,
  'src/checksum.ts': `/** The checksum of a radio frame: all bytes added up, modulo 255. */
export function frameChecksum(frame: Uint8Array): number {
  let sum = 0;
  for (const byte of frame) sum = (sum + byte) % 255;
  return sum;
}
`,
  'src/retryPolicy.ts': `const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * How long to wait before a buoy that did not answer is called again. The wait doubles with every
 * attempt, up to half a minute, so that a storm does not end in a flood of calls.
 */
export function waitBeforeRetry(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}
`,
  'src/buoyRegistry.ts': `export interface Buoy {
  readonly callSign: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The buoys that are known, by call sign. */
export class BuoyRegistry {
  readonly #buoys = new Map<string, Buoy>();

  register(buoy: Buoy): void {
    if (this.#buoys.has(buoy.callSign)) throw new Error(\`The call sign \${buoy.callSign} is taken.\`);
    this.#buoys.set(buoy.callSign, buoy);
  }

  find(callSign: string): Buoy | undefined {
    return this.#buoys.get(callSign);
  }
}
`,
  'tools/tide_table.py': `def height_at(hour: float, high: float, low: float) -> float:
    """The height of the tide by the rule of twelfths, hours counted from low water."""
    twelfths = [0, 1, 3, 6, 9, 11, 12]
    whole = int(hour)
    share = twelfths[whole] + (twelfths[min(whole + 1, 6)] - twelfths[whole]) * (hour - whole)
    return low + (high - low) * share / 12
`,
};

/** Writes the sample project into `directory` and returns its path. */
export async function writeSampleProject(directory: string): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return directory;
}
