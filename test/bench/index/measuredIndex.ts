import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { processChannel } from '../../../src/base/channels.node.ts';
import { RpcPeer, type Silent } from '../../../src/base/rpc.ts';
import { forkIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { ContextIndexContract } from '../../../src/protocol/contextIndex.ts';
import { projectRoot } from '../../harness/project.ts';

export const assetDirectory = process.env['SEXTANT_DIST'] ?? path.join(projectRoot, 'dist');

/** An index process on one folder, as a window has it, and what it takes of the machine. */
export class MeasuredIndex {
  readonly #child = forkIndexProcess(assetDirectory);
  readonly peer = new RpcPeer<Silent, ContextIndexContract>(processChannel(this.#child), { handlers: {} });
  readonly #store: string;

  constructor(store: string) {
    this.#store = store;
  }

  async open(folder: string, autoIndex = false): Promise<void> {
    const folders = [{ path: folder, name: 'tree' }];
    await this.peer.call('open', { folders, storeDirectory: this.#store, autoIndex });
  }

  search(query: string, limit = 10): Promise<readonly { readonly symbol: string }[]> {
    return this.peer.call('search', { query, limit });
  }

  /** The most memory that it ever had resident, in MB; NaN where the system does not tell. */
  get peakMb(): number {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    } catch {
      return Number.NaN;
    }
  }

  /** Seconds of processor time that it has used, of all threads: unlike the clock it does not count what others do. */
  get processorSeconds(): number {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return Number.NaN;
    }
  }

  /** MB that the index takes on disk. */
  get diskMb(): number {
    const files = readdirSync(this.#store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0) / 1e6;
  }

  /** Ends it as a crash would. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    await this.peer.call('close', null);
    await ended;
  }
}
