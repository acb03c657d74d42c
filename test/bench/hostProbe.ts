import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import esbuild from 'esbuild';
import { projectRoot } from '../harness/project.ts';
import { packDirectory } from '../harness/vsix.ts';
import type { ProbeQuestion } from '../integration/hostProbe.ts';

/** Packs the probe in a folder that is made for it; gives its VSIX, to be installed beside Sextant. */
export async function packProbe(folder: string): Promise<string> {
  await esbuild.build({
    entryPoints: [path.join(projectRoot, 'test', 'integration', 'hostProbe.ts')],
    outfile: path.join(folder, 'probe.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const manifest = {
    ...{ name: 'probe', publisher: 'sextant-test', version: '1.0.0', main: './probe.cjs' },
    ...{ engines: { vscode: '^1.103.0' }, activationEvents: ['onStartupFinished'], license: 'MIT' },
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const file = `${folder}.vsix`;
  await packDirectory(folder, file);
  return file;
}

/** Resolves when the probe in the window that was opened last can be asked; it writes its port into the file. */
export async function probeOf(file: string): Promise<(question: ProbeQuestion) => Promise<unknown>> {
  let port = '';
  while (port === '') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    port = await readFile(file, 'utf8');
  }
  return async (question) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(question) });
    if (!response.ok) throw new Error(`The probe: ${await response.text()}`);
    return (await response.json()) as unknown;
  };
}
