// Runs the test files of one part: `node mochaPart.ts REPORT TIMEOUT_MS GREP FILE…`. A process of its own
// for each part, so that what one leaves behind disturbs no other.
import { writeFile } from 'node:fs/promises';
import Mocha from 'mocha';
import { endWithParent } from './endWithParent.ts';
import { failedPart, recordReport } from './report.ts';

const END_TIMEOUT_MS = 10_000;
const [reportFile = '', timeoutMs, grep = '', ...files] = process.argv.slice(2);

endWithParent();
const mocha = new Mocha({
  ui: 'bdd',
  timeout: Number(timeoutMs),
  forbidOnly: process.env['CI'] !== undefined,
  color: process.stdout.isTTY,
});
if (grep !== '') mocha.grep(grep);
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
let runner: Mocha.Runner | undefined;
const finished = new Promise<void>((resolve) => {
  runner = mocha.run(() => {
    resolve();
  });
});
if (runner === undefined) throw new Error('mocha did not start.');
const report = recordReport(runner);
await finished;

// A part has to end by itself. What keeps it alive is a server, process or timer that a test has left behind.
const overdue = setTimeout(() => {
  const message = `The tests are over, but they left behind: ${process.getActiveResourcesInfo().join(', ')}`;
  report.failures.push(...failedPart(message).failures);
  void writeFile(reportFile, JSON.stringify(report)).then(() => process.exit(1));
}, END_TIMEOUT_MS);
overdue.unref();
await writeFile(reportFile, JSON.stringify(report));
