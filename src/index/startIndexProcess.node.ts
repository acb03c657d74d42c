import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { processChannel } from '../base/channels.node.ts';
import { languageVariables } from '../base/languageFile.node.ts';
import type { StartedService } from '../base/service.ts';
import { builtInProviders } from '../models/registry.ts';

/** Starts the index in a process of its own: `indexProcess.js` in `assetDirectory`. */
export function startIndexProcess(assetDirectory: string): StartedService {
  return started(forkIndexProcess(assetDirectory));
}

/** Starts what computes with the deep model in a process of its own: `deepProcess.js` in `assetDirectory`. */
export function startDeepProcess(assetDirectory: string): StartedService {
  // It keeps nothing, and one that hangs would not hear of a gentler end.
  return started(forkProcess(path.join(assetDirectory, 'deepProcess.js')), 'SIGKILL');
}

/** The bare process, for who needs a hand on it. */
export function forkIndexProcess(assetDirectory: string): ChildProcess {
  return forkProcess(path.join(assetDirectory, 'indexProcess.js'));
}

function started(child: ChildProcess, end: NodeJS.Signals = 'SIGTERM'): StartedService {
  // One that cannot be started closes its channel, which is how callers hear of it; without a listener it
  // would be an uncaught error in the host. A VS Code that has updated itself is gone from where it ran.
  child.on('error', () => undefined);
  return {
    channel: processChannel(child),
    stop() {
      child.kill(end);
    },
  };
}

function forkProcess(script: string): ChildProcess {
  return fork(script, [], {
    // Vectors and big integers pass as they are.
    serialization: 'advanced',
    // The parent's inspector and loader flags are not the child's. What is short-lived here is small, so
    // that the large space for it that V8 would take is a third of all memory and gains nothing.
    execArgv: ['--max-semi-space-size=4'],
    env: {
      ...environmentWithoutKeys(),
      ...languageVariables(),
      // In VS Code the executable is Electron, which then runs as plain Node.
      ELECTRON_RUN_AS_NODE: '1',
      // glibc keeps fewer heaps apart, and gives what is large back to the system at once.
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_TRIM_THRESHOLD_: '131072',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Keys that stand in the environment are for requests to their providers. These processes make none. */
function environmentWithoutKeys(): NodeJS.ProcessEnv {
  const variables = new Set(builtInProviders.flatMap(({ key }) => key.environment));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !variables.has(name)));
}
