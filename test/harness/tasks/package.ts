// `npm run package`: the VSIX, at the root of the project.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../project.ts';
import { runTask } from '../runTask.ts';
import { packExtension } from '../vsix.ts';

runTask(async () => {
  const { name, version } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const file = path.join(projectRoot, `${name}-${version}.vsix`);
  await packExtension(file);
  console.log(`${path.basename(file)}: ${((await stat(file)).size / 1e6).toFixed(2)} MB`);
  return true;
});
