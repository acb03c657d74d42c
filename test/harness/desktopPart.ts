// Runs test/integration in a desktop VS Code, which it downloads: `node desktopPart.ts REPORT GREP`.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { endWithParent } from './endWithParent.ts';
import { bundleSuite } from './integrationSuite.ts';
import { cacheDirectory, freshDirectory, projectRoot } from './project.ts';
import { writeSampleProject } from './sampleProject.ts';

const [reportFile = '', grep = ''] = process.argv.slice(2);

endWithParent();
const directory = await freshDirectory('integration', 'desktop');
await rm(reportFile, { force: true });
try {
  const folder = await writeSampleProject(path.join(directory, 'project'));
  await runTests({
    cachePath: path.join(cacheDirectory, 'desktop'),
    extensionDevelopmentPath: projectRoot,
    extensionTestsPath: await bundleSuite(directory),
    extensionTestsEnv: { SEXTANT_TEST_REPORT: reportFile, SEXTANT_TEST_GREP: grep },
    launchArgs: [
      folder,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--user-data-dir',
      path.join(directory, 'user'),
    ],
  });
} catch (error) {
  console.error(
    `The desktop VS Code could not be had or run: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
