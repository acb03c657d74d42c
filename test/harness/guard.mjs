// Runs a command for as long as its own standard input stays open: `node guard.mjs COMMAND [ARGUMENT…]`.
// However the parent ends, also by SIGKILL, that pipe closes and the command's whole process group is
// ended: no server outlives the run that started it. Its temporary files lie in a folder that goes with it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const GRACE_MS = 6000;
const [command, ...rest] = process.argv.slice(2);
const ownGroup = process.platform !== 'win32';
const temporary = mkdtempSync(path.join(os.tmpdir(), 'sextant-'));
const child = spawn(command, rest, {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: ownGroup,
  env: { ...process.env, TMPDIR: temporary },
});
let ending = false;

child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code) => {
  endRemaining();
  process.exit(ending ? 0 : (code ?? 1));
});
process.stdin.resume();
process.stdin.on('end', end);
process.stdin.on('error', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);

function end() {
  if (ending) return;
  ending = true;
  child.kill('SIGTERM');
  setTimeout(() => {
    endRemaining();
    process.exit(0);
  }, GRACE_MS);
}

/** Ends what the command has started and not ended itself. */
function endRemaining() {
  try {
    process.kill(ownGroup ? -child.pid : child.pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
}
