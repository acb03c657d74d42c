import { TaskError } from './project.ts';

/**
 * Runs a task of package.json and ends the process with what it returns: true is success. A
 * {@link TaskError} is printed as its sentence alone. The signal aborts on Ctrl-C or SIGTERM, so that the
 * task stops what it has started; a task that does not end then is ended.
 */
export function runTask(task: (signal: AbortSignal) => Promise<boolean>): void {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
      setTimeout(() => process.exit(130), 15_000).unref();
    });
  }
  task(stop.signal).then(
    (succeeded) => process.exit(succeeded ? 0 : stop.signal.aborted ? 130 : 1),
    (error: unknown) => {
      if (!stop.signal.aborted) console.error(error instanceof TaskError ? error.message : error);
      process.exit(stop.signal.aborted ? 130 : 1);
    },
  );
}
