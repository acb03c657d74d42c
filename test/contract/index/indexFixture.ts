import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Service, type StartedService } from '../../../src/base/service.ts';
import { startIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { ContextIndexContract, HiddenGlob, IndexStatus, SearchHit } from '../../../src/protocol/contextIndex.ts';

export const assetDirectory = process.env['SEXTANT_DIST'] ?? path.resolve(import.meta.dirname, '../../../dist');

/** A folder to index, and an index process on it, as a window has it. */
export class IndexFixture {
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-index-'));
  readonly root = path.join(this.directory, 'work');
  readonly store = path.join(this.directory, 'store');
  readonly log: string[] = [];
  readonly statuses: IndexStatus[] = [];
  readonly #services: Service<ContextIndexContract>[] = [];

  constructor() {
    mkdirSync(this.root);
  }

  /** Starts a process and opens the folder. */
  async open(
    options: {
      autoIndex?: boolean;
      folders?: readonly string[];
      hidden?: readonly HiddenGlob[];
      start?: () => StartedService;
    } = {},
  ): Promise<Service<ContextIndexContract>> {
    const start = options.start ?? (() => startIndexProcess(assetDirectory));
    const service = new Service<ContextIndexContract>('index process', start);
    this.#services.push(service);
    service.on('log', ({ level, message }) => this.log.push(`${level}: ${message}`));
    service.on('status', (status) => this.statuses.push(status));
    await service.call('open', {
      folders: (options.folders ?? [this.root]).map((folder) => ({
        path: folder,
        name: path.basename(folder),
        ...(options.hidden === undefined ? {} : { hidden: options.hidden }),
      })),
      storeDirectory: this.store,
      autoIndex: options.autoIndex ?? false,
    });
    return service;
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
      writeFileSync(path.join(this.root, name), content);
    }
  }

  at(name: string): string {
    return path.join(this.root, name);
  }

  dispose(): void {
    for (const service of this.#services) service.dispose();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Asks until the answer is as wanted; says what the last one was when it never is. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean, attempts = 400): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (attempt === attempts) throw new Error(`It never came to that; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Paths of the hits, best first. */
export function paths(hits: readonly SearchHit[]): string[] {
  return hits.map((hit) => hit.path);
}

/** A module with a function that nothing else has, long enough for several chunks. */
export function moduleText(word: string): string {
  const filler = Array.from({ length: 40 }, (_, i) => `  total += values[${i}] * ${i}; // step ${i} of ${word}`);
  return [`/** Computes the ${word} of all values. */`, `export function ${word}Of(values: number[]): number {`]
    .concat('  let total = 0;', filler, '  return total;', '}', '')
    .join('\n');
}
