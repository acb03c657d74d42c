import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { nodeBinary } from './project.ts';

/** A command that ends, with all that it has started, when this process ends in whatever way. */
export interface GuardedProcess {
  /** Of the guard: the command is its child. */
  readonly processId: number;
  /** What the command has printed so far, its last part. */
  output(): string;
  /** Settles with the exit code when it has ended. */
  readonly ended: Promise<number>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

const KEPT_OUTPUT = 200_000;

/** Starts a command under the guard. `onOutput` hears its output as it comes. */
export function startGuarded(
  command: string,
  commandArguments: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onOutput?: (text: string) => void } = {},
): GuardedProcess {
  const child = spawn(nodeBinary, [path.join(import.meta.dirname, 'guard.mjs'), command, ...commandArguments], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
      options.onOutput?.(text);
    });
  }
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  return {
    processId: child.pid ?? 0,
    output: () => output,
    ended,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
