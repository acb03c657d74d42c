import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../harness/browser.ts';
import { projectRoot } from '../harness/project.ts';
import { packedExtension } from '../harness/vsix.ts';
import { measureActivation } from './activation.ts';
import { measureChatTimes } from './chatTimes.ts';
import { type Measurement, measurement } from './measurement.ts';
import { measureMemory } from './memory.ts';
import { measureTyping } from './typing.ts';

/** Measures Sextant as it ships, in a real VS Code; prints the figures and keeps them in `results/bench.json`. */
export async function runBenchmark(): Promise<void> {
  const sizes = await measureSizes();
  const browser = await launchBrowser();
  try {
    const measured = [
      sizes,
      await measureActivation(browser),
      await measureChatTimes(browser),
      await measureMemory(browser),
      await measureTyping(browser),
    ];
    const measurements = measured.flat();
    for (const each of measurements) console.log(inWords(each));
    const results = path.join(import.meta.dirname, 'results');
    await mkdir(results, { recursive: true });
    await writeFile(path.join(results, 'bench.json'), `${JSON.stringify(measurements, null, 2)}\n`);
  } finally {
    await browser.close();
  }
}

async function measureSizes(): Promise<Measurement[]> {
  const vsix = await stat(await packedExtension());
  const meta = JSON.parse(await readFile(path.join(projectRoot, 'dist', 'meta.json'), 'utf8')) as {
    outputs: Record<string, { bytes: number }>;
  };
  const bytes = (name: string): number => meta.outputs[`dist/${name}.js`]?.bytes ?? Number.NaN;
  return [
    measurement('bundle on the activation path', bytes('extension') / 1000, 'kB', 300),
    measurement('bundle of the first use, in the extension host', bytes('assistant') / 1000, 'kB', null),
    measurement('script of the chat view', bytes('chat/main') / 1000, 'kB', null),
    measurement('VSIX', vsix.size / 1e6, 'MB', null),
  ];
}

function inWords({ metric, value, unit, goal }: Measurement): string {
  const verdict =
    goal === null ? '' : value <= goal ? `goal ${goal}: met` : `goal ${goal}: ${round(value - goal)} too much`;
  return `${metric.padEnd(56)}${String(value).padStart(9)} ${unit.padEnd(4)}${verdict}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
