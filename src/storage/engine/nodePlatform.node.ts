import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { toDisposable } from '../../base/disposable.ts';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { fileLock } from './fileLock.node.ts';
import { nodeFiles } from './files.node.ts';
import { networkDisk } from './networkDisk.node.ts';
import type { StorePlatform } from './platform.ts';

/** For file systems that do not tell of changes. */
const POLL_MS = 2_000;

/** The engine's machine under Node. `directory` is absolute; `sql-wasm.wasm` lies in `assetDirectory`. */
export function nodePlatform(options: { directory: string; assetDirectory: string }): StorePlatform {
  const { directory, assetDirectory } = options;
  return {
    directory,
    files: nodeFiles(directory),
    lock: fileLock(directory),
    networkDisk: () => networkDisk(directory),
    readSqlite() {
      try {
        return new Uint8Array(fs.readFileSync(path.join(assetDirectory, 'sql-wasm.wasm')));
      } catch (error) {
        throw new SextantError(
          'internal',
          t('Sextant is not installed completely: sql-wasm.wasm is missing. Install it again.'),
          {
            cause: error,
          },
        );
      }
    },
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    now: Date.now,
    nextMacrotask: () => new Promise((resolve) => setImmediate(resolve)),
    watch(listener) {
      // Nothing of this keeps a process running that has nothing else to do.
      const poll = setInterval(listener, POLL_MS).unref();
      const watcher = watchFolder(directory, listener);
      return toDisposable(() => {
        clearInterval(poll);
        watcher?.close();
      });
    },
  };
}

/** Undefined where the system has no watchers, or has run out of them: there is still the poll. */
function watchFolder(directory: string, listener: () => void): fs.FSWatcher | undefined {
  try {
    const watcher = fs.watch(directory, { persistent: false }, listener);
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return undefined;
  }
}
