import { rename, writeFile } from 'node:fs/promises';
import { format } from 'node:util';
import Mocha from 'mocha';
import { SUITE_MARK, recordReport } from '../harness/report.ts';

/**
 * Runs the suite inside the extension host and resolves when it is over. The report file is the sign that
 * it came to its end: VS Code reports success for a host that died on the way.
 */
export async function runSuite(load: readonly (() => Promise<unknown>)[]): Promise<void> {
  const reportFile = process.env['SEXTANT_TEST_REPORT'];
  if (reportFile === undefined) throw new Error('SEXTANT_TEST_REPORT names no file.');
  // The console of an extension host does not fill in mocha's `%s`.
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
    for (const line of format(...parts).split('\n')) console.log(SUITE_MARK + line);
  };
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false });
  const grep = process.env['SEXTANT_TEST_GREP'];
  if (grep !== undefined && grep !== '') mocha.grep(grep);
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  for (const file of load) await file();
  const report = await new Promise((resolve) => {
    const runner = mocha.run(() => {
      resolve(recorded);
    });
    const recorded = recordReport(runner);
  });
  await writeFile(`${reportFile}.part`, JSON.stringify(report));
  await rename(`${reportFile}.part`, reportFile);
}
