import type { ChildProcess, Serializable } from 'node:child_process';
import type { MessagePort, Worker } from 'node:worker_threads';
import { toDisposable } from './disposable.ts';
import type { Channel } from './rpc.ts';

/** The pipe to a worker thread, from either side of it. */
export function threadChannel(thread: Worker | MessagePort): Channel {
  return {
    send(frame) {
      thread.postMessage(frame);
    },
    onFrame(listener) {
      thread.on('message', listener);
      return toDisposable(() => thread.off('message', listener));
    },
    onClose(listener) {
      const name = 'terminate' in thread ? 'exit' : 'close';
      thread.on(name, listener);
      return toDisposable(() => thread.off(name, listener));
    },
  };
}

/** The pipe to a child process, from either side of it. Fork it with `serialization: 'advanced'`. */
export function processChannel(end: ChildProcess | NodeJS.Process): Channel {
  return {
    send(frame) {
      // A process that is going away refuses messages; its end is reported by onClose.
      if (end.connected) end.send?.(frame as Serializable, undefined, undefined, () => undefined);
    },
    onFrame(listener) {
      end.on('message', listener);
      return toDisposable(() => end.off('message', listener));
    },
    onClose(listener) {
      // One that has gone already says nothing any more.
      if (!end.connected) queueMicrotask(listener);
      end.on('disconnect', listener);
      return toDisposable(() => end.off('disconnect', listener));
    },
  };
}
