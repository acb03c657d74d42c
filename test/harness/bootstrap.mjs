// The way in for a fresh clone: `node test/harness/bootstrap.mjs TASK [ARGUMENT…]`.
// Plain JavaScript without packages, for it runs on Node 20 before anything is installed. It installs
// what the lockfile says, then hands over to Node 24, which runs the TypeScript of the task as it is.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const bin = path.join(root, 'node_modules', '.bin');
const node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [task, ...taskArguments] = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) < 20) {
  fail(`Sextant needs Node 20 or newer to start, and this is Node ${process.versions.node}. Install a newer one.`);
}
if (!isInstalled()) install();
hand(task, taskArguments);

/** True when node_modules holds what the lockfile says. npm writes its own lockfile there as its last step. */
function isInstalled() {
  if (!existsSync(node)) return false;
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  const present = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  const matches = ([place, { version, optional, devOptional }]) =>
    place === '' || present[place]?.version === version || (present[place] === undefined && (optional || devOptional));
  return Object.entries(wanted).every(matches) && Object.keys(present).every((place) => wanted[place] !== undefined);
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

function install() {
  console.log('Installing the packages of package-lock.json …');
  const npmScript = process.env.npm_execpath;
  const options = ['ci', '--no-audit', '--no-fund', '--silent'];
  const { status, error } = npmScript?.endsWith('.js')
    ? spawnSync(process.execPath, [npmScript, ...options], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', options, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error?.code === 'ENOENT') fail('npm was not found. Install npm, then run this again.');
  if (status !== 0)
    fail('The packages could not be installed. Check the network and the free space on the disk; “npm ci” says more.');
  if (!existsSync(node)) {
    fail(
      'npm did not run the install script of the package “node”. Set ignore-scripts=false for npm, then run this again.',
    );
  }
}

function hand(name, rest) {
  const script = path.join(import.meta.dirname, 'tasks', `${name}.ts`);
  if (name === undefined || !/^\w+$/.test(name) || !existsSync(script)) fail(`There is no task “${name}”.`);
  const variables = {
    ...process.env,
    PATH: bin + path.delimiter + process.env.PATH,
    NODE_NO_WARNINGS: '1',
    // Some tools would keep their compiled code in the system's temporary folder.
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
  const child = spawn(node, [script, ...rest], { cwd: root, stdio: 'inherit', env: variables });
  // A terminal's Ctrl-C reaches the child too: it cleans up, and this process ends with it.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
