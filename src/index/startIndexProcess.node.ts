import { fork } from 'node:child_process';
import path from 'node:path';
import { processChannel } from '../base/channels.node.ts';
import { channelPair } from '../base/rpc.ts';
import type { StartedService } from '../base/service.ts';
import { serveContextIndex } from './serveContextIndex.node.ts';

/** Starts the index in a process of its own: `indexProcess.js` in `assetDirectory`. */
export function startIndexProcess(assetDirectory: string): StartedService {
  const child = fork(path.join(assetDirectory, 'indexProcess.js'), [], {
    // Vectors and big integers pass as they are.
    serialization: 'advanced',
    // The parent's inspector and loader flags are not the child's.
    execArgv: [],
    // In VS Code the executable is Electron, which then runs as plain Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    channel: processChannel(child),
    stop() {
      child.kill();
    },
  };
}

/** Starts the index inside this process, for tests. */
export function startIndexInProcess(assetDirectory: string): StartedService {
  const [near, far] = channelPair();
  const served = serveContextIndex(far, assetDirectory, () => undefined);
  return {
    channel: near,
    stop() {
      served.dispose();
    },
  };
}
