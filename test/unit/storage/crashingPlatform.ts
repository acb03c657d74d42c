import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogFile, StorePlatform } from '../../../src/storage/engine/platform.ts';

export class Crash extends Error {}

/**
 * A machine whose process dies at one step of its writing, in the middle of it: half of what it was about to write
 * is there, and nothing comes after. `steps` counts what was done.
 */
export function crashingPlatform(real: StorePlatform, dieAt: number): StorePlatform & { readonly steps: number } {
  let steps = 0;
  /** Does the step, or its first half, and dies. */
  const step = <T>(work: () => T, half: () => void = () => undefined): T => {
    if (++steps < dieAt) return work();
    if (steps === dieAt) half();
    throw new Crash('The process has died.');
  };
  const draft = (name: string, bytes: Uint8Array): void => {
    writeFileSync(path.join(real.directory, name), bytes.subarray(0, bytes.length / 2));
  };
  const wrapLog = (log: LogFile): LogFile => ({
    size: () => log.size(),
    appendToDeleted(bytes) {
      log.appendToDeleted(bytes);
    },
    readFrom: (start) => log.readFrom(start),
    append(bytes) {
      step(
        () => {
          log.append(bytes);
        },
        () => {
          log.append(bytes.subarray(0, bytes.length / 2));
        },
      );
    },
    sync() {
      step(() => {
        log.sync();
      });
    },
    close() {
      log.close();
    },
  });
  return {
    ...real,
    get steps() {
      return steps;
    },
    lock: { tryAcquire: () => true, isTaken: () => false, release: () => undefined },
    files: {
      ...real.files,
      openLog(name) {
        const log = real.files.openLog(name);
        return log === undefined ? undefined : wrapLog(log);
      },
      create: (name, bytes) =>
        step(
          () => real.files.create(name, bytes),
          () => {
            draft(name, bytes);
          },
        ),
      replace(name, bytes) {
        step(
          () => {
            real.files.replace(name, bytes);
          },
          () => {
            draft(`${name}.1.tmp`, bytes);
          },
        );
      },
      rename(from, to) {
        step(() => {
          real.files.rename(from, to);
        });
      },
      remove(name) {
        step(() => {
          real.files.remove(name);
        });
      },
    },
  };
}
